import { createHash, randomInt } from 'node:crypto';

/** Without the letters that people take for one another (0 and O, 1, I and L). */
const ALPHABET = 'ABCDEFGHJKMNPQRSTUVWXYZ23456789';
const LENGTH = 10;

/** Fresh recovery codes such as `K7QXM-9RTHD`, of 49 bits each: show them once and keep only `hashRecoveryCode` of each. */
export function createRecoveryCodes(count = 10): string[] {
  return Array.from({ length: count }, () => {
    const code = Array.from({ length: LENGTH }, () => ALPHABET.charAt(randomInt(ALPHABET.length))).join('');
    return `${code.slice(0, LENGTH / 2)}-${code.slice(LENGTH / 2)}`;
  });
}

/** What is kept of a recovery code, in hexadecimal; lower case, spaces and dashes make no other code. */
export function hashRecoveryCode(code: string): string {
  return createHash('sha256')
    .update(code.toUpperCase().replaceAll(/[^A-Z0-9]/g, ''))
    .digest('hex');
}
