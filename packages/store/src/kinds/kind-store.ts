import type { AnyBulkWriteOperation, Collection, Document } from 'mongodb';
import { MongoBulkWriteError } from 'mongodb';
import type { CoalescedInserts } from '../coalescer/coalesce-inserts.ts';
import type { CoalescedReads } from '../coalescer/coalesce-reads.ts';
import type { TransactionSession } from '../transaction.ts';
import { clientSessionOf } from '../transaction.ts';
import { DuplicateKeyError } from '../store.problems.ts';
import { explainWriteError, isDuplicateKey, reading, writing } from '../write-errors.ts';
import type { Row } from './define-kind.ts';
import type { RowFilter, RowMapping, RowUpdate } from './row-mapping.ts';

/** How rows are listed. */
export interface FindOptions {
  readonly sort?: Readonly<Record<string, 1 | -1>>;
  readonly limit?: number;
  readonly skip?: number;
  readonly session?: TransactionSession;
}

/** How a row is changed. */
export interface UpdateOptions {
  readonly upsert?: boolean;
  readonly session?: TransactionSession;
}

/** What an update did. */
export interface UpdateResult {
  readonly matched: number;
  readonly modified: number;
  readonly upserted: boolean;
}

/** One statement of a bulk update. */
export interface BulkUpdate {
  readonly filter: RowFilter;
  readonly update: RowUpdate;
  readonly upsert?: boolean;
}

/** The native collection of a kind with its coalescers; stays inside this package. */
export interface KindCollection {
  readonly native: Collection<Document>;
  readonly reads: CoalescedReads;
  readonly inserts: CoalescedInserts;
  readonly maxTimeMs: number;
}

/**
 * The rows of one kind that the context may touch: those of its project (or of the control database).
 * Filters and updates use `id` and the row's own field names. Writes are acknowledged by a journalled majority.
 * @throws DuplicateKeyError, serviceUnavailable, outcomeUnknown
 */
export class KindStore<R extends Row> {
  readonly #collection: KindCollection;
  readonly #rows: RowMapping;

  constructor(collection: KindCollection, rows: RowMapping) {
    this.#collection = collection;
    this.#rows = rows;
  }

  /** One row by id, merged with the other point reads that wait. The row is shared: do not change it. */
  async get(id: string): Promise<R | null> {
    const stored = await this.#collection.reads.get(this.#rows.storedId(id));
    return stored === null ? null : this.#row(stored);
  }

