import type { Frame } from '@mainstay/host';
import type { Principal, ProjectContext, SessionId, UserId, UserPrincipal } from '@mainstay/kernel';
import { createId, createSecret, LoadingCache } from '@mainstay/kernel';
import { createHash } from 'node:crypto';
import { sessionExpired, sessionInvalid } from '../auth.problems.ts';
import type { Session } from '../auth.schema.ts';
import type { AuthSettings } from '../auth.settings.ts';
import type { UserRow } from '../users/users.model.ts';
import { UserKind } from '../users/users.model.ts';
import { seal, unseal } from './seal.ts';
import type { SessionRow } from './sessions.model.ts';
import { SessionKind } from './sessions.model.ts';

/** A revocation that a process missed matters for at most this long. */
const CACHE = { maxEntries: 100_000, maxAgeMs: 30_000 };
const SESSION_TOPIC = 'session';
const PRINCIPAL_TOPIC = 'principal';
const DAY_MS = 86_400_000;
const MAX_TOKEN_LENGTH = 200;

/** Where a sign-in came from. */
export interface Client {
  readonly ip: string;
  readonly userAgent: string;
}

/** The tokens of a sign-in; shown once. */
export interface IssuedSession {
  readonly id: SessionId;
  readonly token: string;
  readonly refreshToken: string;
  readonly expiresAt: string;
}

interface Known {
  readonly principal: UserPrincipal;
  readonly expiresAtMs: number;
}

const hashOf = (token: string): string => createHash('sha256').update(token).digest('hex');

