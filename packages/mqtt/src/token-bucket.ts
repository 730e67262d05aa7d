import type { Clock } from '@mainstay/kernel';

/** Lets `perSecond` units pass in each second, with a burst of one second. Local to the process. */
export class TokenBucket {
  readonly #clock: Clock;
  #perSecond: number;
  #tokens: number;
  #filledAt: number;

  constructor(perSecond: number, clock: Clock) {
    this.#clock = clock;
    this.#perSecond = perSecond;
    this.#tokens = perSecond;
    this.#filledAt = clock.now();
  }

  /** Follows a limit that was changed. */
  resize(perSecond: number): void {
    this.#perSecond = perSecond;
  }

  /**
   * Takes one unit, on credit if there is none.
   * @returns the milliseconds to wait before going on: 0 while the rate is kept.
   */
  take(): number {
    const now = this.#clock.now();
    this.#tokens = Math.min(this.#perSecond, this.#tokens + ((now - this.#filledAt) / 1_000) * this.#perSecond);
    this.#filledAt = now;
    this.#tokens -= 1;
    return this.#tokens >= 0 ? 0 : Math.ceil((-this.#tokens / this.#perSecond) * 1_000);
  }
}
