import { COMMON_PASSWORDS } from './common-passwords.ts';

let known: ReadonlySet<string> | undefined;

/** Whether the password is one of those that attackers try first, in any case and with spaces around. */
export function isCommonPassword(password: string): boolean {
  known ??= new Set(COMMON_PASSWORDS.split(/\s+/).filter(Boolean));
  return known.has(password.normalize('NFKC').trim().toLowerCase());
}