  async find(filter: RowFilter, options: FindOptions = {}): Promise<R[]> {
    const { session, ...rest } = this.#findOptions(options);
    const found = await reading(() => this.#collection.native.find(this.#rows.filter(filter), { ...rest, ...session }).toArray());
    return found.map((stored) => this.#row(stored));
  }

  async findOne(filter: RowFilter, options: FindOptions = {}): Promise<R | null> {
    const [first] = await this.find(filter, { ...options, limit: 1 });
    return first ?? null;
  }

  count(filter: RowFilter): Promise<number> {
    return reading(() => this.#collection.native.countDocuments(this.#rows.filter(filter), { maxTimeMS: this.#collection.maxTimeMs }));
  }

  /** Stores a new row, merged with the other inserts that wait; inside a transaction by itself. */
  async insert(row: R, options: { session?: TransactionSession } = {}): Promise<void> {
    const stored = this.#rows.toStored(row as unknown as Readonly<Record<string, unknown>>);
    if (options.session === undefined) return this.#collection.inserts.insert(stored);
    await writing(() => this.#collection.native.insertOne(stored, sessionOption(options.session)));
  }

  /** Stores many rows in one command. Rows whose id or unique field exists already are left out and named. */
  async insertMany(
    rows: readonly R[],
    options: { session?: TransactionSession } = {},
  ): Promise<{ inserted: number; duplicates: readonly string[] }> {
    if (rows.length === 0) return { inserted: 0, duplicates: [] };
    const stored = rows.map((row) => this.#rows.toStored(row as unknown as Readonly<Record<string, unknown>>));
    try {
      await this.#collection.native.insertMany(stored, { ordered: false, ...sessionOption(options.session) });
      return { inserted: rows.length, duplicates: [] };
    } catch (error) {
      const refused = onlyDuplicates(error);
      const duplicates = refused.flatMap((position) => rows[position]?.id ?? []);
      return { inserted: rows.length - duplicates.length, duplicates };
    }
  }

  /** Changes one row. With `upsert`, the one that comes second of two creators at once changes what the first has made. */
  async update(filter: RowFilter, update: RowUpdate, options: UpdateOptions = {}): Promise<UpdateResult> {
    const result = await upserting(options, () =>
      this.#collection.native.updateOne(this.#rows.filter(filter), { ...update }, this.#writeOptions(options)),
    );
    return { matched: result.matchedCount, modified: result.modifiedCount, upserted: result.upsertedCount > 0 };
  }

  async updateMany(filter: RowFilter, update: RowUpdate, options: { session?: TransactionSession } = {}): Promise<UpdateResult> {
    const result = await writing(() =>
      this.#collection.native.updateMany(this.#rows.filter(filter), { ...update }, sessionOption(options.session)),
    );
    return { matched: result.matchedCount, modified: result.modifiedCount, upserted: false };
  }

  /** Changes one row, or makes it like `update`, and returns it as it is afterwards (or was before). */
  async findOneAndUpdate(
    filter: RowFilter,
    update: RowUpdate,
    options: UpdateOptions & { sort?: Readonly<Record<string, 1 | -1>>; returnBefore?: boolean } = {},
  ): Promise<R | null> {
    const stored = await upserting(options, () =>
      this.#collection.native.findOneAndUpdate(
        this.#rows.filter(filter),
        { ...update },
        {
          ...this.#writeOptions(options),
          ...(options.sort === undefined ? {} : { sort: { ...options.sort } }),
          returnDocument: options.returnBefore === true ? 'before' : 'after',
        },
      ),
    );
    return stored === null ? null : this.#row(stored);
  }

  /** Many updates in one unordered command. `duplicates` are the positions that a unique index refused. */
  async bulkUpdate(updates: readonly BulkUpdate[]): Promise<{ matched: number; upserted: number; duplicates: readonly number[] }> {
    if (updates.length === 0) return { matched: 0, upserted: 0, duplicates: [] };
    const operations: AnyBulkWriteOperation<Document>[] = updates.map(({ filter, update, upsert }) => ({
      updateOne: { filter: this.#rows.filter(filter), update: { ...update }, upsert: upsert ?? false },
    }));
    try {
      const result = await this.#collection.native.bulkWrite(operations, { ordered: false });
      return { matched: result.matchedCount, upserted: result.upsertedCount, duplicates: [] };
    } catch (error) {
      const duplicates = onlyDuplicates(error);
      const { result } = error as MongoBulkWriteError;
      return { matched: result.matchedCount, upserted: result.upsertedCount, duplicates };
    }
  }

  /** Deletes one row; the number that were there. */
  async delete(filter: RowFilter, options: { session?: TransactionSession } = {}): Promise<number> {
    const result = await writing(() => this.#collection.native.deleteOne(this.#rows.filter(filter), sessionOption(options.session)));
    return result.deletedCount;
  }

  async deleteMany(filter: RowFilter, options: { session?: TransactionSession } = {}): Promise<number> {
    const result = await writing(() => this.#collection.native.deleteMany(this.#rows.filter(filter), sessionOption(options.session)));
    return result.deletedCount;
  }

  /** An aggregation over the rows of the context only. Stages see stored rows: `_id` and `p` instead of `id`. */
  aggregate<T extends object>(stages: readonly Document[]): Promise<T[]> {
    const pipeline = [{ $match: this.#rows.filter({}) }, ...stages];
    return reading(() =>
      this.#collection.native.aggregate<T>(pipeline, { maxTimeMS: this.#collection.maxTimeMs, allowDiskUse: false }).toArray(),
    );
  }

  #row(stored: Document): R {
    return this.#rows.fromStored(stored) as unknown as R;
  }

  #writeOptions(options: UpdateOptions): { upsert: boolean } & ReturnType<typeof sessionOption> {
    return { upsert: options.upsert ?? false, ...sessionOption(options.session) };
  }

  #findOptions(options: FindOptions) {
    const sort = Object.fromEntries(Object.entries(options.sort ?? {}).map(([field, order]) => [field === 'id' ? '_id' : field, order]));
    return {
      maxTimeMS: this.#collection.maxTimeMs,
      ...(options.sort === undefined ? {} : { sort }),
      ...(options.limit === undefined ? {} : { limit: options.limit }),
      ...(options.skip === undefined ? {} : { skip: options.skip }),
      session: sessionOption(options.session),
    };
  }
}

function sessionOption(session: TransactionSession | undefined) {
  return session === undefined ? {} : { session: clientSessionOf(session) };
}

/**
 * Runs a write, and an upsert that met a duplicate once more: another creator may have come between its look and its insert, and the
 * server repeats by itself only where the filter names nothing but the unique field. A duplicate that stays is one.
 */
async function upserting<T>({ upsert, session }: UpdateOptions, run: () => Promise<T>): Promise<T> {
  try {
    return await writing(run);
  } catch (error) {
    // A transaction has ended with its first error: whoever runs it begins anew.
    if (!(error instanceof DuplicateKeyError) || upsert !== true || session !== undefined) throw error;
    return writing(run);
  }
}

/** The positions of a bulk write that a unique index refused. @throws when anything else went wrong as well. */
function onlyDuplicates(error: unknown): number[] {
  if (!(error instanceof MongoBulkWriteError) || error.result.getWriteConcernError() !== undefined) throw explainWriteError(error);
  const refused = Array.isArray(error.writeErrors) ? error.writeErrors : [error.writeErrors];
  if (refused.some((one) => !isDuplicateKey(one))) throw explainWriteError(error);
  return refused.map(({ index }) => index);
}
