import type { Frame } from '@mainstay/host';
import type { AccountSession } from '@mainstay/http';
import type { AccountId } from '@mainstay/kernel';
import { createId, Problem, unauthenticated } from '@mainstay/kernel';
import type { Mailer } from '@mainstay/mail';
import type { AttemptGuard } from '@mainstay/passwords';
import { checkPasswordRules, hashPassword, isCommonPassword, passwordUnacceptable, verifyPassword } from '@mainstay/passwords';
import { DuplicateKeyError } from '@mainstay/store';
import type { Audit, Noted } from '../audit/audit.service.ts';
import type { AccountRow } from '../platform.model.ts';
import { AccountKind, OperatorKind } from '../platform.model.ts';
import { accountExists, linkUsedUp, signInFailed, signUpClosed } from '../platform.problems.ts';
import type { PlatformSettings } from '../platform.settings.ts';
import type { Proofs } from '../proofs/proofs.service.ts';
import type { SecondStep } from '../second-factors/second-step.service.ts';
import type { Client, Sessions, SignIn } from '../sessions/sessions.service.ts';
import { checkPassword } from './check-password.ts';
import type { NoteFailure } from './create-note-failure.ts';
import type { Credentials } from './credentials.service.ts';

const HOUR_MS = 3_600_000;
const OPERATOR = 'operator';
const LINK_LIFE_MS = 10 * 60_000;

/** What accounts need besides the frame. */
export interface AccountsDependencies {
  readonly settings: PlatformSettings;
  readonly credentials: Credentials;
  readonly sessions: Sessions;
  readonly proofs: Proofs;
  readonly secondStep: SecondStep;
  readonly noteFailure: NoteFailure;
  readonly guard: AttemptGuard;
  readonly mailer: Mailer;
  readonly audit: Audit;
  /** Whether the token is that of an invitation to the address. @throws linkUsedUp */
  readonly isInvited: (email: string, token: string) => Promise<boolean>;
  /** Gives a new account its own organization. */
  readonly onSignedUp: (account: AccountRow, ip: string) => Promise<void>;
}

/** Who wants an account. */
export interface NewAccount {
  readonly email: string;
  readonly password: string;
  readonly name?: string | undefined;
  /** The token of an invitation, which counts where sign-up is closed. */
  readonly invitation?: string | undefined;
}

