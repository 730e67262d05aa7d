import type { CallOptions, Transport } from '../http/create-transport.ts';
import type { GetQuery, ListQuery, LiveList, LiveListener, Page, SubscribeQuery, WriteOptions } from './query-types.ts';
import type { CreateOf, DocumentOf, FieldName, Shown, UpdateOf, UpdateOperators, Where } from './schema-types.ts';

type Follow = (collection: string, query: SubscribeQuery<never>, listener: LiveListener<never>) => LiveList<never>;

/** What the platform sets itself. */
const SYSTEM_FIELDS = ['id', 'createdAt', 'updatedAt', 'version'];

/** The documents of one collection, as far as the rules let the caller. */
export function createCollection<Schema, Name extends keyof Schema & string>(transport: Transport, name: Name, follow: Follow) {
  type Entry = Schema[Name];
  type Document = DocumentOf<Entry>;
  const base = `/data/${encodeURIComponent(name)}`;
  const at = (id: string): string => `${base}/${encodeURIComponent(id)}`;

  async function list<Field extends FieldName<Entry> = never, Include extends string = never>(
    query: ListQuery<Entry, Field, Include> = {},
  ): Promise<Page<Shown<Schema, Entry, Field, Include>>> {
    const { signal, timeoutMs, sort, cursor, ...rest } = query;
    const body = { ...rest, ...(sort === undefined ? {} : { sort: [sort].flat() }), ...(cursor == null ? {} : { cursor }) };
    return transport.request('POST', `${base}/query`, { signal, timeoutMs, body, isRepeatable: true });
  }

  return {
    /** A page of documents. */
    list,

    /** All documents that match, page after page. */
    async *all<Field extends FieldName<Entry> = never, Include extends string = never>(
      query: ListQuery<Entry, Field, Include> = {},
    ): AsyncGenerator<Shown<Schema, Entry, Field, Include>, void, undefined> {
      let cursor = query.cursor ?? null;
      do {
        const page: Page<Shown<Schema, Entry, Field, Include>> = await list({ ...query, cursor });
        yield* page.items;
        cursor = page.nextCursor;
      } while (cursor !== null);
    },

    /** One document. @throws MainstayError document_not_found also when the caller may not see it */
    get<Field extends FieldName<Entry> = never, Include extends string = never>(
      id: string,
      { fields, include, ...options }: GetQuery<Field, Include> = {},
    ): Promise<Shown<Schema, Entry, Field, Include>> {
      return transport.request('GET', at(id), { ...options, query: { fields: fields?.join(','), include: include?.join(',') } });
    },

    create: (document: CreateOf<Entry>, options?: CallOptions): Promise<Document> =>
      transport.request('POST', base, { ...options, body: document }),

    /** Changes some fields (null takes one away), or applies update operators. */
    update: (id: string, change: UpdateOf<Entry> | UpdateOperators, options?: WriteOptions): Promise<Document> =>
      transport.request('PATCH', at(id), { ...options, body: change }),

    /** Puts a document in the place of the one with this id, or creates it. What the platform sets itself is left out. */
    replace: (id: string, document: CreateOf<Entry>, options?: WriteOptions): Promise<Document> =>
      transport.request('PUT', at(id), { ...options, body: withoutSystemFields(document as object) }),

    delete: (id: string, options?: WriteOptions): Promise<void> => transport.request('DELETE', at(id), options),

    /** Changes the document that matches, or creates it; the condition gives the fields of a unique index their values. */
    upsert: (
      where: Where<Entry>,
      { create, update }: { create: CreateOf<Entry>; update?: UpdateOf<Entry> | UpdateOperators },
      options?: CallOptions,
    ): Promise<Document> =>
      transport.request('POST', `${base}/upsert`, { ...options, body: { where, create, ...(update === undefined ? {} : { update }) } }),

    async count(where?: Where<Entry>, options?: CallOptions): Promise<number> {
      const body = where === undefined ? {} : { where };
      return (await transport.request<{ count: number }>('POST', `${base}/count`, { ...options, body, isRepeatable: true })).count;
    },

    /** The different values of a field. */
    async distinct(field: FieldName<Entry>, where?: Where<Entry>, options?: CallOptions): Promise<readonly unknown[]> {
      const body = { field, ...(where === undefined ? {} : { where }) };
      return (await transport.request<{ values: unknown[] }>('POST', `${base}/distinct`, { ...options, body, isRepeatable: true })).values;
    },

    /** Runs aggregation stages. */
    async aggregate<Row = Record<string, unknown>>(pipeline: readonly object[], options?: CallOptions): Promise<readonly Row[]> {
      const body = { pipeline };
      return (await transport.request<{ items: Row[] }>('POST', `${base}/aggregate`, { ...options, body, isRepeatable: true })).items;
    },

    /** Follows the documents that match: they stay up to date, also after a lost connection. Loads the realtime part when first used. */
    subscribe: <Field extends FieldName<Entry> = never>(
      query: SubscribeQuery<Entry, Field>,
      listener: LiveListener<Shown<Schema, Entry, Field, never>> | ((items: readonly Shown<Schema, Entry, Field, never>[]) => void),
    ): LiveList<Shown<Schema, Entry, Field, never>> => {
      const full = typeof listener === 'function' ? { onItems: listener } : listener;
      return follow(name, query as SubscribeQuery<never>, full as LiveListener<never>) as LiveList<Shown<Schema, Entry, Field, never>>;
    },
  };
}
export type Collection<Schema, Name extends keyof Schema & string> = ReturnType<typeof createCollection<Schema, Name>>;

function withoutSystemFields(document: object): object {
  return Object.fromEntries(Object.entries(document).filter(([name]) => !SYSTEM_FIELDS.includes(name)));
}
