import type { Clock } from '@mainstay/kernel';
import { limitExceeded, LruCache } from '@mainstay/kernel';

const MINUTE_MS = 60_000;
const MAX_ADDRESSES = 100_000;

/**
 * Counts wrong credentials per address. Tokens cannot be guessed; this keeps a flood of them away from the database.
 * Devices that are known already are not asked, so that a bad neighbour behind the same address does not lock them out.
 */
export class FailedSignIns {
  readonly #counts: LruCache<{ failed: number }>;
  readonly #perMinute: number;

  constructor(perMinute: number, clock: Clock) {
    this.#perMinute = perMinute;
    this.#counts = new LruCache({ maxEntries: MAX_ADDRESSES, maxAgeMs: MINUTE_MS }, clock);
  }

  /** @throws limitExceeded when the address has failed too often. */
  check(address: string): void {
    const { failed } = this.#counts.get(address) ?? { failed: 0 };
    if (failed >= this.#perMinute)
      throw limitExceeded({ limit: 'failed sign-ins per minute', allowed: this.#perMinute }, { retryAfterSeconds: 60 });
  }

  note(address: string): void {
    const known = this.#counts.get(address);
    if (known === undefined) this.#counts.set(address, { failed: 1 });
    else known.failed += 1;
  }
}
