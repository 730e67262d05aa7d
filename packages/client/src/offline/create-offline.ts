import type { Client } from '../client/create-client.ts';
import { createEmitter } from '../client/create-emitter.ts';
import { createKey } from '../http/create-key.ts';
import { MainstayError } from '../http/mainstay-error.ts';
import type { DocumentName, SyncChange } from './local-copy.ts';
import { LocalCopy } from './local-copy.ts';
import type { OfflineCollection } from './create-offline-collection.ts';
import { createOfflineCollection } from './create-offline-collection.ts';
import type { OfflineStore } from './offline-store.ts';
import type { OutboxEntry } from './outbox-entry.ts';
import type { ConflictStrategy } from './resolve-conflict.ts';
import type { Rejected } from './send-entry.ts';
import { sendEntry } from './send-entry.ts';

/** What is kept offline, and how. */
export interface OfflineOptions<Name extends string> {
  readonly store: OfflineStore;
  readonly collections: readonly Name[];
  /** For all collections, or for each; `server-wins` by default. */
  readonly onConflict?: ConflictStrategy | Partial<Record<Name, ConflictStrategy>>;
  /** How often to look for changes, in ms; 30,000 by default. Null: only when `sync` is called. */
  readonly everyMs?: number | null;
}

export type OfflineEvent =
  | { readonly type: 'changed' }
  | { readonly type: 'synchronised' }
  | { readonly type: 'failed'; readonly error: Error }
  | ({ readonly type: 'rejected' } & Rejected);

/** A copy of some collections that works without a connection. */
export interface Offline<Schema, Name extends keyof Schema & string> {
  collection<One extends Name>(name: One): OfflineCollection<Schema[One]>;
  /** Sends what waits, in order, then fetches what changed. @throws MainstayError when the server can't be reached, or a sign-in is needed */
  sync(): Promise<void>;
  /** The writes that wait, in order. */
  pending(): readonly OutboxEntry[];
  on(listener: (event: OfflineEvent) => void): () => void;
  /** Deletes the copy and what waits. */
  clear(): Promise<void>;
  close(): void;
}

interface SyncPage {
  readonly changes: readonly SyncChange[];
  readonly next: string;
  readonly more: boolean;
  readonly resync?: true;
}

const EVERY_MS = 30_000;
const PAGE = 500;
const LISTED_AT_ONCE = 100;

/**
 * Opens the copy as it was left. It belongs to the user who is signed in: when another one signs in, or this one logs out, it is deleted with
 * all that waits; a session that merely ended leaves it for the next sign-in.
 */
