import type { MainstayError } from './mainstay-error.ts';

const FIRST_MS = 250;
const LONGEST_MS = 8_000;
/** A server that asks for more is not waited for: the caller learns why, and when to come back. */
const MAX_RETRY_AFTER_SECONDS = 30;
const TRANSIENT = new Set([408, 502, 503, 504]);

/**
 * How long to wait before the request is sent again, in ms; null when it must not be. What may not be repeated is sent again only when
 * it was refused before anything was done (429).
 */
export function retryDelay(error: MainstayError, attempt: number, mayRepeat: boolean): number | null {
  const isRefused = error.status === 429;
  const isTransient =
    TRANSIENT.has(error.status) || error.code === 'network_error' || error.code === 'timed_out' || error.code === 'idempotency_in_progress';
  if (!isRefused && !(mayRepeat && isTransient)) return null;
  const asked = error.retryAfterSeconds ?? 0;
  if (asked > MAX_RETRY_AFTER_SECONDS) return null;
  // Half of it is by chance, so that clients that failed together do not come back together.
  const backoff = Math.min(LONGEST_MS, FIRST_MS * 2 ** attempt) * (0.5 + Math.random() / 2);
  return Math.max(asked * 1_000, backoff);
}
