import type { Frame } from '@mainstay/host';
import type { Principal, ProjectContext, UserId, UserPrincipal } from '@mainstay/kernel';
import { LoadingCache, LruCache } from '@mainstay/kernel';
import { sessionExpired, sessionInvalid, signInIncomplete } from '../auth.problems.ts';
import type { Policies } from '../policy/policy.service.ts';
import type { EffectiveRoles } from '../roles/create-effective-roles.ts';
import type { FactorNeed } from '../second-factors/create-factor-need.ts';
import { TeamMemberKind } from '../teams/teams.model.ts';
import { UserKind } from '../users/users.model.ts';
import { hashToken } from './hash-token.ts';
import type { SessionRow } from './sessions.model.ts';
import { SessionKind } from './sessions.model.ts';

/** A revocation that a process missed matters for at most this long. */
const CACHE = { maxEntries: 100_000, maxAgeMs: 30_000 };
const SESSION_TOPIC = 'session';
const PRINCIPAL_TOPIC = 'principal';
/** Nobody is in more teams (a setting bounds it lower). */
const MAX_TEAMS = 1_000;
const MAX_TOKEN_LENGTH = 200;

/** What it takes to know who somebody is. */
export interface PrincipalDependencies {
  readonly effectiveRoles: EffectiveRoles;
  readonly needsFactor: FactorNeed;
  readonly policies: Pick<Policies, 'get' | 'onChange'>;
}

interface Known {
  readonly principal: UserPrincipal;
  /** Whether the project asks the user for a second factor that the session has not shown. */
  readonly lacksFactor: boolean;
  readonly expiresAtMs: number;
  readonly userKey: string;
  /** How much news this process had heard when it began to read. */
  readonly newsHeard: number;
}

/** Who the sessions in use stand for: in the steady state a request asks MongoDB nothing. */
export function createPrincipalCache({ store, clock }: Frame, { effectiveRoles, needsFactor, policies }: PrincipalDependencies) {
  const known = new LoadingCache<Known | null>(CACHE);
  /** The latest news of each user: covers a token that was issued while its session was being revoked. */
  const newsOf = new LruCache<number>(CACHE);
  let news = 0;
  store.signals.onInvalidate(SESSION_TOPIC, (key) => known.invalidate(key));
  store.signals.onInvalidate(PRINCIPAL_TOPIC, (userKey) => {
    news += 1;
    newsOf.set(userKey, news);
  });
  const lookAgainAtAll = (project: string): void => {
    news += 1;
    newsOf.set(project, news);
  };
  effectiveRoles.onChange(lookAgainAtAll);
  policies.onChange(lookAgainAtAll);
  const keyOf = (context: ProjectContext, tokenHash: string): string => `${context.project.id}:${tokenHash}`;
  const userKeyOf = (context: ProjectContext, userId: UserId): string => `${context.project.id}:user:${userId}`;

  async function teamsOf(context: ProjectContext, userId: UserId): Promise<string[]> {
    const memberships = await store.kind(context, TeamMemberKind).find({ userId }, { limit: MAX_TEAMS });
    return memberships.flatMap(({ teamId, role }) => [teamId, `${teamId}:${role}`]);
  }

  /** Whether what is known is older than news of the user or of all users of the project. */
  const isOutdated = (context: ProjectContext, { userKey, newsHeard }: Known): boolean =>
    Math.max(newsOf.get(userKey) ?? 0, newsOf.get(context.project.id) ?? 0) > newsHeard;

  async function load(context: ProjectContext, tokenHash: string): Promise<Known | null> {
    const newsHeard = news;
    const session = await store.kind(context, SessionKind).findOne({ tokenHash });
    if (session === null) return null;
    const user = await store.kind(context, UserKind).get(session.userId);
    if (user === null || user.blocked) return null;
    const [roles, teams] = await Promise.all([effectiveRoles.of(context, user.roles), teamsOf(context, user.id)]);
    const { stepUpMinutes } = await policies.get(context);
    const principal: UserPrincipal = {
      type: 'user',
      id: user.id,
      sessionId: session.id,
      roles,
      email: user.email,
      ...(user.claims === undefined ? {} : { claims: user.claims }),
      ...(teams.length === 0 ? {} : { teams }),
      ...(session.factorAt === undefined ? {} : { factorFreshUntilMs: session.factorAt.getTime() + stepUpMinutes * 60_000 }),
    };
    const lacksFactor = session.factorAt === undefined && (await needsFactor(context, user));
    return { principal, lacksFactor, expiresAtMs: session.tokenExpiresAt.getTime(), userKey: userKeyOf(context, user.id), newsHeard };
  }

  function accept(found: Known | null): UserPrincipal {
    if (found === null) throw sessionInvalid();
    if (found.expiresAtMs <= clock.now()) throw sessionExpired();
    if (found.lacksFactor) throw signInIncomplete();
    return found.principal;
  }

  return {
    /** Who a bearer token stands for; known ones cost nothing and need no promise. @throws sessionInvalid, sessionExpired, signInIncomplete */
    resolve(context: ProjectContext, bearer: string): Principal | Promise<Principal> {
      if (bearer.length > MAX_TOKEN_LENGTH) throw sessionInvalid();
      const tokenHash = hashToken(bearer);
      const key = keyOf(context, tokenHash);
      const found = known.peek(key);
      if (found != null) {
        if (!isOutdated(context, found)) return accept(found);
        known.invalidate(key);
      }
      return known.get(key, () => load(context, tokenHash)).then(accept);
    },

    /** Hears `<project>:user:<id>` of each user whose sessions end or roles change: what they hold open has to be checked again. */
    onRevoked(listener: (userKey: string) => void): void {
      store.signals.onInvalidate(PRINCIPAL_TOPIC, (key) => {
        if (key.split(':')[1] === 'user') listener(key);
      });
    },

    /** Every process forgets a token that was replaced. */
    forgetToken(context: ProjectContext, tokenHash: string): void {
      store.signals.invalidate(SESSION_TOPIC, keyOf(context, tokenHash));
    },

    /** Every process forgets these sessions of the user, looks again at the others, and closes what the ended ones hold open. */
    forget(context: ProjectContext, userId: UserId, sessions: readonly SessionRow[]): void {
      for (const { tokenHash } of sessions) store.signals.invalidate(SESSION_TOPIC, keyOf(context, tokenHash));
      store.signals.invalidate(PRINCIPAL_TOPIC, userKeyOf(context, userId));
    },
  };
}
