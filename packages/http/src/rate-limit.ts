import type { Clock, Problem } from '@mainstay/kernel';
import { limitExceeded, LruCache } from '@mainstay/kernel';

/** Buckets of tenants that were quiet this long start full again, which is what they would be anyway. */
const BUCKET_AGE_MS = 60_000;
const MAX_BUCKETS = 100_000;
/** How many seconds' worth of requests may come at once. */
const BURST_SECONDS = 2;

interface Bucket {
  tokens: number;
  at: number;
}

/** Token buckets in this process: deciding costs neither MongoDB nor Redis a command. */
export class RateLimiter {
  readonly #buckets: LruCache<Bucket>;
  readonly #clock: Clock;
  readonly #name: string;

  constructor(name: string, clock: Clock) {
    this.#name = name;
    this.#clock = clock;
    this.#buckets = new LruCache({ maxEntries: MAX_BUCKETS, maxAgeMs: BUCKET_AGE_MS }, clock);
  }

  /** Takes `amount` tokens of `key`, which gains `perSecond`. Returns the problem when there are too few. */
  take(key: string, perSecond: number, amount = 1): Problem | null {
    const now = this.#clock.now();
    const capacity = perSecond * BURST_SECONDS;
    const bucket = this.#buckets.get(key) ?? { tokens: capacity, at: now };
    bucket.tokens = Math.min(capacity, bucket.tokens + ((now - bucket.at) / 1_000) * perSecond);
    bucket.at = now;
    this.#buckets.set(key, bucket);
    if (bucket.tokens < amount) {
      const retryAfterSeconds = Math.max(1, Math.ceil((amount - bucket.tokens) / perSecond));
      return limitExceeded({ limit: this.#name, allowed: perSecond }, { retryAfterSeconds });
    }
    bucket.tokens -= amount;
    return null;
  }
}
