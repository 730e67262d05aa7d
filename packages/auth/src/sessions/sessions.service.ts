import type { Frame } from '@mainstay/host';
import type { Principal, ProjectContext, SessionId, UserId } from '@mainstay/kernel';
import { createId, createSecret } from '@mainstay/kernel';
import { sessionInvalid } from '../auth.problems.ts';
import type { Session } from '../auth.schema.ts';
import type { AuthSettings } from '../auth.settings.ts';
import type { AuthEvents } from '../events/events.service.ts';
import type { FactorMethod } from '../second-factors/second-factors.schema.ts';
import type { UserRow } from '../users/users.model.ts';
import type { PrincipalDependencies } from './create-principal-cache.ts';
import { createPrincipalCache } from './create-principal-cache.ts';
import { hashToken } from './hash-token.ts';
import { seal, unseal } from './seal.ts';
import type { SessionRow } from './sessions.model.ts';
import { SessionKind } from './sessions.model.ts';

const DAY_MS = 86_400_000;
const FAMILY_BYTES = 16;
/** The family, which stays for the life of the session, and the part that each refresh replaces. */
const REFRESH_TOKEN = /^mr_([A-Za-z0-9_-]{22})[A-Za-z0-9_-]{43}$/;

/** Where a sign-in came from. */
export interface Client {
  readonly ip: string;
  readonly userAgent: string;
  /** The way in: `password`, `magic-link`, `otp`, `anonymous`, `provider:<name>`, `passkey`, `custom-token`. */
  readonly method?: string | undefined;
  /** The second factor that was shown besides; a passkey may be both. */
  readonly factor?: FactorMethod | undefined;
}

/** The tokens of a sign-in; shown once. */
export interface IssuedSession {
  readonly id: SessionId;
  readonly token: string;
  readonly refreshToken: string;
  readonly expiresAt: string;
}

/** A refresh token, and which client presents it. */
export interface RefreshAttempt {
  readonly refreshToken: string;
  readonly userAgent: string;
}

/** What sessions need besides the frame. */
export interface SessionsDependencies extends PrincipalDependencies {
  readonly settings: AuthSettings;
  readonly events: AuthEvents;
}

