import type { OfflineStore, StoreWrite } from './offline-store.ts';
import type { Copy, OutboxEntry } from './outbox-entry.ts';
import { applyEntry } from './outbox-entry.ts';

/** A change as `GET /sync` tells it. */
export type SyncChange =
  | { readonly type: 'upsert'; readonly collection: string; readonly document: Copy }
  | { readonly type: 'remove'; readonly collection: string; readonly id: string };

/** How far the copy is. */
export interface Progress {
  readonly token: string | undefined;
  /** Whose copy it is; null for nobody who is signed in. Undefined: a new store. */
  readonly owner: string | null | undefined;
  /** Documents that came into the copy as answers to writes. Whether they may be listed is not known yet. */
  readonly unlisted?: readonly DocumentName[];
}

export interface DocumentName {
  readonly collection: string;
  readonly id: string;
}

const PROGRESS = 'progress';
const documentKey = (collection: string, id: string): string => `${collection}/${id}`;

/** What is known of the server's documents, and what waits for it: in memory for reading, in the store for the next start. */
export class LocalCopy {
  readonly #store: OfflineStore;
  #documents = new Map<string, Map<string, Copy>>();
  #outbox: readonly OutboxEntry[] = [];
  #progress: Progress = { token: undefined, owner: undefined };

  constructor(store: OfflineStore) {
    this.#store = store;
  }

  /** Reads the store again: another page may have written to it. */
  async load(): Promise<void> {
    const before = new Set(this.#outbox.map(({ id }) => id));
    const [documents, outbox, meta] = await Promise.all([
      this.#store.read('documents'),
      this.#store.read('outbox'),
      this.#store.read('meta'),
    ]);
    this.#documents = new Map();
    for (const { key, value } of documents) this.#collection(key.slice(0, key.indexOf('/'))).set((value as Copy).id, value as Copy);
    const stored = outbox.map(({ value }) => value as OutboxEntry);
    const ids = new Set(stored.map(({ id }) => id));
    this.#outbox = [...stored, ...this.#outbox.filter(({ id }) => !before.has(id) && !ids.has(id))];
    this.#progress = (meta.find(({ key }) => key === PROGRESS)?.value as Progress | undefined) ?? { token: undefined, owner: undefined };
  }

  get progress(): Progress {
    return this.#progress;
  }

  outbox(): readonly OutboxEntry[] {
    return this.#outbox;
  }

  known(collection: string, id: string): Copy | null {
    return this.#documents.get(collection)?.get(id) ?? null;
  }

  /** A document as it will be when everything that waits is done. */
  get(collection: string, id: string): Copy | null {
    return this.#outbox
      .filter((entry) => entry.collection === collection && entry.documentId === id)
      .reduce((document, entry) => applyEntry(entry, document), this.known(collection, id));
  }

  list(collection: string): Copy[] {
    const waiting = this.#outbox.filter((entry) => entry.collection === collection).map(({ documentId }) => documentId);
    const ids = new Set([...(this.#documents.get(collection)?.keys() ?? []), ...waiting]);
    const touched = new Set(waiting);
    return Array.from(ids).flatMap((id) => (touched.has(id) ? this.get(collection, id) : this.known(collection, id)) ?? []);
  }

  /** Settles when the write is on disk. It is seen at once. */
  async add(entry: OutboxEntry): Promise<void> {
    this.#outbox = [...this.#outbox, entry];
    try {
      await this.#store.write([{ table: 'outbox', key: entry.id, value: entry }]);
    } catch (error) {
      this.#outbox = this.#outbox.filter(({ id }) => id !== entry.id);
      throw error;
    }
  }

  /** The server did it: what else waits for the document stands on its answer now. */
  async settle(entry: OutboxEntry, answer: Copy | null): Promise<void> {
    const known = this.known(entry.collection, entry.documentId);
    const isNewer = answer === null || known === null || known.version < answer.version;
    const name = { collection: entry.collection, id: entry.documentId };
    if (known === null && answer !== null) this.#progress = { ...this.#progress, unlisted: [...this.unlisted(), name] };
    await this.#rewrite(
      this.#outbox.flatMap((one) => (one.id === entry.id ? [] : [isSameDocument(one, entry) ? { ...one, base: answer } : one])),
      isNewer ? [{ ...name, document: answer }] : [],
    );
  }

  unlisted(): readonly DocumentName[] {
    return this.#progress.unlisted ?? [];
  }

  /** Forgets those of the unlisted documents that are not among those that the server lists. What waits for them stays. */
  async confirm(listed: readonly DocumentName[]): Promise<boolean> {
    const hidden = this.unlisted().filter(({ collection, id }) => !listed.some((one) => one.collection === collection && one.id === id));
    const { unlisted: _, ...progress } = this.#progress;
    this.#progress = progress;
    await this.#rewrite(
      this.#outbox,
      hidden.map((name) => ({ ...name, document: null })),
    );
    return hidden.length > 0;
  }

  /** Another write takes the place of one that met a conflict. */
  async amend(entry: OutboxEntry, next: OutboxEntry): Promise<void> {
    const found = { collection: entry.collection, id: entry.documentId, document: next.base };
    await this.#rewrite(
      this.#outbox.map((one) => (one.id === entry.id ? next : one)),
      [found],
    );
  }

  /** Gives up everything that waits for the document of this entry. `server` is what is there, where that is known. */
  async abandon(entry: OutboxEntry, server?: Copy | null): Promise<readonly OutboxEntry[]> {
    const given = this.#outbox.filter((one) => isSameDocument(one, entry));
    const found = server === undefined ? [] : [{ collection: entry.collection, id: entry.documentId, document: server }];
    await this.#rewrite(
      this.#outbox.filter((one) => !given.includes(one)),
      found,
    );
    return given;
  }

