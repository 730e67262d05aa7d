import type { Collection, Db, Document } from 'mongodb';
import { BSON } from 'mongodb';
import type { CoalescedInserts } from '../coalescer/coalesce-inserts.ts';
import type { CoalescedReads } from '../coalescer/coalesce-reads.ts';
import type { TransactionSession } from '../transaction.ts';
import { clientSessionOf } from '../transaction.ts';
import { findBatch } from '../find-batch.ts';
import type { BsonToJson } from '../raw/bson-to-json.ts';
import type { JsonPage } from '../raw/find-json.ts';
import { findJson } from '../raw/find-json.ts';
import { reading, writing } from '../write-errors.ts';
import type { StoredDocument } from './document.ts';

/** A path and its direction, or the best answers of a text search first. */
export type SortTerm = readonly [path: string, order: 1 | -1 | { readonly $meta: 'textScore' }];

/** How documents are listed. Filters are MongoDB's, with `_id`. */
export interface DocumentQuery {
  readonly filter: Document;
  readonly sort?: readonly SortTerm[];
  readonly limit?: number;
  readonly skip?: number;
  readonly fields?: readonly string[];
}

/** The native collection with its coalescers; stays inside this package. */
export interface DocumentCollection {
  readonly database: Db;
  readonly native: Collection<Document>;
  readonly reads: CoalescedReads;
  readonly inserts: CoalescedInserts;
  readonly maxTimeMs: number;
  /** Makes the collection (with images for the change feed) when it does not exist yet. */
  readonly ready: () => Promise<void>;
}

/**
 * The documents of one collection in the project's own database. Knows nothing of rules: only `@mainstay/data` uses it.
 * @throws DuplicateKeyError, serviceUnavailable, outcomeUnknown
 */
export class DocumentStore {
  readonly #collection: DocumentCollection;

  constructor(collection: DocumentCollection) {
    this.#collection = collection;
  }

  /** One document, merged with the other point reads that wait, or as the transaction sees it. It is shared: do not change it. */
  async get(id: string, session?: TransactionSession): Promise<StoredDocument | null> {
    if (session === undefined) return this.#collection.reads.get(id) as Promise<StoredDocument | null>;
    const found = await reading(() => this.#collection.native.findOne({ _id: id as never }, { session: clientSessionOf(session) }));
    return found as StoredDocument | null;
  }

  /** The first document that matches, as the transaction sees it. */
  async findOne(filter: Document, session: TransactionSession): Promise<StoredDocument | null> {
    const found = await reading(() => this.#collection.native.findOne(filter, { session: clientSessionOf(session) }));
    return found as StoredDocument | null;
  }

  async find(query: DocumentQuery): Promise<StoredDocument[]> {
    const { fields, ...command } = query;
    const projection = fields === undefined ? {} : { projection: Object.fromEntries(fields.map((field) => [field, 1])) };
    const found = await reading(() => findBatch(this.#collection, { ...command, ...projection, maxTimeMs: this.#collection.maxTimeMs }));
    return found as unknown as StoredDocument[];
  }

  /**
   * The first `limit - 1` documents as JSON, written from the server's bytes, and whether there are more.
   * Null when they have to be read as objects instead: then call `find`.
   */
  findJson(query: DocumentQuery & { readonly limit: number }, writer: BsonToJson): Promise<JsonPage | null> {
    const { fields, ...command } = query;
    const projection = fields === undefined ? {} : { projection: Object.fromEntries(fields.map((field) => [field, 1])) };
    return reading(() => findJson(this.#collection, { ...command, ...projection, maxTimeMs: this.#collection.maxTimeMs }, writer));
  }

  count(filter: Document, limit?: number): Promise<number> {
    const { native, maxTimeMs } = this.#collection;
    return reading(() => native.countDocuments(filter, { maxTimeMS: maxTimeMs, ...(limit === undefined ? {} : { limit }) }));
  }

  /** The number from the collection's metadata: fast, and not exact after a crash. */
  estimatedCount(): Promise<number> {
    const { native, maxTimeMs } = this.#collection;
    return reading(() => native.estimatedDocumentCount({ maxTimeMS: maxTimeMs }));
  }

  async insert(document: StoredDocument, session?: TransactionSession): Promise<void> {
    await this.#collection.ready();
    if (session === undefined) return this.#collection.inserts.insert(document);
    await writing(() => this.#collection.native.insertOne(document as Document, { session: clientSessionOf(session) }));
  }

  /** Changes the one document that matches and returns it before and after the change, or null. */
  async update(filter: Document, update: Document | readonly Document[], session?: TransactionSession): Promise<StoredDocument | null> {
    const stored = await writing(() =>
      this.#collection.native.findOneAndUpdate(filter, update as Document, {
        returnDocument: 'after',
        ...(session === undefined ? {} : { session: clientSessionOf(session) }),
      }),
    );
    return stored as StoredDocument | null;
  }

  /** Replaces the one document that matches; null when none does. */
  async replace(filter: Document, document: StoredDocument, session?: TransactionSession): Promise<StoredDocument | null> {
    const stored = await writing(() =>
      this.#collection.native.findOneAndReplace(filter, document as Document, {
        returnDocument: 'after',
        ...(session === undefined ? {} : { session: clientSessionOf(session) }),
      }),
    );
    return stored as StoredDocument | null;
  }

  /** Deletes the one document that matches; whether there was one. */
  async delete(filter: Document, session?: TransactionSession): Promise<boolean> {
    const options = session === undefined ? {} : { session: clientSessionOf(session) };
    const result = await writing(() => this.#collection.native.deleteOne(filter, options));
    return result.deletedCount > 0;
  }

  /** Deletes the one document that matches and returns what it was, or null. */
  async take(filter: Document, session?: TransactionSession): Promise<StoredDocument | null> {
    const options = session === undefined ? {} : { session: clientSessionOf(session) };
    return (await writing(() => this.#collection.native.findOneAndDelete(filter, options))) as StoredDocument | null;
  }

  /** Changes all documents that match; how many there were. */
  async updateMany(filter: Document, update: Document | readonly Document[], session?: TransactionSession): Promise<number> {
    const options = session === undefined ? {} : { session: clientSessionOf(session) };
    return (await writing(() => this.#collection.native.updateMany(filter, update as Document, options))).matchedCount;
  }

  /** Deletes all documents that match; how many there were. */
  async deleteMany(filter: Document, session?: TransactionSession): Promise<number> {
    const options = session === undefined ? {} : { session: clientSessionOf(session) };
    return (await writing(() => this.#collection.native.deleteMany(filter, options))).deletedCount;
  }

  /**
   * Runs read-only stages; the caller has checked them. Null when the rows have more than `maxBytes`: they are not gathered then.
   * @throws QueryRefusedError, queryTooSlow
   */
  aggregate(stages: readonly Document[], maxBytes: number): Promise<Document[] | null> {
    const { native, maxTimeMs } = this.#collection;
    return reading(async () => {
      const rows: Document[] = [];
      let bytes = 0;
      const cursor = native.aggregate<Buffer>([...stages], { maxTimeMS: maxTimeMs, allowDiskUse: false, raw: true });
      try {
        for await (const row of cursor) {
          bytes += row.length;
          if (bytes > maxBytes) return null;
          rows.push(BSON.deserialize(row));
        }
      } finally {
        await cursor.close();
      }
      return rows;
    });
  }
}
