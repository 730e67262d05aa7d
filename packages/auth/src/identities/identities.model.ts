import type { UserId } from '@mainstay/kernel';
import { defineKind } from '@mainstay/store';

/** Somebody's account elsewhere that signs in a user here. */
export interface IdentityRow {
  readonly id: string;
  /** Who vouches for the subject: an issuer's URL, or the project's own server. */
  readonly issuer: string;
  readonly subject: string;
  readonly userId: UserId;
  /** The provider's name at the time. */
  readonly provider: string;
  /** What the provider said at the last sign-in; shown, and believed in nothing. */
  readonly email: string | null;
  readonly name: string | null;
  readonly createdAt: Date;
  readonly lastUsedAt: Date;
}
export const IdentityKind = defineKind<IdentityRow>({
  name: 'identities',
  indexes: [{ fields: { issuer: 1, subject: 1 }, unique: true }, { fields: { userId: 1 } }],
});
