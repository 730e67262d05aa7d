import type { UserId } from '@mainstay/kernel';
import { defineKind } from '@mainstay/store';

/** A passkey of a user. */
export interface PasskeyRow {
  /** The credential's id in base64url, chosen by the authenticator. */
  readonly id: string;
  readonly userId: UserId;
  readonly publicKey: string;
  /** How often it was used, as it says; it never goes back. */
  readonly counter: number;
  readonly transports: readonly string[];
  readonly name: string;
  readonly backedUp: boolean;
  readonly aaguid: string;
  readonly createdAt: Date;
  readonly lastUsedAt: Date | null;
}
export const PasskeyKind = defineKind<PasskeyRow>({ name: 'passkeys', indexes: [{ fields: { userId: 1, createdAt: 1 } }] });

/** What an authenticator was asked to sign: good for one answer, for five minutes. */
export interface PasskeyChallengeRow {
  /** SHA-256 of its token. */
  readonly id: string;
  readonly purpose: 'add' | 'sign-in' | 'sign-up' | 'second-step';
  readonly challenge: string;
  /** Whose passkey it is about; of `sign-up`, the user to be. Null where anybody's may answer. */
  readonly userId: UserId | null;
  /** Who wants to sign up. */
  readonly candidate: { readonly email?: string; readonly username?: string; readonly name?: string } | null;
  readonly expiresAt: Date;
}
export const PasskeyChallengeKind = defineKind<PasskeyChallengeRow>({
  name: 'passkeyChallenges',
  indexes: [{ fields: { expiresAt: 1 }, expireAfterSeconds: 0 }],
});
