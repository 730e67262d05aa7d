import { invalidInput } from '@mainstay/kernel';
import { ECDH } from 'node:crypto';
import type { InstallationBody } from '../messaging.schema.ts';

/** RFC 8291 §3.2. */
const AUTH_BYTES = 16;

/**
 * Refuses keys that no message could be encrypted with: `p256dh` is a point of the curve P-256, `auth` 16 bytes (RFC 8291).
 * @throws invalidInput
 */
export function checkSubscriptionKeys({ p256dh, auth }: NonNullable<InstallationBody['subscription']>['keys']): void {
  if (!isPoint(p256dh)) refuse('p256dh', 'It is no uncompressed point of the curve P-256.');
  if (Buffer.from(auth, 'base64url').length !== AUTH_BYTES) refuse('auth', `It has not ${AUTH_BYTES} bytes.`);
}

function isPoint(text: string): boolean {
  const bytes = Buffer.from(text, 'base64url');
  try {
    return bytes.equals(ECDH.convertKey(bytes, 'prime256v1', undefined, undefined, 'uncompressed') as Buffer);
  } catch {
    return false;
  }
}

function refuse(key: string, message: string): never {
  throw invalidInput(undefined, { issues: [{ path: `subscription.keys.${key}`, code: 'invalid', message }] });
}