/** Sessions of users: opaque tokens of which only the SHA-256 is kept. */
export function createSessions(frame: Frame, { settings, events, ...others }: SessionsDependencies) {
  const { store, clock } = frame;
  const principals = createPrincipalCache(frame, others);
  const rowsOf = (context: ProjectContext) => store.kind(context, SessionKind);

  function freshTokens(family: string) {
    const now = clock.now();
    const tokens = { token: `ms_${createSecret()}`, refreshToken: `mr_${family}${createSecret()}` };
    const stored = {
      tokenHash: hashToken(tokens.token),
      refreshHash: hashToken(tokens.refreshToken),
      refreshedAt: new Date(now),
      lastUsedAt: new Date(now),
      tokenExpiresAt: new Date(now + settings.sessionMinutes * 60_000),
      expiresAt: new Date(now + settings.refreshDays * DAY_MS),
    };
    return { tokens, stored };
  }

  async function revoke(context: ProjectContext, filter: { userId: UserId } & Record<string, unknown>): Promise<number> {
    const ended = await rowsOf(context).find(filter);
    await rowsOf(context).deleteMany(filter);
    principals.forget(context, filter.userId, ended);
    return ended.length;
  }

  /** A refresh token that is not the current one: answered again within the grace, a theft otherwise. */
  async function refreshAgain(
    context: ProjectContext,
    session: SessionRow,
    { refreshToken, userAgent }: RefreshAttempt,
  ): Promise<IssuedSession> {
    const isPrevious = session.previousRefreshHash === hashToken(refreshToken);
    const isInGrace = clock.now() - session.refreshedAt.getTime() <= settings.refreshGraceSeconds * 1_000;
    // Not the address as well: it changes when a phone leaves its Wi-Fi, which is when answers get lost.
    const isSameClient = session.refreshedBy === userAgent;
    if (isPrevious && isInGrace && isSameClient && session.sealedSuccessor !== null) {
      return JSON.parse(unseal(session.sealedSuccessor, refreshToken)) as IssuedSession;
    }
    await revoke(context, { userId: session.userId, id: session.id });
    await events.note(context, { type: 'refresh_reused', userId: session.userId, client: { userAgent }, detail: { session: session.id } });
    throw sessionInvalid();
  }

  return {
    /** Signs the user in. */
    async issue(context: ProjectContext, user: UserRow, { ip, userAgent, method, factor }: Client): Promise<IssuedSession> {
      const family = createSecret(FAMILY_BYTES);
      const { tokens, stored } = freshTokens(family);
      const row: SessionRow = {
        id: createId<SessionId>(),
        userId: user.id,
        familyHash: hashToken(family),
        ...stored,
        previousRefreshHash: null,
        sealedSuccessor: null,
        refreshedBy: null,
        createdAt: stored.refreshedAt,
        ip,
        userAgent,
        ...(method === undefined ? {} : { method }),
        ...(factor === undefined ? {} : { factorAt: stored.refreshedAt }),
      };
      await rowsOf(context).insert(row);
      return { id: row.id, ...tokens, expiresAt: stored.tokenExpiresAt.toISOString() };
    },

    /**
     * New tokens for a refresh token, which is thereby used up. Of many who use it at once one rotates, and the others
     * get the same answer; used again after the grace, by another client, or after its successor was, it ends the session (RFC 9700, 4.14.2).
     * @throws sessionInvalid
     */
    async refresh(context: ProjectContext, attempt: RefreshAttempt): Promise<IssuedSession> {
      const { refreshToken, userAgent } = attempt;
      const family = REFRESH_TOKEN.exec(refreshToken)?.[1];
      if (family === undefined) throw sessionInvalid();
      const rows = rowsOf(context);
      const ofFamily = { familyHash: hashToken(family), expiresAt: { $gt: new Date(clock.now()) } };
      const current = await rows.findOne(ofFamily);
      if (current === null) throw sessionInvalid();
      const refreshHash = hashToken(refreshToken);
      if (current.refreshHash !== refreshHash) return refreshAgain(context, current, attempt);
      const { tokens, stored } = freshTokens(family);
      const issued = { id: current.id, ...tokens, expiresAt: stored.tokenExpiresAt.toISOString() };
      const sealedSuccessor = seal(JSON.stringify(issued), refreshToken);
      const change = { ...stored, previousRefreshHash: refreshHash, sealedSuccessor, refreshedBy: userAgent };
      const { matched } = await rows.update({ id: current.id, refreshHash }, { $set: change });
      if (matched === 1) {
        principals.forgetToken(context, current.tokenHash);
        return issued;
      }
      const rotated = await rows.findOne(ofFamily);
      if (rotated === null) throw sessionInvalid();
      return refreshAgain(context, rotated, attempt);
    },

    /**
     * Gives a session to another holder: fresh tokens for it, and those before are worth nothing any more.
     * @throws sessionInvalid when it has ended
     */
    async handOver(context: ProjectContext, { id, userId }: Pick<SessionRow, 'id' | 'userId'>): Promise<IssuedSession> {
      const family = createSecret(FAMILY_BYTES);
      const { tokens, stored } = freshTokens(family);
      const isAlive = { id, userId, expiresAt: { $gt: new Date(clock.now()) } };
      const change = { ...stored, familyHash: hashToken(family), previousRefreshHash: null, sealedSuccessor: null, refreshedBy: null };
      const before = await rowsOf(context).findOneAndUpdate(isAlive, { $set: change }, { returnBefore: true });
      if (before === null) throw sessionInvalid();
      principals.forget(context, userId, [before]);
      return { id, ...tokens, expiresAt: stored.tokenExpiresAt.toISOString() };
    },

    /** Who a bearer token stands for; known ones cost nothing and need no promise. @throws sessionInvalid, sessionExpired */
    resolve: (context: ProjectContext, bearer: string): Principal | Promise<Principal> => principals.resolve(context, bearer),

    /** Hears of users whose open connections have to be checked again, in every process. */
    onRevoked: (listener: (userKey: string) => void): void => principals.onRevoked(listener),

    /** Ends the user's sessions that fit the filter; all of them by default. Effective everywhere within a second. */
    revoke,

    /** What is known of the user changed (roles, blocked): every process looks again. */
    async refreshPrincipal(context: ProjectContext, userId: UserId): Promise<void> {
      principals.forget(context, userId, await rowsOf(context).find({ userId }));
    },

    get: (context: ProjectContext, id: SessionId): Promise<SessionRow | null> => rowsOf(context).findOne({ id }),

    /** Notes that a second factor was shown in the session. */
    async markFactor(context: ProjectContext, id: SessionId): Promise<void> {
      const changed = await rowsOf(context).findOneAndUpdate({ id }, { $set: { factorAt: new Date(clock.now()) } });
      if (changed !== null) principals.forgetToken(context, changed.tokenHash);
    },

    /** Whether the user has a session that was begun at this network address. */
    isKnownPlace: async (context: ProjectContext, userId: UserId, ip: string): Promise<boolean> =>
      (await rowsOf(context).findOne({ userId, ip })) !== null,

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
