import { createHash } from 'node:crypto';

/** What is stored of a token. Tokens have at least 128 random bits: a fast hash is enough. */
export function hashToken(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}
