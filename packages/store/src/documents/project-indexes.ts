import { createHash } from 'node:crypto';
import { MongoServerError } from 'mongodb';
import { QueryRefusedError } from '../store.problems.ts';
import { reading, writing } from '../write-errors.ts';
import type { CollectionIndex, IndexProgress } from './document.ts';
import type { DocumentCollection } from './document-store.ts';

/** NamespaceNotFound and IndexNotFound: what should go is gone. */
const GONE_CODES = new Set([26, 27]);
/** The build was stopped, not refused: Interrupted, IndexBuildAborted, and what a change of the primary does. */
const ABORTED_CODES = new Set([91, 189, 276, 11_600, 11_601, 11_602, 10_107]);
const UNAUTHORIZED = 13;

/** The indexes of one collection of a project. */
export class ProjectIndexes {
  readonly #collection: DocumentCollection;

  constructor(collection: DocumentCollection) {
    this.#collection = collection;
  }

  /** The names of the indexes that are there and ready, that of the id left out. */
  async names(): Promise<string[]> {
    await this.#collection.ready();
    const existing = await reading(() => this.#collection.native.indexes());
    return existing.flatMap(({ name }) => (name === undefined || name === '_id_' ? [] : [name]));
  }

  /**
   * Builds the index and returns when it is ready: milliseconds for a small collection, minutes for a large one. Reads and writes go on.
   * Whoever builds one that is being built already waits for the same build.
   * @throws DuplicateKeyError, QueryRefusedError for what can't be indexed
   */
  async build(index: CollectionIndex): Promise<void> {
    const { native, ready } = this.#collection;
    await ready();
    const fields = Object.fromEntries(index.fields);
    const isText = index.fields.some(([, order]) => order === 'text');
    const expiry = index.expireAfterSeconds === undefined ? {} : { expireAfterSeconds: index.expireAfterSeconds };
    // Developers' fields never start with an underscore, so that no document's own field chooses the language.
    const language = isText ? { default_language: 'none', language_override: '_language' } : {};
    try {
      await writing(() => native.createIndex(fields, { name: indexName(index), ...conditionOf(index), ...expiry, ...language }));
    } catch (error) {
      if (error instanceof MongoServerError && !ABORTED_CODES.has(Number(error.code))) throw new QueryRefusedError(error);
      throw error;
    }
  }

  /** Drops the index, or stops its building. */
  async drop(name: string): Promise<void> {
    try {
      await this.#collection.native.dropIndex(name);
    } catch (error) {
      if (!(error instanceof MongoServerError && GONE_CODES.has(Number(error.code)))) await writing(() => Promise.reject(error as Error));
    }
  }

  /** How far the build of the index is; null when it is not under way, or when this installation may not ask. */
  async progress(name: string): Promise<IndexProgress | null> {
    const { native, database } = this.#collection;
    try {
      const admin = database.client.db('admin');
      const operations = await admin
        .aggregate<{ progress?: IndexProgress }>(
          [
            { $currentOp: { allUsers: true, idleConnections: false } },
            { $match: { 'command.createIndexes': native.collectionName, 'command.indexes.name': name, 'command.$db': native.dbName } },
            { $project: { progress: 1 } },
          ],
          // MongoDB knows no majority of what is going on.
          { readConcern: { level: 'local' } },
        )
        .toArray();
      const found = operations.find(({ progress }) => progress !== undefined)?.progress;
      return found === undefined ? null : { done: Number(found.done), total: Number(found.total) };
    } catch (error) {
      if (error instanceof MongoServerError && error.code === UNAUTHORIZED) return null;
      throw error;
    }
  }
}

/** The name says all that matters about an index, so that two definitions are the same exactly when their names are. */
export function indexName(index: CollectionIndex): string {
  const fields = index.fields.map(([field, order]) => `${field}_${order}`).join('_');
  const where = index.where === undefined ? '' : `_w${createHash('sha256').update(JSON.stringify(index.where)).digest('hex').slice(0, 12)}`;
  const expiry = index.expireAfterSeconds === undefined ? '' : `_t${index.expireAfterSeconds}`;
  return `${index.unique === true ? 'u' : 'i'}_${fields}${where}${expiry}`;
}

/** Documents that lack a field of a unique index are no duplicates of each other. */
function conditionOf(index: CollectionIndex) {
  const present = index.unique === true ? index.fields.map(([field]) => ({ [field]: { $exists: true } })) : [];
  const all = index.where === undefined ? present : [index.where, ...present];
  if (all.length === 0) return {};
  const partialFilterExpression = index.where === undefined ? Object.assign({}, ...present) : { $and: all };
  return { ...(index.unique === true ? { unique: true } : {}), partialFilterExpression };
}
