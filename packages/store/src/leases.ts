import { createId } from '@mainstay/kernel';
import type { Collection, Db } from 'mongodb';
import { isDuplicateKey, writing } from './write-errors.ts';

interface LeaseRow {
  readonly _id: string;
  readonly holder: string;
  readonly epoch: number;
  readonly until: Date;
}

/** A right that one process holds until `until`. The epoch grows with every new holder: a write fences itself with it. */
export interface Lease {
  readonly name: string;
  readonly epoch: number;
}

/** Rights that at most one process holds at a time, kept in the control database. */
export class Leases {
  readonly #rows: Collection<LeaseRow>;
  readonly #holder = createId();

  constructor(controlDatabase: Db) {
    this.#rows = controlDatabase.collection<LeaseRow>('leases');
  }

  /** Takes or keeps the lease for `ttlMs`; null while another process has it. */
  async acquire(name: string, ttlMs: number): Promise<Lease | null> {
    const kept = await writing(() =>
      this.#rows.findOneAndUpdate({ _id: name, holder: this.#holder }, [{ $set: { until: { $add: ['$$NOW', ttlMs] } } }], {
        returnDocument: 'after',
      }),
    );
    if (kept !== null) return { name, epoch: kept.epoch };
    return this.#take(name, ttlMs);
  }

  async #take(name: string, ttlMs: number): Promise<Lease | null> {
    const holder = { holder: this.#holder, epoch: { $add: [{ $ifNull: ['$epoch', 0] }, 1] }, until: { $add: ['$$NOW', ttlMs] } };
    try {
      // Two steps, because an upsert may not compare with the server's clock. The second one meets a live lease as a duplicate.
      const taken =
        (await this.#rows.findOneAndUpdate({ _id: name, $expr: { $lt: ['$until', '$$NOW'] } }, [{ $set: holder }], {
          returnDocument: 'after',
        })) ??
        (await this.#rows.findOneAndUpdate({ _id: name, holder: { $exists: false } }, [{ $set: holder }], {
          upsert: true,
          returnDocument: 'after',
        }));
      return taken === null ? null : { name, epoch: taken.epoch };
    } catch (error) {
      if (isDuplicateKey(error)) return null;
      throw error;
    }
  }

  /** Gives the lease back, so that the next holder need not wait for it to run out. */
  async release(lease: Lease): Promise<void> {
    await this.#rows.updateOne({ _id: lease.name, holder: this.#holder, epoch: lease.epoch }, [
      { $set: { until: { $subtract: ['$$NOW', 1] } } },
    ]);
  }
}
