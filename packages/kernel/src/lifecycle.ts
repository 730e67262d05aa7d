import type { Logger } from './logger.ts';

/** A part of the process with a beginning and an end. */
export interface LifecyclePart {
  readonly name: string;
  start?(): Promise<void>;
  /** Stops taking new work and finishes what is under way. */
  drain?(): Promise<void>;
  /** Lets go of connections and timers. */
  stop?(): Promise<void>;
}

/** The longest that one part may take to drain or stop before the next one is asked. */
const PART_TIMEOUT_MS = 8_000;

/**
 * Starts parts in the order given; drains and stops them in the reverse order, each with a time limit,
 * so that what takes work in (doors) ends before what does the work (stores).
 */
export class Lifecycle {
  readonly #parts: LifecyclePart[] = [];
  readonly #log: Logger;
  #ending: Promise<void> | undefined;

  constructor(log: Logger) {
    this.#log = log;
  }

  /** Starts the part now and remembers to end it. */
  async start(part: LifecyclePart): Promise<void> {
    this.#parts.push(part);
    await part.start?.();
  }

  /** Drains, then stops, everything that was started. Safe to call twice. */
  end(): Promise<void> {
    this.#ending ??= this.#endAll();
    return this.#ending;
  }

  async #endAll(): Promise<void> {
    const parts = [...this.#parts].reverse();
    for (const part of parts) await this.#bounded(part.name, 'drain', part.drain?.bind(part));
    for (const part of parts) await this.#bounded(part.name, 'stop', part.stop?.bind(part));
  }

  async #bounded(name: string, step: string, run: (() => Promise<void>) | undefined): Promise<void> {
    if (run === undefined) return;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<'late'>((resolve) => {
      timer = setTimeout(() => resolve('late'), PART_TIMEOUT_MS);
    });
    try {
      const outcome = await Promise.race([run(), late]);
      if (outcome === 'late') this.#log.warn({ part: name, step }, 'part did not end in time');
    } catch (error) {
      this.#log.error({ part: name, step, err: error }, 'part failed to end');
    } finally {
      clearTimeout(timer);
    }
  }
}
