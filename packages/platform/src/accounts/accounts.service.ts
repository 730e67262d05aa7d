import type { Frame } from '@mainstay/host';
import type { AccountCredentials, AccountSession } from '@mainstay/http';
import type { AccountId } from '@mainstay/kernel';
import { createId, LoadingCache, unauthenticated } from '@mainstay/kernel';
import { AttemptThrottle, hashPassword, verifyPassword } from '@mainstay/passwords';
import { DuplicateKeyError } from '@mainstay/store';
import { createHmac } from 'node:crypto';
import { hasChecksum } from '../keys/key-checksum.ts';
import type { Noted } from '../audit/audit.service.ts';
import type { AccountRow } from '../platform.model.ts';
import { AccountKind } from '../platform.model.ts';
import { accountExists, linkUsedUp, signInFailed, signUpClosed } from '../platform.problems.ts';
import type { PlatformSettings } from '../platform.settings.ts';
import { checkPassword } from './check-password.ts';
import type { Credentials } from './credentials.service.ts';
import { hashToken } from './credentials.service.ts';

const DAY_MS = 86_400_000;
const LINK_LIFE_MS = 10 * 60_000;
/** A revocation that a process missed matters for at most this long. */
const SESSION_CACHE = { maxEntries: 20_000, maxAgeMs: 15_000 };
const TOPIC = 'account';

/** A fresh sign-in. */
export interface SignIn {
  readonly account: AccountRow;
  readonly token: string;
  readonly csrfToken: string;
  readonly maxAgeSeconds: number;
}

/** What accounts need besides the frame. */
export interface AccountsDependencies {
  readonly settings: PlatformSettings;
  readonly credentials: Credentials;
  readonly csrfKey: Buffer;
  /** Gives a new account its own organization. */
  readonly onSignedUp: (account: AccountRow, ip: string) => Promise<void>;
}