export async function createOffline<Schema, Name extends keyof Schema & string>(
  app: Client<Schema>,
  options: OfflineOptions<Name>,
): Promise<Offline<Schema, Name>> {
  const { store, collections, onConflict = 'server-wins', everyMs = EVERY_MS } = options;
  const events = createEmitter<OfflineEvent>();
  const copy = new LocalCopy(store);
  let syncing: Promise<void> | undefined;
  let line: Promise<unknown> = Promise.resolve();
  let isClosed = false;

  const strategyOf = (collection: string): ConflictStrategy =>
    typeof onConflict === 'object' ? (onConflict[collection as Name] ?? 'server-wins') : onConflict;
  const changed = (): void => events.emit({ type: 'changed' });
  const parts = {
    app: app as unknown as Client<never>,
    copy,
    strategyOf,
    onRejected: (rejected: Rejected) => events.emit({ type: 'rejected', ...rejected }),
  };

  await app.auth.ready();
  await copy.load();
  await claim();

  /** Whose copy it is from now on. */
  async function claim(): Promise<void> {
    const owner = app.auth.user()?.id ?? null;
    const { owner: before } = copy.progress;
    if (before === owner || (owner === null && typeof before === 'string')) return;
    await copy.clear(owner);
    changed();
  }

  /** Nobody's writes are sent as somebody else's. */
  function checkUser(): void {
    if (copy.progress.owner === (app.auth.user()?.id ?? null)) return;
    throw new MainstayError({ status: 401, code: 'user_needed', detail: 'The user whose copy this is has to sign in again.' });
  }

  async function push(): Promise<void> {
    for (let entry = copy.outbox()[0]; entry !== undefined; entry = copy.outbox()[0]) {
      checkUser();
      await sendEntry(parts, entry);
      changed();
    }
  }

  async function pull(): Promise<void> {
    let more = true;
    while (more) {
      checkUser();
      const { token, owner } = copy.progress;
      const page = await readPage(token);
      checkUser();
      const isResync = page.resync === true;
      await copy.pull(page.changes, { token: page.next, owner, isResync });
      if (isResync || page.changes.length > 0) changed();
      more = page.more;
    }
  }

  /** Who may create need not see what it created, and `sync` never tells of what was never shown. */
  async function listed(names: readonly DocumentName[]): Promise<DocumentName[]> {
    const found: DocumentName[] = [];
    for (const collection of new Set(names.map((name) => name.collection))) {
      const ids = names.flatMap((name) => (name.collection === collection ? [name.id] : []));
      for (let start = 0; start < ids.length; start += LISTED_AT_ONCE) {
        const part = ids.slice(start, start + LISTED_AT_ONCE);
        const body = { where: { id: { $in: part } }, fields: [], limit: part.length };
        const { items } = await app.request<{ items: { id: string }[] }>('POST', `/data/${encodeURIComponent(collection)}/query`, { body });
        found.push(...items.map(({ id }) => ({ collection, id })));
      }
    }
    return found;
  }

  async function readPage(since: string | undefined): Promise<SyncPage> {
    try {
      return await app.request<SyncPage>('GET', '/sync', { query: { since, collections: collections.join(','), limit: PAGE } });
    } catch (error) {
      if (since === undefined || !(error instanceof MainstayError) || error.code !== 'sync_token_invalid') throw error;
      return { ...(await readPage(undefined)), resync: true };
    }
  }

  async function syncNow(): Promise<void> {
    await copy.load();
    await claim();
    await push();
    await pull();
    if (copy.unlisted().length > 0 && (await copy.confirm(await listed(copy.unlisted())))) changed();
    events.emit({ type: 'synchronised' });
  }

  function sync(): Promise<void> {
    syncing ??= alone(`mainstay:${app.auth.user()?.id ?? ''}:${collections.join()}`, syncNow).finally(() => {
      syncing = undefined;
    });
    return syncing;
  }

  /** Without a caller who could be told, listeners are. */
  function syncSoon(): void {
    if (isClosed || everyMs === null) return;
    sync().then(
      // What was written while it was running waits no longer than this.
      () => (copy.outbox().length > 0 ? syncSoon() : undefined),
      (error: unknown) => events.emit({ type: 'failed', error: error instanceof Error ? error : new Error(String(error)) }),
    );
  }

  /** What follows from sign-ins, one after the other, and never while the copy is in use. */
  function inLine(work: () => Promise<void>): void {
    line = line
      .then(() => syncing)
      .catch(() => undefined)
      .then(work)
      .catch((error: unknown) => events.emit({ type: 'failed', error: error instanceof Error ? error : new Error(String(error)) }));
  }

  const timer = everyMs === null ? undefined : setInterval(syncSoon, everyMs);
  const stopListening = app.auth.onChange((event) => {
    if (event.type === 'signed-in') inLine(() => claim().then(syncSoon));
    else if (event.type === 'signed-out' && event.reason === 'log-out') inLine(() => copy.clear(null).then(changed));
  });
  const page = globalThis as Partial<Pick<Window, 'addEventListener' | 'removeEventListener'>>;
  page.addEventListener?.('online', syncSoon);
  syncSoon();

  return {
    collection: (name) =>
      createOfflineCollection({
        name,
        copy,
        events,
        async enqueue(entry) {
          const key = createKey();
          const adding = copy.add({ ...entry, id: key, key, collection: name, conflicts: 0, at: new Date().toISOString() });
          changed();
          await adding;
          syncSoon();
        },
      }),
    sync,
    pending: () => copy.outbox(),
    on: events.on,
    async clear() {
      await copy.clear(app.auth.user()?.id ?? null);
      changed();
    },
    close() {
      isClosed = true;
      clearInterval(timer);
      stopListening();
      page.removeEventListener?.('online', syncSoon);
      store.close();
    },
  };
}

/** One page of an origin at a time, where pages can agree on that: the writes of all lie in one store. */
function alone(name: string, run: () => Promise<void>): Promise<void> {
  const locks = (globalThis as { navigator?: Partial<Navigator> }).navigator?.locks;
  return locks === undefined ? run() : locks.request(name, run);
}
