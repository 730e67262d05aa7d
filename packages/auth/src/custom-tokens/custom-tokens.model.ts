import { defineKind } from '@mainstay/store';
import type { JsonWebKey } from 'node:crypto';
import type { TOKEN_ALGORITHMS } from './custom-tokens.schema.ts';

/** The public key of a project's own server, which vouches for users. The id is the `kid` of its tokens. */
export interface TokenKeyRow {
  readonly id: string;
  readonly name: string;
  /** The one that fits the key; a token has no say in it. */
  readonly algorithm: (typeof TOKEN_ALGORITHMS)[number];
  readonly publicKey: JsonWebKey;
  readonly createdAt: Date;
}
export const TokenKeyKind = defineKind<TokenKeyRow>({ name: 'tokenKeys' });
