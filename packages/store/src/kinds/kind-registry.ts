import type { Collection, Db, Document } from 'mongodb';
import mongoose from 'mongoose';
import { CoalescedInserts } from '../coalescer/coalesce-inserts.ts';
import { CoalescedReads } from '../coalescer/coalesce-reads.ts';
import type { AnyKind, KindIndex } from './define-kind.ts';
import type { KindCollection } from './kind-store.ts';

/** What the registry needs of its surroundings. */
export interface KindRegistryOptions {
  readonly connection: mongoose.Connection;
  readonly controlDatabase: Db;
  readonly cellDatabase: Db;
  readonly coalesceMaxItems: number;
  readonly queryTimeoutMs: number;
}

/** The collections behind the kinds. Mongoose describes their indexes; the rows go through the native collection. */
export class KindRegistry {
  readonly #options: KindRegistryOptions;
  readonly #collections = new Map<string, KindCollection>();

  constructor(options: KindRegistryOptions) {
    this.#options = options;
  }

  /** The collection of a kind. A kind that no module registered has no indexes, which is a mistake in the code. */
  collection(kind: AnyKind): KindCollection {
    const key = `${kind.scope}:${kind.name}`;
    const known = this.#collections.get(key);
    if (known !== undefined) return known;
    const database = this.#databaseOf(kind);
    const native: Collection<Document> = database.collection(kind.name);
    const { coalesceMaxItems: maxItems, queryTimeoutMs: maxTimeMs } = this.#options;
    const made: KindCollection = {
      native,
      reads: new CoalescedReads({ database, native }, { maxItems, maxTimeMs }),
      inserts: new CoalescedInserts(native, maxItems),
      maxTimeMs,
    };
    this.#collections.set(key, made);
    return made;
  }

  /** Makes the collections and indexes of the kinds; what exists already is left as it is. */
  async prepare(kinds: readonly AnyKind[]): Promise<void> {
    for (const kind of kinds) {
      const schema = new mongoose.Schema({}, { strict: false, autoIndex: false, autoCreate: false });
      for (const index of kind.indexes) schema.index(indexFields(kind, index), indexOptions(index));
      const database = this.#options.connection.useDb(this.#databaseOf(kind).databaseName, { useCache: true });
      const modelName = `${kind.scope}.${kind.name}`;
      const model = database.models[modelName] ?? database.model(modelName, schema, kind.name);
      await model.createCollection();
      await model.createIndexes();
    }
  }

  /** Waits until every coalesced operation has its answer. */
  async drained(): Promise<void> {
    await Promise.all([...this.#collections.values()].flatMap(({ reads, inserts }) => [reads.drained(), inserts.drained()]));
  }

  #databaseOf(kind: AnyKind): Db {
    return kind.scope === 'control' ? this.#options.controlDatabase : this.#options.cellDatabase;
  }
}

function indexFields(kind: AnyKind, index: KindIndex): Record<string, 1 | -1> {
  return kind.scope === 'control' || index.expireAfterSeconds !== undefined ? { ...index.fields } : { p: 1, ...index.fields };
}

function indexOptions(index: KindIndex) {
  return {
    ...(index.unique === undefined ? {} : { unique: index.unique }),
    ...(index.where === undefined ? {} : { partialFilterExpression: { ...index.where } }),
    ...(index.expireAfterSeconds === undefined ? {} : { expireAfterSeconds: index.expireAfterSeconds }),
  };
}
