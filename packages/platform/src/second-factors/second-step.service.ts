import { codeInvalid, secondFactorNeeded, secondStepInvalid } from '@mainstay/factors';
import type { Frame } from '@mainstay/host';
import type { AccountId, ProjectContext } from '@mainstay/kernel';
import type { AttemptGuard } from '@mainstay/passwords';
import type { NoteFailure } from '../accounts/create-note-failure.ts';
import type { AccountRow } from '../platform.model.ts';
import { AccountKind } from '../platform.model.ts';
import { signInFailed } from '../platform.problems.ts';
import type { PlatformSettings } from '../platform.settings.ts';
import { markOf } from '../proofs/proofs.service.ts';
import type { Client, Sessions, SignIn } from '../sessions/sessions.service.ts';
import type { AccountFactors } from './account-factors.service.ts';
import type { AccountPasskeys } from './account-passkeys.service.ts';
import type { FactorShown } from './second-factors.schema.ts';
import type { Steps } from './steps.service.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** What the second step needs besides the frame. */
export interface SecondStepDependencies {
  readonly settings: PlatformSettings;
  readonly sessions: Sessions;
  readonly factors: AccountFactors;
  readonly passkeys: AccountPasskeys;
  readonly steps: Steps;
  readonly guard: AttemptGuard;
  readonly noteFailure: NoteFailure;
  readonly context: () => ProjectContext;
}

/** The second step of sign-in, and of changes that ask for it again. */
export function createSecondStep({ store, clock }: Frame, dependencies: SecondStepDependencies) {
  const { settings, sessions, factors, passkeys, steps, guard, noteFailure, context } = dependencies;
  const accounts = store.control(AccountKind);

  /** With what the account can complete a sign-in; recovery codes stand in for other factors. */
  async function methodsOf(id: AccountId): Promise<string[]> {
    const { sealedTotp, recoveryHashes } = await factors.get(id);
    const own = [...(sealedTotp === null ? [] : ['totp']), ...((await passkeys.listOf(id)).length === 0 ? [] : ['passkey'])];
    return [...own, ...(own.length > 0 && recoveryHashes.length > 0 ? ['recovery'] : [])];
  }

  async function take(id: AccountId, shown: FactorShown): Promise<boolean> {
    switch (shown.method) {
      case 'totp':
        return factors.takeTotp(id, shown.code);
      case 'recovery':
        return factors.takeRecoveryCode(id, shown.code);
      case 'passkey':
        return (await passkeys.takeShown(id, shown)) === id;
    }
  }

  /** Takes a factor of the account; guesses have to wait. @throws codeInvalid, secondStepInvalid, signInThrottled, limitExceeded */
  async function check({ id, email }: AccountRow, shown: FactorShown, ip: string): Promise<void> {
    const isKnown = await sessions.isKnownPlace(id, ip);
    const attempt = { account: `factor of ${id}`, ip, isKnownPlace: () => Promise.resolve(isKnown) };
    await guard.begin(context(), attempt);
    // Who knows the password may guess from many places, and a code has a million values: never long enough to matter.
    const key = isKnown ? `factor of ${id} ${ip}` : `factor of ${id}`;
    const name = 'second factors tried for one account per day';
    await guard.take(context(), [{ name, key, allowed: settings.factorGuessesPerDay, windowMs: DAY_MS }]);
    if (!(await take(id, shown))) {
      await noteFailure({ email, account: { id }, method: `second-factor:${shown.method}`, ip });
      throw codeInvalid();
    }
    await guard.succeed(context(), attempt);
  }

  /** The account of a step; one that changed since has none. @throws secondStepInvalid */
  async function ownerOf(step: { accountId: AccountId | null; mark: string | null }): Promise<AccountRow> {
    const account = step.accountId === null ? null : await accounts.get(step.accountId);
    if (account === null || step.mark !== markOf(account)) throw secondStepInvalid();
    return account;
  }

  /** Each challenge is kept for some minutes. @throws limitExceeded */
  async function takeRequest(ip: string): Promise<void> {
    const allowance = { name: 'passkeys asked for by one address per hour', allowed: settings.passkeyRequestsPerIpHour, windowMs: HOUR_MS };
    await guard.take(context(), [{ ...allowance, key: `passkeys ${ip}` }]);
  }

  return {
    /** A session for somebody who has shown the first factor, unless a second one is set up. @throws secondFactorNeeded */
    async enter(account: AccountRow, client: Client, method: string): Promise<SignIn> {
      if (account.hasSecondFactor !== true) return sessions.issue(account, client, method);
      const token = await steps.begin({ purpose: 'sign-in', accountId: account.id, mark: markOf(account), method });
      const expiresAt = new Date(clock.now() + steps.lifeMs).toISOString();
      throw secondFactorNeeded(undefined, { extension: { secondFactor: { token, methods: await methodsOf(account.id), expiresAt } } });
    },

    /** The options to show a passkey in the second step. @throws secondStepInvalid, limitExceeded */
    async beginPasskey(token: string, ip: string) {
      await takeRequest(ip);
      const { id } = await ownerOf(await steps.find(token, 'sign-in'));
      return passkeys.beginShow(id);
    },

    /** Completes a sign-in. @throws secondStepInvalid, codeInvalid, signInThrottled, limitExceeded */
    async complete(token: string, factor: FactorShown, client: Client): Promise<SignIn> {
      const step = await steps.find(token, 'sign-in');
      const account = await ownerOf(step);
      await check(account, factor, client.ip);
      await steps.take(token, 'sign-in', account.id);
      return sessions.issue(account, client, `${step.method}+${factor.method}`);
    },

    /** The options to sign in with any passkey of this site. @throws limitExceeded */
    async beginAnyPasskey(ip: string) {
      await takeRequest(ip);
      return passkeys.beginShow(null);
    },

    /** Signs in by a passkey whose owner was verified by it: two factors in one. @throws secondStepInvalid, signInFailed */
    async byPasskey(shown: Pick<FactorShown & { method: 'passkey' }, 'challenge' | 'assertion'>, client: Client): Promise<SignIn> {
      const id = await passkeys.takeShown(null, shown);
      const account = id === null ? null : await accounts.get(id);
      if (account === null) throw signInFailed();
      return sessions.issue(account, client, 'passkey');
    },

    /** Demands a factor before factors are changed, where there is one. @throws secondFactorNeeded, codeInvalid, secondStepInvalid, signInThrottled, limitExceeded */
    async confirm(account: AccountRow, shown: FactorShown | undefined, ip: string): Promise<void> {
      if (account.hasSecondFactor !== true) return;
      if (shown === undefined)
        throw secondFactorNeeded(undefined, { extension: { secondFactor: { methods: await methodsOf(account.id) } } });
      await check(account, shown, ip);
    },
  };
}
export type SecondStep = ReturnType<typeof createSecondStep>;
