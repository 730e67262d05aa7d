import { createPasskeyChallenge } from '@mainstay/factors';
import type { Frame } from '@mainstay/host';
import type { ProjectContext } from '@mainstay/kernel';
import { createSecret } from '@mainstay/kernel';
import { passkeyInvalid } from '../auth.problems.ts';
import { hashToken } from '../sessions/hash-token.ts';
import type { PasskeyChallengeRow } from './passkeys.model.ts';
import { PasskeyChallengeKind } from './passkeys.model.ts';

const LIFE_MS = 5 * 60_000;

type Wish = Pick<PasskeyChallengeRow, 'purpose'> & Partial<Pick<PasskeyChallengeRow, 'userId' | 'candidate'>>;

/** What authenticators were asked to sign. */
export function createPasskeyChallenges({ store, clock }: Frame) {
  const rowsOf = (context: ProjectContext) => store.kind(context, PasskeyChallengeKind);

  return {
    /** A challenge to make options of. The token is made by the caller, or freshly. */
    async begin(context: ProjectContext, { purpose, userId = null, candidate = null }: Wish, token = `mk_${createSecret()}`) {
      const challenge = createPasskeyChallenge();
      const expiresAt = new Date(clock.now() + LIFE_MS);
      const set = { purpose, challenge, userId, candidate, expiresAt };
      await rowsOf(context).update({ id: hashToken(token) }, { $set: set }, { upsert: true });
      return { token, challenge, expiresAt: expiresAt.toISOString() };
    },

    /** Uses a challenge up: of many at once exactly one gets it. @throws passkeyInvalid */
    async take(context: ProjectContext, purpose: PasskeyChallengeRow['purpose'], token: string): Promise<PasskeyChallengeRow> {
      const id = hashToken(token);
      const row = await rowsOf(context).findOne({ id, purpose, expiresAt: { $gt: new Date(clock.now()) } });
      if (row === null || (await rowsOf(context).delete({ id, challenge: row.challenge })) === 0) throw passkeyInvalid();
      return row;
    },
  };
}
export type PasskeyChallenges = ReturnType<typeof createPasskeyChallenges>;
