import type { Clock } from '@mainstay/kernel';

/** Lets `perSecond` messages pass in each second, with a burst of one second. */
export class MessageBudget {
  readonly #clock: Clock;
  readonly #perSecond: number;
  #tokens: number;
  #filledAt: number;

  constructor(perSecond: number, clock: Clock) {
    this.#clock = clock;
    this.#perSecond = perSecond;
    this.#tokens = perSecond;
    this.#filledAt = clock.now();
  }

  /** Takes one message. `flood` is more than twice what is allowed: whoever sends on like that does not listen. */
  take(): 'fine' | 'over' | 'flood' {
    const now = this.#clock.now();
    this.#tokens = Math.min(this.#perSecond, this.#tokens + ((now - this.#filledAt) / 1_000) * this.#perSecond) - 1;
    this.#filledAt = now;
    if (this.#tokens >= 0) return 'fine';
    return this.#tokens > -this.#perSecond ? 'over' : 'flood';
  }
}
