import type { Frame } from '@mainstay/host';
import type { ProjectContext } from '@mainstay/kernel';
import { DuplicateKeyError } from '@mainstay/store';
import { hashToken } from '../sessions/hash-token.ts';
import { UsedTokenKind } from './providers.model.ts';

/** A clock that goes wrong by so much still refuses a token that comes again. */
const MARGIN_MS = 300_000;

/** A token that somebody else signed. */
export interface SignedToken {
  /** Who signed it. */
  readonly issuer: string;
  /** What tells it from all others of that issuer: its `jti`, its nonce, or the signed text itself. */
  readonly mark: string;
  readonly expiresAtMs: number;
}

/** Remembers tokens until they have run out: of many that bring the same one at once, one is the first. */
export function createUsedTokens({ store }: Frame) {
  return {
    /** Whether nobody has used it before. From now on somebody has. */
    async isFirstUse(context: ProjectContext, { issuer, mark, expiresAtMs }: SignedToken): Promise<boolean> {
      try {
        const expiresAt = new Date(expiresAtMs + MARGIN_MS);
        await store.kind(context, UsedTokenKind).insert({ id: hashToken(JSON.stringify([issuer, mark])), expiresAt });
        return true;
      } catch (error) {
        if (error instanceof DuplicateKeyError) return false;
        throw error;
      }
    },
  };
}
export type UsedTokens = ReturnType<typeof createUsedTokens>;

/** The part of a JWS that is signed: its signature can be written in more than one way, this cannot. */
export function signedTextOfToken(token: string): string {
  return token.slice(0, token.lastIndexOf('.'));
}
