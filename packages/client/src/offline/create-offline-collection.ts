import type { Emitter } from '../client/create-emitter.ts';
import type { CreateOf, DocumentOf, SortKey, UpdateOf } from '../data/schema-types.ts';
import { createKey } from '../http/create-key.ts';
import { MainstayError } from '../http/mainstay-error.ts';
import { compareDocuments } from '../realtime/compare-documents.ts';
import type { LocalCopy } from './local-copy.ts';
import type { Copy, Fields, OutboxEntry } from './outbox-entry.ts';
import { fieldsOf } from './outbox-entry.ts';

/** Which documents of the copy. */
export interface LocalQuery<Entry> {
  readonly filter?: (document: DocumentOf<Entry>) => boolean;
  readonly sort?: SortKey<Entry> | readonly SortKey<Entry>[];
  readonly limit?: number;
}

/** What a collection works with. */
export interface OfflineParts {
  readonly name: string;
  readonly copy: LocalCopy;
  readonly events: Pick<Emitter<{ readonly type: string }>, 'on'>;
  readonly enqueue: (entry: Pick<OutboxEntry, 'op' | 'documentId' | 'body' | 'base'>) => Promise<void>;
}

/**
 * The copy of one collection. Reading tells how it will be when all that waits is done; writing is done when it is on disk, and goes to the
 * server when there is one.
 */
export function createOfflineCollection<Entry>({ name, copy, events, enqueue }: OfflineParts) {
  type Document = DocumentOf<Entry>;

  /** Writes to the same document stand on each other. */
  function baseOf(id: string): Copy | null {
    const waiting = copy
      .outbox()
      .filter((entry) => entry.collection === name && entry.documentId === id)
      .at(-1);
    return waiting === undefined ? copy.known(name, id) : waiting.base;
  }

  function present(id: string): void {
    if (copy.get(name, id) !== null) return;
    throw new MainstayError({ status: 404, code: 'document_not_found', detail: `There is no document ${id} of ${name} in the copy.` });
  }

  function list({ filter, sort, limit }: LocalQuery<Entry> = {}): readonly Document[] {
    const found = copy.list(name) as unknown as Document[];
    const chosen = (filter === undefined ? found : found.filter(filter)) as unknown as Fields[];
    const sorted = chosen.sort(compareDocuments([sort ?? []].flat()));
    return sorted.slice(0, limit) as unknown as Document[];
  }

  const readBack = (id: string): Document => copy.get(name, id) as unknown as Document;

  return {
    list,
    get: (id: string): Document | null => copy.get(name, id) as unknown as Document | null,

    async create(document: CreateOf<Entry>): Promise<Document> {
      const { id = createKey(), ...body } = document as { readonly id?: string };
      await enqueue({ op: 'create', documentId: id, body, base: null });
      return readBack(id);
    },

    /** Changes some fields; null takes one away. Update operators need a connection. @throws MainstayError document_not_found */
    async update(id: string, change: UpdateOf<Entry>): Promise<Document> {
      present(id);
      if (Object.keys(change as object).some((field) => field.startsWith('$')))
        throw new MainstayError({
          status: 422,
          code: 'invalid_input',
          detail: 'Offline, a change names fields: operators need a connection.',
        });
      await enqueue({ op: 'update', documentId: id, body: change as Fields, base: baseOf(id) });
      return readBack(id);
    },

    async replace(id: string, document: CreateOf<Entry>): Promise<Document> {
      await enqueue({ op: 'replace', documentId: id, body: fieldsOf(document as Fields), base: baseOf(id) });
      return readBack(id);
    },

    /** @throws MainstayError document_not_found */
    async delete(id: string): Promise<void> {
      present(id);
      await enqueue({ op: 'delete', documentId: id, body: {}, base: baseOf(id) });
    },

    /** Tells the list now and after every change. @returns what ends it */
    subscribe(query: LocalQuery<Entry>, listener: (items: readonly Document[]) => void): () => void {
      let told = '';
      const tell = (): void => {
        const items = list(query);
        const text = JSON.stringify(items);
        if (text === told) return;
        told = text;
        listener(items);
      };
      tell();
      return events.on(({ type }) => (type === 'changed' ? tell() : undefined));
    },
  };
}
export type OfflineCollection<Entry> = ReturnType<typeof createOfflineCollection<Entry>>;
