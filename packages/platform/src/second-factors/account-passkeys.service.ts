import type { PasskeyAssertion, PasskeyAttestation, PasskeySite } from '@mainstay/factors';
import {
  checkPasskeyCreation,
  checkPasskeyRequest,
  codeInvalid,
  createPasskeyChallenge,
  passkeyCreationOptions,
  passkeyRequestOptions,
  secondFactorNotFound,
} from '@mainstay/factors';
import type { Frame } from '@mainstay/host';
import type { AccountId } from '@mainstay/kernel';
import type { Change } from '../audit/audit.service.ts';
import type { AccountPasskeyRow, AccountRow } from '../platform.model.ts';
import { AccountPasskeyKind } from '../platform.model.ts';
import type { Steps } from './steps.service.ts';

/** Loopback addresses are no domains, which passkeys belong to: `localhost` stands for them. */
const LOOPBACK = new Set(['127.0.0.1', '[::1]']);

/** Passkeys of accounts. */
export function createAccountPasskeys({ store, clock, place }: Frame, steps: Steps) {
  const rows = store.control(AccountPasskeyKind);

  function origin(): string {
    const url = new URL(place.origin());
    if (LOOPBACK.has(url.hostname)) url.hostname = 'localhost';
    return url.origin;
  }

  const site = (): PasskeySite => ({ rpId: new URL(origin()).hostname, name: 'Mainstay', origins: [origin()] });
  const listOf = (accountId: AccountId): Promise<AccountPasskeyRow[]> => rows.find({ accountId }, { sort: { createdAt: 1 } });

  return {
    origin,
    listOf,

    /** What a browser needs to make a passkey for the account. */
    async beginNew({ id, email, name }: Pick<AccountRow, 'id' | 'email' | 'name'>) {
      const challenge = createPasskeyChallenge();
      const token = await steps.begin({ purpose: 'make-passkey', accountId: id, challenge });
      const user = { handle: id, name: email, displayName: name };
      return { challenge: token, options: { ...(await passkeyCreationOptions(site(), { challenge, user, known: await listOf(id) })) } };
    },

    /** The change that keeps a new passkey. @throws secondStepInvalid, codeInvalid */
    async keeping(accountId: AccountId, made: { challenge: string; name: string; attestation: PasskeyAttestation }): Promise<Change<void>> {
      const step = await steps.take(made.challenge, 'make-passkey', accountId);
      const passkey = await checkPasskeyCreation(site(), { challenge: step.challenge ?? '', attestation: made.attestation });
      if (passkey === null || (await rows.findOne({ id: passkey.id })) !== null) throw codeInvalid();
      const { id, publicKey, counter, transports, backedUp } = passkey;
      const createdAt = new Date(clock.now());
      const row = { id, accountId, name: made.name, publicKey, counter, transports, backedUp, createdAt, lastUsedAt: null };
      return (session) => rows.insert(row, { session });
    },

    /** @returns whether there was one */
    async rename(accountId: AccountId, id: string, name: string): Promise<boolean> {
      return (await rows.update({ id, accountId }, { $set: { name } })).matched === 1;
    },

    /** The change that forgets a passkey. @throws secondFactorNotFound */
    removing:
      (accountId: AccountId, id: string): Change<void> =>
      async (session) => {
        if ((await rows.delete({ id, accountId }, { session })) === 0) throw secondFactorNotFound();
      },

    /** What a browser needs to show a passkey: one of the account's, or any that it has for this site. */
    async beginShow(accountId: AccountId | null) {
      const challenge = createPasskeyChallenge();
      const token = await steps.begin({ purpose: 'show-passkey', accountId, challenge });
      const allowed = accountId === null ? {} : { allowed: await listOf(accountId) };
      const wish = { challenge, needsVerification: accountId === null, ...allowed };
      return { challenge: token, options: { ...(await passkeyRequestOptions(site(), wish)) } };
    },

    /**
     * Whose passkey was shown, in answer to a challenge that was begun for the account, or for nobody (`null`): then it has to be two factors
     * in one. Each challenge is good for one answer. Null when it is not one of theirs.
     * @throws secondStepInvalid
     */
    async takeShown(accountId: AccountId | null, shown: { challenge: string; assertion: PasskeyAssertion }): Promise<AccountId | null> {
      const { challenge } = await steps.take(shown.challenge, 'show-passkey', accountId);
      const passkey = await rows.findOne({ id: shown.assertion.id });
      if (passkey === null || (accountId !== null && passkey.accountId !== accountId)) return null;
      const needsVerification = accountId === null;
      const result = await checkPasskeyRequest(site(), {
        challenge: challenge ?? '',
        assertion: shown.assertion,
        passkey,
        needsVerification,
      });
      if (result === null) return null;
      const { counter, backedUp } = result;
      const change = { $set: { counter, backedUp, lastUsedAt: new Date(clock.now()) } };
      const { matched } = await rows.update({ id: passkey.id, counter: passkey.counter }, change);
      return matched === 1 ? passkey.accountId : null;
    },
  };
}
export type AccountPasskeys = ReturnType<typeof createAccountPasskeys>;

/** A passkey as its owner sees it. */
export function presentPasskey({ id, name, backedUp, createdAt, lastUsedAt }: AccountPasskeyRow) {
  return { id, name, backedUp, createdAt: createdAt.toISOString(), lastUsedAt: lastUsedAt?.toISOString() ?? null };
}
