export type SecondFactorMethod = 'totp' | 'passkey' | 'email' | 'recovery';

/** What waits for a second factor. */
export interface SecondStep {
  readonly token: string;
  readonly methods: readonly SecondFactorMethod[];
  readonly expiresAt: string;
}

/** The step that a problem names; null where it names none. */
export function readSecondStep(value: unknown): SecondStep | null {
  return typeof value === 'object' && value !== null && 'token' in value ? (value as SecondStep) : null;
}