/** Sessions of users: opaque tokens of which only the SHA-256 is kept. */
export function createSessions({ store, clock }: Frame, settings: AuthSettings) {
  const known = new LoadingCache<Known | null>(CACHE);
  store.signals.onInvalidate(SESSION_TOPIC, (key) => known.invalidate(key));
  const rowsOf = (context: ProjectContext) => store.kind(context, SessionKind);
  const keyOf = (context: ProjectContext, tokenHash: string): string => `${context.project.id}:${tokenHash}`;

  function freshTokens() {
    const now = clock.now();
    const tokens = { token: `ms_${createSecret()}`, refreshToken: `mr_${createSecret()}` };
    const stored = {
      tokenHash: hashOf(tokens.token),
      refreshHash: hashOf(tokens.refreshToken),
      refreshedAt: new Date(now),
      lastUsedAt: new Date(now),
      tokenExpiresAt: new Date(now + settings.sessionMinutes * 60_000),
      expiresAt: new Date(now + settings.refreshDays * DAY_MS),
    };
    return { tokens, stored };
  }

  async function load(context: ProjectContext, tokenHash: string): Promise<Known | null> {
    const session = await rowsOf(context).findOne({ tokenHash });
    if (session === null) return null;
    const user = await store.kind(context, UserKind).get(session.userId);
    if (user === null || user.blocked) return null;
    const principal = { type: 'user' as const, id: user.id, sessionId: session.id, roles: user.roles, email: user.email };
    return { principal, expiresAtMs: session.tokenExpiresAt.getTime() };
  }

  function accept(found: Known | null): UserPrincipal {
    if (found === null) throw sessionInvalid();
    if (found.expiresAtMs <= clock.now()) throw sessionExpired();
    return found.principal;
  }

  /** Forgets what is known of the sessions and closes what they hold open, in every process. */
  function announceEnd(context: ProjectContext, userId: UserId, ended: readonly SessionRow[]): void {
    for (const { tokenHash } of ended) store.signals.invalidate(SESSION_TOPIC, keyOf(context, tokenHash));
    store.signals.invalidate(PRINCIPAL_TOPIC, `${context.project.id}:user:${userId}`);
  }

  async function revoke(context: ProjectContext, filter: { userId: UserId } & Record<string, unknown>): Promise<number> {
    const ended = await rowsOf(context).find(filter);
    await rowsOf(context).deleteMany(filter);
    announceEnd(context, filter.userId, ended);
    return ended.length;
  }

  /** A refresh token that is not the current one: given again within the grace, a theft otherwise. */
  async function refreshAgain(context: ProjectContext, refreshToken: string): Promise<IssuedSession> {
    const session = await rowsOf(context).findOne({ previousRefreshHash: hashOf(refreshToken) });
    if (session === null) throw sessionInvalid();
    const isInGrace = clock.now() - session.refreshedAt.getTime() <= settings.refreshGraceSeconds * 1_000;
    if (isInGrace && session.sealedSuccessor !== null) return JSON.parse(unseal(session.sealedSuccessor, refreshToken)) as IssuedSession;
    await revoke(context, { userId: session.userId, id: session.id });
    throw sessionInvalid();
  }

  return {
    /** Signs the user in. */
    async issue(context: ProjectContext, user: UserRow, client: Client): Promise<IssuedSession> {
      const { tokens, stored } = freshTokens();
      const row: SessionRow = {
        id: createId<SessionId>(),
        userId: user.id,
        ...stored,
        previousRefreshHash: null,
        sealedSuccessor: null,
        createdAt: stored.refreshedAt,
        ...client,
      };
      await rowsOf(context).insert(row);
      return { id: row.id, ...tokens, expiresAt: stored.tokenExpiresAt.toISOString() };
    },

    /**
     * New tokens for a refresh token, which is thereby used up. Of many who use it at once one rotates, and the others
     * get the same answer; used again after the grace it ends the session.
     * @throws sessionInvalid
     */
    async refresh(context: ProjectContext, refreshToken: string): Promise<IssuedSession> {
      const refreshHash = hashOf(refreshToken);
      const rows = rowsOf(context);
      const current = await rows.findOne({ refreshHash, expiresAt: { $gt: new Date(clock.now()) } });
      if (current === null) return refreshAgain(context, refreshToken);
      const { tokens, stored } = freshTokens();
      const issued = { id: current.id, ...tokens, expiresAt: stored.tokenExpiresAt.toISOString() };
      const change = { ...stored, previousRefreshHash: refreshHash, sealedSuccessor: seal(JSON.stringify(issued), refreshToken) };
      const { matched } = await rows.update({ id: current.id, refreshHash }, { $set: change });
      if (matched === 0) return refreshAgain(context, refreshToken);
      store.signals.invalidate(SESSION_TOPIC, keyOf(context, current.tokenHash));
      return issued;
    },

    /** Who a bearer token stands for; known ones cost nothing and need no promise. @throws sessionInvalid, sessionExpired */
    resolve(context: ProjectContext, bearer: string): Principal | Promise<Principal> {
      if (bearer.length > MAX_TOKEN_LENGTH) throw sessionInvalid();
      const tokenHash = hashOf(bearer);
      const key = keyOf(context, tokenHash);
      const found = known.peek(key);
      return found == null ? known.get(key, () => load(context, tokenHash)).then(accept) : accept(found);
    },

    /** Ends the user's sessions that fit the filter; all of them by default. Effective everywhere within a second. */
    revoke,

    /** What is known of the user changed (roles, blocked): every process looks again. */
    async refreshPrincipal(context: ProjectContext, userId: UserId): Promise<void> {
      announceEnd(context, userId, await rowsOf(context).find({ userId }));
    },

    async list(context: ProjectContext, userId: UserId, current?: SessionId): Promise<Session[]> {
      const found = await rowsOf(context).find({ userId }, { sort: { createdAt: -1 }, limit: 200 });
      return found.map(({ id, createdAt, lastUsedAt, expiresAt, ip, userAgent }) => ({
        id,
        createdAt: createdAt.toISOString(),
        lastUsedAt: lastUsedAt.toISOString(),
        expiresAt: expiresAt.toISOString(),
        ip,
        userAgent,
        current: id === current,
      }));
    },
  };
}
export type Sessions = ReturnType<typeof createSessions>;
