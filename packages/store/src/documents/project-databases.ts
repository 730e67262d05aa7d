import type { ProjectId } from '@mainstay/kernel';
import { LruCache, isProjectId } from '@mainstay/kernel';
import type { Db, Document, MongoClient } from 'mongodb';
import { CoalescedInserts } from '../coalescer/coalesce-inserts.ts';
import { CoalescedReads } from '../coalescer/coalesce-reads.ts';
import { reading, writing } from '../write-errors.ts';
import type { CollectionIndex } from './document.ts';
import type { DocumentCollection } from './document-store.ts';

const NAMESPACE_EXISTS = 48;
/** What a process keeps warm; a collection that fell out costs one `listCollections` at its next write. */
const MAX_OPEN_COLLECTIONS = 20_000;

/** What the project databases need of their surroundings. */
export interface ProjectDatabasesOptions {
  readonly client: MongoClient;
  readonly prefix: string;
  readonly coalesceMaxItems: number;
  readonly queryTimeoutMs: number;
}

/** The databases that hold what developers define: one per project, made at its first write. */
export class ProjectDatabases {
  readonly #options: ProjectDatabasesOptions;
  readonly #open = new LruCache<DocumentCollection>({ maxEntries: MAX_OPEN_COLLECTIONS, maxAgeMs: Infinity });

  constructor(options: ProjectDatabasesOptions) {
    this.#options = options;
  }

  /** The name of a project's database. @throws Error when the id is not one of ours: it never becomes part of a name. */
  nameOf(project: ProjectId): string {
    if (!isProjectId(project)) throw new Error('not a project id');
    return `${this.#options.prefix}d_${project}`;
  }

  /** The project behind a database name, or null when it is not a project's database of this installation. */
  projectOf(database: string): ProjectId | null {
    const start = `${this.#options.prefix}d_`;
    const rest = database.startsWith(start) ? database.slice(start.length) : '';
    return isProjectId(rest) ? rest : null;
  }

  collection(project: ProjectId, name: string): DocumentCollection {
    const key = `${project}:${name}`;
    const known = this.#open.get(key);
    if (known !== undefined) return known;
    const database = this.#database(project);
    const native = database.collection<Document>(name);
    let creating: Promise<void> | undefined;
    const made: DocumentCollection = {
      database,
      native,
      reads: new CoalescedReads(native, this.#options.coalesceMaxItems),
      inserts: new CoalescedInserts(native, this.#options.coalesceMaxItems),
      maxTimeMs: this.#options.queryTimeoutMs,
      ready: () => {
        creating ??= createCollection(database, name).catch((error: unknown) => {
          creating = undefined;
          throw error;
        });
        return creating;
      },
    };
    this.#open.set(key, made);
    return made;
  }

  /** Makes the indexes that the collection should have and drops the ones it should not. */
  async setIndexes(project: ProjectId, name: string, indexes: readonly CollectionIndex[]): Promise<void> {
    const { native, ready } = this.collection(project, name);
    await ready();
    const wanted = new Map(indexes.map((index) => [indexName(index), index]));
    const existing = await reading(() => native.indexes());
    const surplus = existing.flatMap(({ name: old }) => (old !== undefined && old !== '_id_' && !wanted.has(old) ? [old] : []));
    for (const old of surplus) await writing(() => native.dropIndex(old));
    for (const [indexNameWanted, index] of wanted) {
      const fields = Object.fromEntries(index.fields);
      await writing(() => native.createIndex(fields, { name: indexNameWanted, ...uniqueness(index) }));
    }
  }

  async dropCollection(project: ProjectId, name: string): Promise<void> {
    this.#open.delete(`${project}:${name}`);
    await writing(() => this.#database(project).dropCollection(name));
  }

  async dropDatabase(project: ProjectId): Promise<void> {
    this.#open.deletePrefix(`${project}:`);
    await writing(() => this.#database(project).dropDatabase());
  }

  /** Whether the project has a database, which it has from its first write on. */
  async exists(project: ProjectId): Promise<boolean> {
    return (await reading(() => this.#database(project).listCollections({}, { nameOnly: true }).toArray())).length > 0;
  }

  #database(project: ProjectId): Db {
    return this.#options.client.db(this.nameOf(project));
  }
}

/** The name says all that matters about an index, so that two definitions are the same exactly when their names are. */
function indexName(index: CollectionIndex): string {
  const fields = index.fields.map(([field, order]) => `${field}_${order}`).join('_');
  return index.unique === true ? `u_${fields}` : `i_${fields}`;
}

/** Documents that lack a field of a unique index are no duplicates of each other. */
function uniqueness(index: CollectionIndex) {
  if (index.unique !== true) return {};
  const present = Object.fromEntries(index.fields.map(([field]) => [field, { $exists: true }]));
  return { unique: true, partialFilterExpression: present };
}

/** Images are kept so that the change feed can tell what a document was: rules decide on both. */
async function createCollection(database: Db, name: string): Promise<void> {
  try {
    await database.createCollection(name, { changeStreamPreAndPostImages: { enabled: true } });
  } catch (error) {
    if ((error as { code?: unknown }).code !== NAMESPACE_EXISTS) throw error;
  }
}
