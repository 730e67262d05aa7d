import { secondStepInvalid } from '@mainstay/factors';
import type { Frame } from '@mainstay/host';
import type { AccountId } from '@mainstay/kernel';
import { createSecret } from '@mainstay/kernel';
import { hashToken } from '../accounts/credentials.service.ts';
import type { AccountStepRow } from '../platform.model.ts';
import { AccountStepKind } from '../platform.model.ts';

const LIFE_MS = 5 * 60_000;

/** Steps that were begun: the second one of a sign-in, and the challenges of passkeys. Each can be completed once, within five minutes. */
export function createSteps({ store, clock }: Frame) {
  const rows = store.control(AccountStepKind);
  const alive = () => ({ expiresAt: { $gt: new Date(clock.now()) } });

  return {
    lifeMs: LIFE_MS,

    /** @returns the token that completes the step */
    async begin(step: Pick<AccountStepRow, 'purpose' | 'accountId'> & Partial<AccountStepRow>): Promise<string> {
      const token = `ms_${createSecret()}`;
      await rows.insert({
        mark: null,
        method: '',
        challenge: null,
        ...step,
        id: hashToken(token),
        expiresAt: new Date(clock.now() + LIFE_MS),
      });
      return token;
    },

    /** A step that is under way. @throws secondStepInvalid */
    async find(token: string, purpose: AccountStepRow['purpose']): Promise<AccountStepRow> {
      const row = await rows.findOne({ id: hashToken(token), purpose, ...alive() });
      if (row === null) throw secondStepInvalid();
      return row;
    },

    /** Completes a step: of many at once exactly one does. @throws secondStepInvalid also when it was begun for somebody else */
    async take(token: string, purpose: AccountStepRow['purpose'], accountId: AccountId | null): Promise<AccountStepRow> {
      const filter = { id: hashToken(token), purpose, accountId, ...alive() };
      const row = await rows.findOne(filter);
      if (row === null || (await rows.delete(filter)) === 0) throw secondStepInvalid();
      return row;
    },
  };
}
export type Steps = ReturnType<typeof createSteps>;
