import type { SessionId, UserId } from '@mainstay/kernel';
import { defineKind } from '@mainstay/store';
import type { FactorMethod } from './second-factors.schema.ts';

/** The second factors of a user. */
export interface FactorsRow {
  readonly id: UserId;
  /** The secret of the authenticator app, sealed; null where there is none. */
  readonly sealedTotp: string | null;
  readonly totpSince: Date | null;
  /** The step of the last code that was taken. */
  readonly lastStep: number;
  /** A secret whose first code has not been shown yet. */
  readonly pendingTotp: string | null;
  readonly pendingUntil: Date | null;
  /** Whether the user wants codes by e-mail. */
  readonly email: boolean;
  /** Whether the user wants to be asked for a passkey after the password. */
  readonly passkey: boolean;
  /** Of the codes that were not used. */
  readonly recoveryHashes: readonly string[];
}
export const FactorsKind = defineKind<FactorsRow>({ name: 'secondFactors' });

/** A sign-in, a first set-up or an operation that waits for a second factor. */
export interface SecondStepRow {
  /** SHA-256 of its token. */
  readonly id: string;
  readonly purpose: 'sign-in' | 'enrolment' | 'step-up';
  readonly userId: UserId;
  /** The session that steps up. */
  readonly sessionId: SessionId | null;
  /** How the first factor was shown. */
  readonly method: string | null;
  /** Of the password at that time: a step from before a change is void. */
  readonly passwordMark: string;
  readonly methods: readonly FactorMethod[];
  /** How many codes were mailed for it: each has a handle of its own. */
  readonly codesSent: number;
  readonly createdAt: Date;
  readonly expiresAt: Date;
}
export const SecondStepKind = defineKind<SecondStepRow>({
  name: 'secondSteps',
  indexes: [{ fields: { userId: 1 } }, { fields: { expiresAt: 1 }, expireAfterSeconds: 0 }],
});