  /** Gives up this one write; the others for its document stay. */
  async drop(entry: OutboxEntry): Promise<void> {
    await this.#rewrite(
      this.#outbox.filter((one) => one.id !== entry.id),
      [],
    );
  }

  /** Takes over a page of changes together with the place behind it. */
  async pull(changes: readonly SyncChange[], { token, owner, isResync }: Progress & { isResync: boolean }): Promise<void> {
    const told = new Set(
      changes.map((change) => documentKey(change.collection, change.type === 'upsert' ? change.document.id : change.id)),
    );
    const unlisted = isResync ? [] : this.unlisted().filter(({ collection, id }) => !told.has(documentKey(collection, id)));
    const progress: Progress = { token, owner, ...(unlisted.length === 0 ? {} : { unlisted }) };
    const writes = changes.map((change): StoreWrite =>
      change.type === 'upsert'
        ? { table: 'documents', key: documentKey(change.collection, change.document.id), value: change.document }
        : { table: 'documents', key: documentKey(change.collection, change.id) },
    );
    const forgotten = isResync ? this.#forgetDocuments() : [];
    if (isResync) this.#documents = new Map();
    for (const change of changes) {
      if (change.type === 'upsert') this.#collection(change.collection).set(change.document.id, change.document);
      else this.#documents.get(change.collection)?.delete(change.id);
    }
    this.#progress = progress;
    await this.#store.write([...forgotten, ...writes, { table: 'meta', key: PROGRESS, value: progress }]);
  }

  /** Forgets everything, what waits as well: it is somebody else's from now on. */
  async clear(owner: string | null): Promise<void> {
    const progress: Progress = { token: undefined, owner };
    const waiting = this.#outbox.map(({ id }): StoreWrite => ({ table: 'outbox', key: id }));
    const forgotten = this.#forgetDocuments();
    this.#documents = new Map();
    this.#outbox = [];
    this.#progress = progress;
    await this.#store.write([...forgotten, ...waiting, { table: 'meta', key: PROGRESS, value: progress }]);
  }

  #forgetDocuments(): StoreWrite[] {
    return Array.from(this.#documents).flatMap(([collection, documents]) =>
      Array.from(documents.keys(), (id): StoreWrite => ({ table: 'documents', key: documentKey(collection, id) })),
    );
  }

  async #rewrite(
    outbox: readonly OutboxEntry[],
    found: readonly { collection: string; id: string; document: Copy | null }[],
  ): Promise<void> {
    const kept = new Map(outbox.map((entry) => [entry.id, entry]));
    const writes = this.#outbox.flatMap((entry): StoreWrite[] => {
      const next = kept.get(entry.id);
      if (next === entry) return [];
      return [next === undefined ? { table: 'outbox', key: entry.id } : { table: 'outbox', key: entry.id, value: next }];
    });
    const documents = found.map(({ collection, id, document }): StoreWrite => {
      const key = documentKey(collection, id);
      return document === null ? { table: 'documents', key } : { table: 'documents', key, value: document };
    });
    // In memory first: what is added while this is stored must stand on it.
    this.#outbox = outbox;
    for (const { collection, id, document } of found) {
      if (document === null) this.#documents.get(collection)?.delete(id);
      else this.#collection(collection).set(id, document);
    }
    await this.#store.write([...writes, ...documents, { table: 'meta', key: PROGRESS, value: this.#progress }]);
  }

  #collection(name: string): Map<string, Copy> {
    const found = this.#documents.get(name) ?? new Map<string, Copy>();
    this.#documents.set(name, found);
    return found;
  }
}

function isSameDocument(one: OutboxEntry, other: OutboxEntry): boolean {
  return one.collection === other.collection && one.documentId === other.documentId;
}
