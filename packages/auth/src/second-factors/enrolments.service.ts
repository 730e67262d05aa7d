import { checkTotp, createRecoveryCodes, createTotpSecret, hashRecoveryCode, totpUri } from '@mainstay/factors';
import type { Frame } from '@mainstay/host';
import type { ProjectContext, Seal, UserId } from '@mainstay/kernel';
import { codeInvalid, secondFactorExists, secondFactorNotFound } from '../auth.problems.ts';
import type { UserRow } from '../users/users.model.ts';
import type { FactorsRow } from './second-factors.model.ts';
import { FactorsKind } from './second-factors.model.ts';

/** How long a secret waits for its first code. */
const PENDING_MS = 15 * 60_000;
const NOTHING = {
  sealedTotp: null,
  totpSince: null,
  lastStep: 0,
  pendingTotp: null,
  pendingUntil: null,
  email: false,
  passkey: false,
  recoveryHashes: [],
} as const satisfies Omit<FactorsRow, 'id'>;

/** The second factors that users have set up. Secrets lie sealed, and recovery codes hashed. */
export function createEnrolments({ store, clock }: Frame, seal: Seal) {
  const rowsOf = (context: ProjectContext) => store.kind(context, FactorsKind);
  const fieldOf = (id: UserId): string => `totp ${id}`;

  const get = async (context: ProjectContext, id: UserId): Promise<FactorsRow> =>
    (await rowsOf(context).findOne({ id })) ?? { id, ...NOTHING };

  /** Changes a row that need not be there yet. */
  async function change(context: ProjectContext, id: UserId, set: Partial<FactorsRow>): Promise<void> {
    const absent = Object.fromEntries(Object.entries(NOTHING).filter(([field]) => !(field in set)));
    await rowsOf(context).update({ id }, { $set: set, $setOnInsert: absent }, { upsert: true });
  }

  /** Codes for those who had none: shown to the user once. */
  function firstCodes({ recoveryHashes }: FactorsRow) {
    const recoveryCodes = recoveryHashes.length > 0 ? [] : createRecoveryCodes();
    const hashes = recoveryHashes.length > 0 ? recoveryHashes : recoveryCodes.map(hashRecoveryCode);
    return { recoveryCodes, hashes };
  }

  return {
    get,

    /** Begins to set up an authenticator app; what was begun before is void. @throws secondFactorExists */
    async beginTotp(context: ProjectContext, user: UserRow) {
      if ((await get(context, user.id)).sealedTotp !== null) throw secondFactorExists();
      const secret = createTotpSecret();
      const pendingUntil = new Date(clock.now() + PENDING_MS);
      await change(context, user.id, { pendingTotp: seal.seal(context, fieldOf(user.id), secret), pendingUntil });
      const uri = totpUri({ secret, issuer: context.project.name, account: user.email ?? user.username ?? user.id });
      return { secret, uri, expiresAt: pendingUntil.toISOString() };
    },

    /** Sets the app up by its first code. @returns recovery codes for those who had none @throws secondFactorNotFound, codeInvalid */
    async confirmTotp(context: ProjectContext, id: UserId, code: string): Promise<readonly string[]> {
      const row = await get(context, id);
      const { pendingTotp, pendingUntil } = row;
      const now = clock.now();
      if (pendingTotp === null || (pendingUntil?.getTime() ?? 0) <= now) throw secondFactorNotFound();
      const lastStep = checkTotp({ secret: seal.unseal(context, fieldOf(id), pendingTotp), code, nowMs: now, lastStep: null });
      if (lastStep === null) throw codeInvalid();
      const { recoveryCodes, hashes } = firstCodes(row);
      const { matched } = await rowsOf(context).update(
        { id, pendingTotp, sealedTotp: null },
        {
          $set: {
            sealedTotp: pendingTotp,
            totpSince: new Date(now),
            lastStep,
            pendingTotp: null,
            pendingUntil: null,
            recoveryHashes: hashes,
          },
        },
      );
      if (matched === 0) throw secondFactorNotFound();
      return recoveryCodes;
    },

    /** Whether this is a code of the user's app that was not taken yet: of many at once exactly one is. */
    async takeTotp(context: ProjectContext, id: UserId, code: string): Promise<boolean> {
      const { sealedTotp, lastStep } = await get(context, id);
      if (sealedTotp === null) return false;
      const step = checkTotp({ secret: seal.unseal(context, fieldOf(id), sealedTotp), code, nowMs: clock.now(), lastStep });
      if (step === null) return false;
      const { matched } = await rowsOf(context).update({ id, sealedTotp, lastStep: { $lt: step } }, { $set: { lastStep: step } });
      return matched === 1;
    },

    /** Whether this is a recovery code that was not taken yet: of many at once exactly one is. */
    async takeRecoveryCode(context: ProjectContext, id: UserId, code: string): Promise<boolean> {
      const hash = hashRecoveryCode(code);
      const { matched } = await rowsOf(context).update({ id, recoveryHashes: hash }, { $pull: { recoveryHashes: hash } });
      return matched === 1;
    },

    /** @throws secondFactorNotFound */
    async removeTotp(context: ProjectContext, id: UserId): Promise<void> {
      const set = { sealedTotp: null, totpSince: null, pendingTotp: null, pendingUntil: null };
      const { matched } = await rowsOf(context).update({ id, sealedTotp: { $ne: null } }, { $set: set });
      if (matched === 0) throw secondFactorNotFound();
    },

    /** Switches codes by e-mail or passkeys as a second factor. */
    setWish: (context: ProjectContext, id: UserId, wish: { readonly email?: boolean; readonly passkey?: boolean }): Promise<void> =>
      change(context, id, wish),

    /** Recovery codes for those who have none. */
    async firstRecoveryCodes(context: ProjectContext, id: UserId): Promise<readonly string[]> {
      const { recoveryCodes, hashes } = firstCodes(await get(context, id));
      if (recoveryCodes.length > 0) await change(context, id, { recoveryHashes: hashes });
      return recoveryCodes;
    },

    /** New recovery codes in place of all others. */
    async renewRecoveryCodes(context: ProjectContext, id: UserId): Promise<readonly string[]> {
      const recoveryCodes = createRecoveryCodes();
      await change(context, id, { recoveryHashes: recoveryCodes.map(hashRecoveryCode) });
      return recoveryCodes;
    },

    /** Without a second factor, recovery codes open nothing: they go with the last one. */
    async forgetRecoveryCodes(context: ProjectContext, id: UserId): Promise<void> {
      await rowsOf(context).update({ id }, { $set: { recoveryHashes: [] } });
    },

    /** All of the user's second factors. */
    async removeAll(context: ProjectContext, id: UserId): Promise<void> {
      await rowsOf(context).delete({ id });
    },
  };
}
export type Enrolments = ReturnType<typeof createEnrolments>;