/** The people who use the dashboard. */
export function createAccounts({ store, clock, log }: Frame, dependencies: AccountsDependencies) {
  const { settings, credentials, sessions, proofs, secondStep, noteFailure, guard, mailer, audit } = dependencies;
  const rows = store.control(AccountKind);
  const operators = store.control(OperatorKind);
  const platform = () => mailer.platformContext();

  /** Everything that signs the account in or proves its address, except the session that is named. */
  const endingOf = (accountId: AccountId, except = '') => ({
    accountId,
    type: { $in: ['link', 'session', 'token'] },
    handle: { $ne: except },
  });

  /** A notice to the account; one that cannot go must not say that what it tells of failed. */
  async function tell(to: string, template: 'password-changed' | 'email-changed'): Promise<void> {
    try {
      await mailer.sendForPlatform({ to, template, values: {} });
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      log.warn({ code: error.code, template }, 'a notice to an account was not sent');
    }
  }

  /** Whether this is the account's password; guesses have to wait. @throws signInFailed, signInThrottled */
  async function confirmPassword(accountId: AccountId, password: string, ip: string): Promise<AccountRow> {
    const attempt = { account: `password of ${accountId}`, ip, isKnownPlace: () => sessions.isKnownPlace(accountId, ip) };
    await guard.begin(platform(), attempt);
    const account = await rows.get(accountId);
    if (account === null || !(await verifyPassword(account.passwordHash, password))) throw signInFailed();
    await guard.succeed(platform(), attempt);
    return account;
  }

  /** Of several that were made first at once, one becomes the operator. */
  async function makeOperator(accountId: AccountId): Promise<void> {
    try {
      await operators.insert({ id: OPERATOR, accountId });
    } catch (error) {
      if (!(error instanceof DuplicateKeyError)) throw error;
    }
  }

  return {
    confirmPassword,

    /** Whether the account runs this installation. */
    isOperator: async (accountId: AccountId): Promise<boolean> => (await operators.get(OPERATOR))?.accountId === accountId,

    /** @throws accountExists, passwordUnacceptable, signUpClosed, linkUsedUp, limitExceeded */
    async signUp({ email, password, name, invitation }: NewAccount, client: Client): Promise<SignIn> {
      const isInvited = invitation !== undefined && (await dependencies.isInvited(email, invitation));
      const isFirst = (await rows.count({})) === 0;
      if (!settings.openSignup && !isInvited && !isFirst) throw signUpClosed();
      const taken = { name: 'accounts of one address per hour', key: `sign-ups ${client.ip}`, windowMs: HOUR_MS };
      await guard.take(platform(), [{ ...taken, allowed: settings.signUpsPerIpHour }]);
      const account = {
        id: createId<AccountId>(),
        email,
        name: name ?? email.split('@')[0] ?? email,
        passwordHash: await acceptPassword(password),
        createdAt: new Date(clock.now()),
      };
      try {
        await rows.insert(account);
      } catch (error) {
        throw error instanceof DuplicateKeyError ? accountExists() : error;
      }
      if (isFirst) await makeOperator(account.id);
      await dependencies.onSignedUp(account, client.ip);
      await proofs.request({ purpose: 'verify-email', email, accountId: account.id, ip: client.ip });
      return sessions.issue(account, client, 'sign-up');
    },

    /** @throws signInFailed alike for an unknown address and a wrong password; signInThrottled, secondFactorNeeded */
    async login({ email, password }: { email: string; password: string }, client: Client): Promise<SignIn> {
      const { ip } = client;
      const isKnownPlace = async (): Promise<boolean> => {
        const owner = await rows.findOne({ email });
        return owner !== null && (await sessions.isKnownPlace(owner.id, ip));
      };
      const attempt = { account: `sign-in ${email}`, ip, isKnownPlace };
      await guard.begin(platform(), attempt);
      let known: AccountRow | null = null;
      const find = async (address: string): Promise<AccountRow | null> => (known = await rows.findOne({ email: address }));
      const account = await checkPassword(find, email, password);
      if (account === null) {
        await noteFailure({ email, account: known, method: 'password', ip });
        throw signInFailed();
      }
      await guard.succeed(platform(), attempt);
      return secondStep.enter(account, client, 'password');
    },

    /** A link that signs this account in once, within ten minutes. @throws unauthenticated when there is no such account */
    async createSignInLink(email: string): Promise<string> {
      const account = await rows.findOne({ email });
      if (account === null) throw unauthenticated({ reason: 'There is no such account.' });
      return (await credentials.create({ type: 'link', accountId: account.id }, LINK_LIFE_MS)).token;
    },

    /** @throws linkUsedUp, secondFactorNeeded */
    async loginByLink(token: string, client: Client): Promise<SignIn> {
      const link = await credentials.take(token, 'link');
      const account = link?.accountId == null ? null : await rows.get(link.accountId);
      if (account === null) throw linkUsedUp();
      return secondStep.enter(account, client, 'link');
    },

    /** Ends every other session, the access tokens, and the links that are under way. @throws signInFailed, signInThrottled, passwordUnacceptable */
    async changePassword(
      session: AccountSession,
      change: { currentPassword: string; newPassword: string; ip: string },
      noted: Noted<void>,
    ): Promise<void> {
      const { id, email, passwordHash: before } = await confirmPassword(session.account.id, change.currentPassword, change.ip);
      const passwordHash = await acceptPassword(change.newPassword);
      await sessions.endWith(endingOf(id, session.sessionId), noted, async (transaction) => {
        const update = { $set: { passwordHash } };
        if ((await rows.update({ id, passwordHash: before }, update, { session: transaction })).matched === 0) throw signInFailed();
      });
      await tell(email, 'password-changed');
    },

    /** Sets a new password and ends all sessions. A password that is refused does not use the link up. @throws linkUsedUp, passwordUnacceptable */
    async resetPassword({ token, password, ip }: { token: string; password: string; ip: string }): Promise<void> {
      const { proof, account } = await proofs.peek(token, ['reset-password']);
      const { id, email, passwordHash: before } = account;
      const passwordHash = await acceptPassword(password);
      const noted = audit.noted<void>(() => ({ scope: `account:${id}`, actor: email, action: 'account.password_reset', target: id, ip }));
      await sessions.endWith(endingOf(id), noted, async (transaction) => {
        await proofs.use(proof, transaction);
        const change = { $set: { passwordHash, emailVerifiedAt: new Date(clock.now()) } };
        if ((await rows.update({ id, email, passwordHash: before }, change, { session: transaction })).matched === 0) throw linkUsedUp();
      });
      await tell(email, 'password-changed');
    },

    /** Confirms the address that the link was sent to; it becomes the account's own where it was another one. @throws linkUsedUp */
    async confirmEmail(token: string, ip: string): Promise<AccountRow> {
      const { proof, account } = await proofs.peek(token, ['verify-email', 'change-email']);
      const { id, email, passwordHash } = account;
      const isOther = proof.email !== email;
      const action = isOther ? 'account.email_changed' : 'account.email_verified';
      const detail = isOther ? { from: email, to: proof.email } : {};
      const noted = audit.noted<AccountRow>(() => ({ scope: `account:${id}`, actor: email, action, target: id, detail, ip }));
      try {
        const changed = await sessions.endWith({ accountId: id, type: 'link' }, noted, async (transaction) => {
          await proofs.use(proof, transaction);
          const change = { $set: { email: proof.email, emailVerifiedAt: new Date(clock.now()) } };
          const found = await rows.findOneAndUpdate({ id, email, passwordHash }, change, { session: transaction });
          if (found === null) throw linkUsedUp();
          return found;
        });
        await sessions.refresh(id);
        if (isOther) await tell(email, 'email-changed');
        return changed;
      } catch (error) {
        // Somebody made an account with the address meanwhile.
        throw error instanceof DuplicateKeyError ? linkUsedUp() : error;
      }
    },

    /** @throws unauthenticated when the account is gone */
    async rename(accountId: AccountId, name: string, noted: Noted<AccountRow>): Promise<AccountRow> {
      const renamed = await noted(async (session) => {
        const account = await rows.findOneAndUpdate({ id: accountId }, { $set: { name } }, { session });
        if (account === null) throw unauthenticated({ reason: 'The account is gone.' });
        return account;
      });
      await sessions.refresh(accountId);
      return renamed;
    },

    get: (id: AccountId): Promise<AccountRow | null> => rows.get(id),
    find: (ids: readonly AccountId[]): Promise<AccountRow[]> => rows.find({ id: { $in: [...ids] } }),
  };
}
export type Accounts = ReturnType<typeof createAccounts>;

/** The hash of a password that is neither short nor among those that everybody tries first. @throws passwordUnacceptable, serviceUnavailable */
async function acceptPassword(password: string): Promise<string> {
  checkPasswordRules(password);
  if (isCommonPassword(password)) {
    throw passwordUnacceptable({ reason: 'This password is among those that are tried first. Choose another one.' });
  }
  return hashPassword(password);
}

/** An account as its owner sees it. */
export function presentAccount({ id, email, name, createdAt, emailVerifiedAt }: AccountRow) {
  return { id, email, emailVerified: emailVerifiedAt !== undefined, name, createdAt: createdAt.toISOString() };
}
