import { foreignVerifier } from './foreign-verifier.ts';

const ARGON2 = /^\$argon2(?:id|i|d)\$(?:v=\d+\$)?m=(\d+),t=(\d+),p=(\d+)\$[A-Za-z0-9+/]+\$[A-Za-z0-9+/]+$/;
const MAX_MEMORY_KIB = 262_144;
const MAX_PASSES = 16;
const MAX_LANES = 16;

/** Whether the hash is one of argon2, of any cost that a sign-in may have. */
export function isArgon2Hash(text: string): boolean {
  const [, memory, passes, lanes] = ARGON2.exec(text) ?? [];
  return Number(memory) <= MAX_MEMORY_KIB && Number(passes) <= MAX_PASSES && Number(lanes) <= MAX_LANES;
}

/** Whether passwords can be checked against this hash, at a cost that a sign-in may have. */
export function isKnownHash(text: string): boolean {
  return text.length <= 2_000 && (isArgon2Hash(text) || foreignVerifier(text) !== null);
}
