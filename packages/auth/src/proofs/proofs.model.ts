import type { UserId } from '@mainstay/kernel';
import { defineKind } from '@mainstay/store';
import type { PROOF_PURPOSES } from './proofs.schema.ts';

export type ProofPurpose = (typeof PROOF_PURPOSES)[number];

/** Something that was sent to an address, and whoever shows it can read mails to that address. Works once. */
export interface ProofRow {
  /** For codes, the hash of the handle that only the requester has. */
  readonly id: string;
  readonly purpose: ProofPurpose;
  readonly email: string;
  /** Where its link leads. */
  readonly destination: string | null;
  readonly locale: string;
  /** `asked`: nobody has looked yet whether there is such a user; `dropped`: there is none that may. */
  readonly state: 'asked' | 'sent' | 'used' | 'dropped';
  /** SHA-256 of the token in the link; of handle and code for codes. */
  readonly secretHash: string | null;
  readonly attempts: number;
  readonly userId: UserId | null;
  /** Of the password at that time: a proof from before a change is void. */
  readonly passwordMark: string | null;
  readonly createdAt: Date;
  readonly expiresAt: Date;
}
export const ProofKind = defineKind<ProofRow>({
  name: 'proofs',
  indexes: [
    { fields: { secretHash: 1 } },
    { fields: { state: 1, createdAt: 1 } },
    { fields: { userId: 1 } },
    { fields: { expiresAt: 1 }, expireAfterSeconds: 0 },
  ],
});
