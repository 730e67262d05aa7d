import type { FactorShown } from './account-shapes.ts';

/** A typed code as a factor: six digits come from an app, anything else is a recovery code. */
export function codeShown(text: string): FactorShown {
  const code = text.trim();
  const digits = code.replaceAll(' ', '');
  return /^\d{6}$/.test(digits) ? { method: 'totp', code: digits } : { method: 'recovery', code };
}
