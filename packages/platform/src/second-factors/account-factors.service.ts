import { checkTotp, codeInvalid, createRecoveryCodes, createTotpSecret, hashRecoveryCode, totpUri } from '@mainstay/factors';
import { secondFactorExists, secondFactorNotFound } from '@mainstay/factors';
import type { Frame } from '@mainstay/host';
import type { AccountId, ProjectContext, Seal } from '@mainstay/kernel';
import type { TransactionSession } from '@mainstay/store';
import type { Change, Noted } from '../audit/audit.service.ts';
import type { AccountFactorsRow, AccountRow } from '../platform.model.ts';
import { AccountFactorsKind, AccountKind, AccountPasskeyKind } from '../platform.model.ts';

/** How long a secret waits for its first code. */
const PENDING_MS = 15 * 60_000;
const NOTHING = { sealedTotp: null, totpSince: null, lastStep: 0, pendingTotp: null, pendingUntil: null, recoveryHashes: [] } as const;

/** What the factors of accounts need besides the frame. */
export interface AccountFactorsDependencies {
  readonly seal: Seal;
  readonly context: () => ProjectContext;
  /** Called when an account got its first factor, or lost the last one. */
  readonly onChanged: (accountId: AccountId) => Promise<void>;
}

/** Authenticator apps and recovery codes of accounts. Secrets lie sealed, codes hashed. */
export function createAccountFactors({ store, clock }: Frame, { seal, context, onChanged }: AccountFactorsDependencies) {
  const rows = store.control(AccountFactorsKind);
  const accounts = store.control(AccountKind);
  const passkeys = store.control(AccountPasskeyKind);
  const fieldOf = (id: AccountId): string => `totp ${id}`;

  const get = async (id: AccountId, session?: TransactionSession): Promise<AccountFactorsRow> =>
    (await rows.findOne({ id }, session === undefined ? {} : { session })) ?? { id, ...NOTHING };

  /** Changes the row, which need not be there yet. */
  async function put(id: AccountId, set: Partial<AccountFactorsRow>, session?: TransactionSession): Promise<void> {
    const absent = Object.fromEntries(Object.entries(NOTHING).filter(([field]) => !(field in set)));
    const options = session === undefined ? {} : { session };
    await rows.update({ id }, { $set: set, $setOnInsert: absent }, { upsert: true, ...options });
  }

  /** What the account says of its factors becomes true again; recovery codes go with the last one, and come with the first. @returns codes to show */
  async function settle(id: AccountId, session: TransactionSession): Promise<readonly string[]> {
    const { sealedTotp, recoveryHashes } = await get(id, session);
    const hasSecondFactor = sealedTotp !== null || (await passkeys.findOne({ accountId: id }, { session })) !== null;
    await accounts.update({ id }, { $set: { hasSecondFactor } }, { session });
    if (!hasSecondFactor) await put(id, { recoveryHashes: [] }, session);
    if (!hasSecondFactor || recoveryHashes.length > 0) return [];
    const recoveryCodes = createRecoveryCodes();
    await put(id, { recoveryHashes: recoveryCodes.map(hashRecoveryCode) }, session);
    return recoveryCodes;
  }

  return {
    get,

    /** Runs a change of the account's factors with all that follows from it. @returns recovery codes for those who had none */
    async changing(id: AccountId, noted: Noted<readonly string[]>, change: Change<void>): Promise<readonly string[]> {
      const codes = await noted(async (session) => {
        await change(session);
        return settle(id, session);
      });
      await onChanged(id);
      return codes;
    },

    /** Begins to set up an authenticator app; what was begun before is void. @throws secondFactorExists */
    async beginTotp({ id, email }: Pick<AccountRow, 'id' | 'email'>) {
      if ((await get(id)).sealedTotp !== null) throw secondFactorExists();
      const secret = createTotpSecret();
      const pendingUntil = new Date(clock.now() + PENDING_MS);
      await put(id, { pendingTotp: seal.seal(context(), fieldOf(id), secret), pendingUntil });
      const uri = totpUri({ secret, issuer: context().project.name, account: email });
      return { secret, uri, expiresAt: pendingUntil.toISOString() };
    },

    /** The change that sets the app up by its first code. @throws secondFactorNotFound, codeInvalid */
    async confirmingTotp(id: AccountId, code: string): Promise<Change<void>> {
      const { pendingTotp, pendingUntil } = await get(id);
      const now = clock.now();
      if (pendingTotp === null || (pendingUntil?.getTime() ?? 0) <= now) throw secondFactorNotFound();
      const lastStep = checkTotp({ secret: seal.unseal(context(), fieldOf(id), pendingTotp), code, nowMs: now, lastStep: null });
      if (lastStep === null) throw codeInvalid();
      const set = { sealedTotp: pendingTotp, totpSince: new Date(now), lastStep, pendingTotp: null, pendingUntil: null };
      return async (session) => {
        const { matched } = await rows.update({ id, pendingTotp, sealedTotp: null }, { $set: set }, { session });
        if (matched === 0) throw secondFactorNotFound();
      };
    },

    /** The change that removes the app. @throws secondFactorNotFound */
    removingTotp:
      (id: AccountId): Change<void> =>
      async (session) => {
        const set = { sealedTotp: null, totpSince: null, pendingTotp: null, pendingUntil: null };
        if ((await rows.update({ id, sealedTotp: { $ne: null } }, { $set: set }, { session })).matched === 0) throw secondFactorNotFound();
      },

    /** New recovery codes in place of all others. @throws secondFactorNotFound where there is no second factor to recover from */
    async renewRecoveryCodes(id: AccountId, noted: Noted<void>): Promise<readonly string[]> {
      const recoveryCodes = createRecoveryCodes();
      await noted(async (session) => {
        if ((await accounts.findOne({ id }, { session }))?.hasSecondFactor !== true) throw secondFactorNotFound();
        await put(id, { recoveryHashes: recoveryCodes.map(hashRecoveryCode) }, session);
      });
      return recoveryCodes;
    },

    /** Whether this is a code of the account's app that was not taken yet: of many at once exactly one is. */
    async takeTotp(id: AccountId, code: string): Promise<boolean> {
      const { sealedTotp, lastStep } = await get(id);
      if (sealedTotp === null) return false;
      const step = checkTotp({ secret: seal.unseal(context(), fieldOf(id), sealedTotp), code, nowMs: clock.now(), lastStep });
      if (step === null) return false;
      return (await rows.update({ id, sealedTotp, lastStep: { $lt: step } }, { $set: { lastStep: step } })).matched === 1;
    },

    /** Whether this is a recovery code that was not taken yet: of many at once exactly one is. */
    async takeRecoveryCode(id: AccountId, code: string): Promise<boolean> {
      const hash = hashRecoveryCode(code);
      return (await rows.update({ id, recoveryHashes: hash }, { $pull: { recoveryHashes: hash } })).matched === 1;
    },
  };
}
export type AccountFactors = ReturnType<typeof createAccountFactors>;
