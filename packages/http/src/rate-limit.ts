import type { Clock, Problem, ProjectId } from '@mainstay/kernel';
import { limitExceeded, LruCache } from '@mainstay/kernel';
import type { Meter, Usage } from '@mainstay/store';

/** Buckets of tenants that were quiet this long start full again, which is what they would be anyway. */
const BUCKET_AGE_MS = 60_000;
const MAX_BUCKETS = 100_000;
/** How many seconds' worth of requests may come at once. */
const BURST_SECONDS = 2;

interface Bucket {
  tokens: number;
  at: number;
}

/** However much others use, a process keeps this part of a limit: nobody is shut out by news that is a second old. */
const OWN_SHARE = 0.05;

/** What a limiter limits. */
export interface RateLimiterOptions {
  /** As it stands in the problem, e.g. `requests per second`. */
  readonly name: string;
  readonly meter: Meter;
  readonly usage: Usage;
  readonly clock: Clock;
}

/** Token buckets in this process, which fill as far as other processes leave room: deciding costs neither MongoDB nor Redis a command. */
export class RateLimiter {
  readonly #buckets: LruCache<Bucket>;
  readonly #options: RateLimiterOptions;

  constructor(options: RateLimiterOptions) {
    this.#options = options;
    this.#buckets = new LruCache({ maxEntries: MAX_BUCKETS, maxAgeMs: BUCKET_AGE_MS }, options.clock);
  }

  /** Takes `amount` of what the project may use `allowed` of in a second. Returns the problem when there is too little left. */
  take(key: ProjectId, allowed: number, amount = 1): Problem | null {
    const { clock, meter, name, usage } = this.#options;
    const now = clock.now();
    const perSecond = Math.max(allowed * OWN_SHARE, allowed - usage.othersPerSecond(key, meter));
    const capacity = perSecond * BURST_SECONDS;
    const bucket = this.#buckets.get(key) ?? { tokens: capacity, at: now };
    bucket.tokens = Math.min(capacity, bucket.tokens + ((now - bucket.at) / 1_000) * perSecond);
    bucket.at = now;
    this.#buckets.set(key, bucket);
    if (bucket.tokens < amount) {
      const retryAfterSeconds = Math.max(1, Math.ceil((amount - bucket.tokens) / perSecond));
      return limitExceeded({ limit: name, allowed }, { retryAfterSeconds });
    }
    bucket.tokens -= amount;
    usage.note(key, meter, amount);
    return null;
  }

  /** Counts more for what was let in already, when it turns out to be worth many: what comes next waits until that is paid off. */
  charge(key: ProjectId, amount: number): void {
    const bucket = this.#buckets.get(key);
    if (bucket !== undefined) bucket.tokens -= amount;
    this.#options.usage.note(key, this.#options.meter, amount);
  }
}
