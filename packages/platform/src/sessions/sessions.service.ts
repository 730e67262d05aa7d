import type { Frame } from '@mainstay/host';
import type { AccountCredentials, AccountSession } from '@mainstay/http';
import type { AccountId } from '@mainstay/kernel';
import { LoadingCache } from '@mainstay/kernel';
import { createHmac } from 'node:crypto';
import type { Credentials } from '../accounts/credentials.service.ts';
import { hashToken } from '../accounts/credentials.service.ts';
import type { Audit, Change, Noted } from '../audit/audit.service.ts';
import { hasChecksum } from '../keys/key-checksum.ts';
import type { AccountRow, CredentialRow } from '../platform.model.ts';
import { AccountKind } from '../platform.model.ts';
import { signInFailed } from '../platform.problems.ts';
import type { PlatformSettings } from '../platform.settings.ts';

const DAY_MS = 86_400_000;
/** A revocation that a process missed matters for at most this long. */
const SESSION_CACHE = { maxEntries: 20_000, maxAgeMs: 15_000 };
const TOPIC = 'account';
const USER_AGENT_LENGTH = 300;
/** The scope of access tokens from before there were scopes. */
const EVERYTHING = { access: 'write', organizationId: null, projectId: null } as const;

/** Who signs in, and from where. */
export interface Client {
  readonly ip: string;
  readonly userAgent: string;
}

/** A fresh sign-in. */
export interface SignIn {
  readonly account: AccountRow;
  readonly token: string;
  readonly csrfToken: string;
  readonly maxAgeSeconds: number;
}

/** What sessions need besides the frame. */
export interface SessionsDependencies {
  readonly settings: PlatformSettings;
  readonly credentials: Credentials;
  readonly audit: Audit;
  readonly csrfKey: Buffer;
}

/** Which credentials end. */
export type Ending = Readonly<Record<string, unknown>> & { readonly accountId: AccountId };

/** Sessions of accounts at the dashboard, and who sits behind a cookie or an access token. */
export function createSessions({ store, clock }: Frame, { settings, credentials, audit, csrfKey }: SessionsDependencies) {
  const accounts = store.control(AccountKind);
  const cache = new LoadingCache<AccountSession | null>(SESSION_CACHE);
  store.signals.onInvalidate(TOPIC, (key) => cache.invalidate(key));
  const lifeMs = settings.sessionDays * DAY_MS;
  const maxLifeMs = Math.max(lifeMs, settings.sessionMaxDays * DAY_MS);

  const csrfTokenOf = (handle: string): string => createHmac('sha256', csrfKey).update(handle).digest('hex');

  async function load(token: string): Promise<AccountSession | null> {
    const credential = await credentials.find(token);
    if (credential === null || credential.accountId === null || (credential.type !== 'session' && credential.type !== 'token')) return null;
    const account = await accounts.get(credential.accountId);
    if (account === null) return null;
    // The cookie lasts as long as any session may; how long this one does is decided here, at each use (once per stay in the cache).
    const now = clock.now();
    const until = new Date(Math.min(now + lifeMs, credential.createdAt.getTime() + maxLifeMs));
    const slide = credential.type === 'session' ? { expiresAt: until } : {};
    await credentials.rows.update({ id: credential.id }, { $set: { lastUsedAt: new Date(now), ...slide } });
    const { id, email, name } = account;
    return {
      account: { id, email, name },
      sessionId: credential.handle,
      csrfToken: credential.type === 'session' ? csrfTokenOf(credential.handle) : null,
      scope: credential.type === 'token' ? (credential.scope ?? EVERYTHING) : null,
    };
  }

  /** Makes a change and ends credentials with it: all of it happens, or nothing. They end in every process within a second. */
  async function endWith<T>(ending: Ending, noted: Noted<T>, change: Change<T>): Promise<T> {
    let ended: readonly CredentialRow[] = [];
    const result = await noted(async (session) => {
      const changed = await change(session);
      ended = await credentials.rows.find(ending, { session });
      await credentials.rows.deleteMany(ending, { session });
      return changed;
    });
    for (const { id } of ended) store.signals.invalidate(TOPIC, id);
    return result;
  }

  return {
    endWith,

    /** What caches know of the account's sessions is read again. */
    async refresh(accountId: AccountId): Promise<void> {
      const rows = await credentials.rows.find({ accountId, type: { $in: ['session', 'token'] } });
      for (const { id } of rows) store.signals.invalidate(TOPIC, id);
    },

    /**
     * The last step of every way in. It meets changes of password and address in the account's row: whoever was checked against the old
     * ones gets no session any more.
     * @throws signInFailed
     */
    async issue(account: AccountRow, { ip, userAgent }: Client, method: string): Promise<SignIn> {
      const { id, email, passwordHash } = account;
      const entry = { scope: `account:${id}`, actor: email, action: 'account.signed_in', target: id, detail: { method }, ip };
      const { token, row } = await audit.noted<Awaited<ReturnType<Credentials['create']>>>(() => entry)(async (session) => {
        const { matched } = await accounts.update({ id, email, passwordHash }, { $inc: { signIns: 1 } }, { session });
        if (matched === 0) throw signInFailed();
        const facts = { ip, userAgent: userAgent.slice(0, USER_AGENT_LENGTH) };
        return credentials.create({ type: 'session', accountId: id, ...facts }, lifeMs, session);
      });
      return { account, token, csrfToken: csrfTokenOf(row.handle), maxAgeSeconds: maxLifeMs / 1_000 };
    },

    list: (accountId: AccountId): Promise<CredentialRow[]> =>
      credentials.rows.find(
        { accountId, type: 'session', expiresAt: { $gt: new Date(clock.now()) } },
        { sort: { createdAt: -1 }, limit: 1_000 },
      ),

    /** Whether the account has a session that began there: a stranger's guesses do not keep its owner out. */
    async isKnownPlace(accountId: AccountId, ip: string): Promise<boolean> {
      return (await credentials.rows.findOne({ accountId, type: 'session', ip })) !== null;
    },

    /** Ends one session or token of the account. @returns whether there was one */
    async revoke(accountId: AccountId, handle: string, noted: Noted<number> = (change) => store.transaction(change)): Promise<boolean> {
      const row = await credentials.rows.findOne({ accountId, handle, type: { $in: ['session', 'token'] } });
      if (row === null) return false;
      await noted((transaction) => credentials.rows.delete({ id: row.id }, { session: transaction }));
      store.signals.invalidate(TOPIC, row.id);
      return true;
    },

    /** Who sits behind a cookie or an access token; known sessions cost nothing. */
    resolve({ cookie, bearer }: AccountCredentials): AccountSession | null | Promise<AccountSession | null> {
      const token = bearer ?? cookie;
      if (token === undefined || token.length > 200) return null;
      // An access token has no CSRF token beside it: as a cookie it would let other sites act.
      if (bearer === undefined && token.startsWith('pat_')) return null;
      if (token.startsWith('pat_') && !hasChecksum(token)) return null;
      const key = hashToken(token);
      const known = cache.peek(key);
      return known === undefined ? cache.get(key, () => load(token)) : known;
    },
  };
}
export type Sessions = ReturnType<typeof createSessions>;
