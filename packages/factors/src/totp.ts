import { generateSecret, generateURI, verifySync } from 'otplib';

const STEP_SECONDS = 30;
const CODE = /^\d{6}$/;

/** A code that somebody types, and what it is checked against. */
export interface TotpAttempt {
  /** Base32, as `createTotpSecret` makes it. */
  readonly secret: string;
  readonly code: string;
  readonly nowMs: number;
  /** The step of the last code that was taken: that one and earlier ones are no longer good. Null where there was none. */
  readonly lastStep: number | null;
}

/** A fresh secret of 160 bits in base32, for an app that shows codes (RFC 6238: SHA-1, six digits, 30 seconds). */
export function createTotpSecret(): string {
  return generateSecret();
}

/** The `otpauth://` address that such an app reads from a QR code. */
export function totpUri({ secret, issuer, account }: { secret: string; issuer: string; account: string }): string {
  // A colon divides the two.
  return generateURI({ secret, issuer: issuer.replaceAll(':', ' ').trim(), label: account.replaceAll(':', ' ').trim() });
}

/**
 * The step (of 30 seconds since 1970) whose code this is; null when it is none of this minute and a half, or not later than `lastStep`.
 * A code works once only if the caller keeps the step with a condition that it is greater than the one kept.
 */
export function checkTotp({ secret, code, nowMs, lastStep }: TotpAttempt): number | null {
  if (!CODE.test(code)) return null;
  const result = verifySync({
    secret,
    token: code,
    epoch: Math.floor(nowMs / 1_000),
    // Seconds: one step before and one after, for clocks that differ and for slow fingers.
    epochTolerance: STEP_SECONDS,
    ...(lastStep === null ? {} : { afterTimeStep: lastStep }),
  });
  return result.valid && 'timeStep' in result ? result.timeStep : null;
}
