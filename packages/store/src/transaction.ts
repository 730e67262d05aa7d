import type { Problem } from '@mainstay/kernel';
import { serviceUnavailable } from '@mainstay/kernel';
import type { ClientSession, MongoClient } from 'mongodb';
import { writing } from './write-errors.ts';

declare const inTransaction: unique symbol;
/** A transaction under way; only this package can look inside. */
export interface TransactionSession {
  readonly [inTransaction]: true;
}

/** The driver's session behind a transaction. */
export function clientSessionOf(session: TransactionSession): ClientSession {
  return session as unknown as ClientSession;
}

/** How many transactions of a process run at the same time, and how long each may take, in milliseconds. */
export interface TransactionLimits {
  readonly concurrent: number;
  readonly waitMs: number;
  readonly timeoutMs: number;
}

/**
 * Runs transactions, a bounded number at a time: each holds a connection while it waits for others' locks, and those that waited for one
 * document would take the whole pool from everybody.
 */
export class Transactions {
  readonly #client: MongoClient;
  readonly #limits: TransactionLimits;
  readonly #waiting = new Set<() => void>();
  #running = 0;

  constructor(client: MongoClient, limits: TransactionLimits) {
    this.#client = client;
    this.#limits = limits;
  }

  /**
   * Runs `run` in a transaction, again from its start when the server asks for it: `run` must have no other effects.
   * @throws serviceUnavailable when too many wait already, or when it did not come through in its time
   */
  async run<T>(run: (session: TransactionSession) => Promise<T>): Promise<T> {
    await this.#enter();
    const deadline = Date.now() + this.#limits.timeoutMs;
    try {
      return await writing(() =>
        this.#client.withSession((session) =>
          session.withTransaction(async () => {
            if (Date.now() > deadline) throw busy();
            return run(session as unknown as TransactionSession);
          }),
        ),
      );
    } finally {
      this.#leave();
    }
  }

  async #enter(): Promise<void> {
    if (this.#running >= this.#limits.concurrent) await this.#turn();
    else this.#running += 1;
  }

  /** Whoever waits longest takes the place over. */
  #leave(): void {
    const [next] = this.#waiting;
    if (next === undefined) this.#running -= 1;
    else next();
  }

  #turn(): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#waiting.delete(enter);
        reject(busy());
      }, this.#limits.waitMs);
      const enter = (): void => {
        clearTimeout(timer);
        this.#waiting.delete(enter);
        resolve();
      };
      this.#waiting.add(enter);
    });
  }
}

const busy = (): Problem => serviceUnavailable({ part: 'database' }, { retryAfterSeconds: 1 });
