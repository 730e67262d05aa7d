import { createHmac } from 'node:crypto';

/** The header that shows a call is ours: the time it was made, and an HMAC-SHA-256 of that and the body. Old ones are worth nothing. */
export function signCall(secret: string, body: string, atMs: number): string {
  const at = Math.floor(atMs / 1_000);
  return `t=${at},v1=${createHmac('sha256', secret).update(`${at}.${body}`).digest('hex')}`;
}
