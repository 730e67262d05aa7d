import { defineKind } from '@mainstay/store';

/** A key pair that signs a project's access tokens. The id is its `kid`. */
export interface SigningKeyRow {
  readonly id: string;
  readonly publicKey: Readonly<Record<string, unknown>>;
  readonly sealedPrivateKey: string;
  /** True on the one that signs, absent on those before it: the index on it is unique. */
  readonly isCurrent?: true;
  readonly createdAt: Date;
  /** When the last token of a key that signs no more has run out. */
  readonly expiresAt?: Date;
}
export const SigningKeyKind = defineKind<SigningKeyRow>({
  name: 'signingKeys',
  indexes: [
    { fields: { isCurrent: 1 }, unique: true, where: { isCurrent: { $exists: true } } },
    { fields: { expiresAt: 1 }, expireAfterSeconds: 0 },
  ],
});
