import type { Clock } from '@mainstay/kernel';
import { LruCache } from '@mainstay/kernel';
import { signInThrottled } from './passwords.problems.ts';

/** Failures that cost nothing: people mistype. */
const FREE_FAILURES = 5;
const FIRST_DELAY_MS = 1_000;
/** The longest wait: nobody can lock an owner out for longer. */
const MAX_DELAY_MS = 5 * 60_000;
const FORGET_AFTER_MS = 60 * 60_000;
const MAX_KEYS = 100_000;

interface Failures {
  readonly count: number;
  readonly blockedUntil: number;
}

/** Slows down guessing: after a few failures each further one doubles the wait of that account and address. */
export class AttemptThrottle {
  readonly #failures: LruCache<Failures>;
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#failures = new LruCache({ maxEntries: MAX_KEYS, maxAgeMs: FORGET_AFTER_MS }, clock);
  }

  /** @throws signInThrottled while the key has to wait */
  check(key: string): void {
    const waitMs = (this.#failures.get(key)?.blockedUntil ?? 0) - this.#clock.now();
    if (waitMs > 0) throw signInThrottled(undefined, { retryAfterSeconds: Math.ceil(waitMs / 1_000) });
  }

  /**
   * Begins an attempt: it counts as failed until {@link succeed} says otherwise, so that a thousand at once are not all the first.
   * @throws signInThrottled while the key has to wait
   */
  begin(key: string): void {
    this.check(key);
    this.fail(key);
  }

  fail(key: string): void {
    const count = (this.#failures.get(key)?.count ?? 0) + 1;
    const delayMs = count <= FREE_FAILURES ? 0 : Math.min(MAX_DELAY_MS, FIRST_DELAY_MS * 2 ** (count - FREE_FAILURES - 1));
    this.#failures.set(key, { count, blockedUntil: this.#clock.now() + delayMs });
  }

  succeed(key: string): void {
    this.#failures.delete(key);
  }
}
