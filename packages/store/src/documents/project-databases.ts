import type { ProjectId } from '@mainstay/kernel';
import { LruCache, isProjectId } from '@mainstay/kernel';
import type { Db, Document, MongoClient } from 'mongodb';
import { CoalescedInserts } from '../coalescer/coalesce-inserts.ts';
import { CoalescedReads } from '../coalescer/coalesce-reads.ts';
import { reading, writing } from '../write-errors.ts';
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
      reads: new CoalescedReads(
        { database, native },
        { maxItems: this.#options.coalesceMaxItems, maxTimeMs: this.#options.queryTimeoutMs },
      ),
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

/** Images are kept so that the change feed can tell what a document was: rules decide on both. */
async function createCollection(database: Db, name: string): Promise<void> {
  try {
    await database.createCollection(name, { changeStreamPreAndPostImages: { enabled: true } });
  } catch (error) {
    if ((error as { code?: unknown }).code !== NAMESPACE_EXISTS) throw error;
  }
}