/** The people who use the dashboard. */
export function createAccounts({ store, clock }: Frame, dependencies: AccountsDependencies) {
  const { settings, credentials, csrfKey } = dependencies;
  const rows = store.control(AccountKind);
  const throttle = new AttemptThrottle(clock);
  const sessions = new LoadingCache<AccountSession | null>(SESSION_CACHE);
  store.signals.onInvalidate(TOPIC, (key) => sessions.invalidate(key));
  const lifeMs = settings.sessionDays * DAY_MS;
  const maxLifeMs = Math.max(lifeMs, settings.sessionMaxDays * DAY_MS);

  async function signIn(account: AccountRow): Promise<SignIn> {
    const { token, row } = await credentials.create({ type: 'session', accountId: account.id }, lifeMs);
    return { account, token, csrfToken: csrfTokenOf(row.handle), maxAgeSeconds: maxLifeMs / 1_000 };
  }

  function csrfTokenOf(handle: string): string {
    return createHmac('sha256', csrfKey).update(handle).digest('hex');
  }

  async function load(token: string): Promise<AccountSession | null> {
    const credential = await credentials.find(token);
    if (credential === null || credential.accountId === null || (credential.type !== 'session' && credential.type !== 'token')) return null;
    const account = await rows.get(credential.accountId);
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
    };
  }

  return {
    /** @throws accountExists, passwordUnacceptable, signUpClosed */
    async signUp({
      email,
      password,
      name,
      ip,
    }: {
      email: string;
      password: string;
      name?: string | undefined;
      ip: string;
    }): Promise<SignIn> {
      if (!settings.openSignup && (await rows.count({})) > 0) throw signUpClosed();
      const account = {
        id: createId<AccountId>(),
        email,
        name: name ?? email.split('@')[0] ?? email,
        passwordHash: await hashPassword(password),
        createdAt: new Date(clock.now()),
      };
      try {
        await rows.insert(account);
      } catch (error) {
        throw error instanceof DuplicateKeyError ? accountExists() : error;
      }
      await dependencies.onSignedUp(account, ip);
      return signIn(account);
    },

    /** @throws signInFailed alike for an unknown address and a wrong password; signInThrottled */
    async login({ email, password, ip }: { email: string; password: string; ip: string }): Promise<SignIn> {
      const key = `${ip} ${email}`;
      throttle.begin(key);
      const account = await checkPassword((address) => rows.findOne({ email: address }), email, password);
      if (account === null) throw signInFailed();
      throttle.succeed(key);
      return signIn(account);
    },

    /** A link that signs this account in once, within ten minutes. @throws unauthenticated when there is no such account */
    async createSignInLink(email: string): Promise<string> {
      const account = await rows.findOne({ email });
      if (account === null) throw unauthenticated({ reason: 'There is no such account.' });
      return (await credentials.create({ type: 'link', accountId: account.id }, LINK_LIFE_MS)).token;
    },

    /** @throws linkUsedUp */
    async loginByLink(token: string): Promise<SignIn> {
      const link = await credentials.take(token, 'link');
      const account = link?.accountId == null ? null : await rows.get(link.accountId);
      if (account === null) throw linkUsedUp();
      return signIn(account);
    },

    /** Ends one session or token of the account, in every process within a second. */
    async revoke(accountId: AccountId, handle: string, noted: Noted<number> = (change) => store.transaction(change)): Promise<boolean> {
      const row = await credentials.rows.findOne({ accountId, handle });
      if (row === null) return false;
      await noted((transaction) => credentials.rows.delete({ id: row.id }, { session: transaction }));
      store.signals.invalidate(TOPIC, row.id);
      return true;
    },

    /** Ends every other session, the access tokens, and the one-time links that are under way. @throws signInFailed, signInThrottled, passwordUnacceptable */
    async changePassword(
      session: AccountSession,
      { currentPassword, newPassword }: { currentPassword: string; newPassword: string },
      noted: Noted<void>,
    ): Promise<void> {
      const key = `password ${session.account.id}`;
      throttle.begin(key);
      const account = await rows.get(session.account.id);
      if (account === null || !(await verifyPassword(account.passwordHash, currentPassword))) throw signInFailed();
      throttle.succeed(key);
      const passwordHash = await hashPassword(newPassword);
      const others = { accountId: account.id, type: { $in: ['link', 'session', 'token'] }, handle: { $ne: session.sessionId } };
      const ended = await credentials.rows.find(others);
      await noted(async (transaction) => {
        await rows.update({ id: account.id }, { $set: { passwordHash } }, { session: transaction });
        await credentials.rows.deleteMany(others, { session: transaction });
      });
      for (const { id } of ended) store.signals.invalidate(TOPIC, id);
    },

    /** @throws unauthenticated when the account is gone */
    rename: (accountId: AccountId, name: string, noted: Noted<AccountRow>): Promise<AccountRow> =>
      noted(async (session) => {
        const account = await rows.findOneAndUpdate({ id: accountId }, { $set: { name } }, { session });
        if (account === null) throw unauthenticated({ reason: 'The account is gone.' });
        return account;
      }),

    get: (id: AccountId): Promise<AccountRow | null> => rows.get(id),
    find: (ids: readonly AccountId[]): Promise<AccountRow[]> => rows.find({ id: { $in: [...ids] } }),

    /** Who sits behind a cookie or an access token; known sessions cost nothing. */
    resolve({ cookie, bearer }: AccountCredentials): AccountSession | null | Promise<AccountSession | null> {
      const token = bearer ?? cookie;
      if (token === undefined || token.length > 200) return null;
      // An access token has no CSRF token beside it: as a cookie it would let other sites act.
      if (bearer === undefined && token.startsWith('pat_')) return null;
      if (token.startsWith('pat_') && !hasChecksum(token)) return null;
      const key = hashToken(token);
      const known = sessions.peek(key);
      return known === undefined ? sessions.get(key, () => load(token)) : known;
    },
  };
}
export type Accounts = ReturnType<typeof createAccounts>;
