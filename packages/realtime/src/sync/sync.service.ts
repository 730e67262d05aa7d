import type { ProjectContext } from '@mainstay/kernel';
import type { Data, SyncSource } from '@mainstay/data';
import { ruleDenied } from '@mainstay/data';
import type { FeedEvent, Store } from '@mainstay/store';
import type { RealtimeSettings } from '../realtime.settings.ts';
import { gatherSpans } from './gather-spans.ts';
import type { Span } from './gather-spans.ts';
import type { SyncPlace, TokenBearer } from './sync-token.ts';
import { rightsOf, syncTokens } from './sync-token.ts';

/** What synchronisation works with. */
export interface SyncParts {
  readonly store: Store;
  readonly data: Data;
  readonly settings: RealtimeSettings;
  readonly tokenKey: Buffer;
}

/** What to synchronise. */
export interface SyncRequest {
  readonly since: string | undefined;
  readonly collections: readonly string[] | undefined;
  readonly limit: number;
}

/** A page before it is written: each change is JSON already. */
interface Page {
  readonly changes: readonly string[];
  readonly place: SyncPlace;
  readonly more: boolean;
}

interface Task {
  readonly context: ProjectContext;
  readonly sources: readonly SyncSource[];
  readonly place: SyncPlace;
  readonly limit: number;
}

/** Documents that are read and written at a time. */
const CHUNK = 100;
/** Of a feed in which others write much, one request looks at no more than this. */
const MAX_STRETCH = 20_000;

/** Copies of what a caller may list: first everything, then every change, in pages. */
export function createSync({ store, data, settings, tokenKey }: SyncParts) {
  const tokens = syncTokens(tokenKey);

  /** Reads everything by id. What changes meanwhile is told afterwards: the feed's head was taken before the first document was read. */
  async function readOn({ context, sources, place, limit }: Task): Promise<Page> {
    const changes: string[] = [];
    let bytes = 0;
    let [position, after] = place.reading ?? [0, null];
    while (position < sources.length && changes.length < limit && bytes < settings.syncMaxBytes) {
      const source = sources[position];
      if (source === undefined) break;
      const wanted = Math.min(CHUNK, limit - changes.length);
      const documents = await source.page(after, wanted);
      for (const document of documents) bytes += changes[changes.push(upsert(source, source.toWire(document))) - 1]?.length ?? 0;
      after = documents.at(-1)?._id ?? after;
      if (documents.length < wanted) [position, after] = [position + 1, null];
    }
    if (position < sources.length) return { changes, place: { ...place, reading: [position, after] }, more: true };
    return { changes, place: { ...place, reading: null }, more: (await store.feed.head(context)) > place.sequence };
  }

  /** The changes after a sequence; null when they can't be told. */
  async function changesSince({ context, sources, place, limit }: Task): Promise<Page | null> {
    const head = await store.feed.head(context);
    if (place.sequence > head) return null;
    const until = Math.min(head, place.sequence + MAX_STRETCH);
    const { events, reached, isWhole } = await store.feed.scan(context, {
      collections: sources.map(({ name }) => name),
      after: place.sequence,
      until,
      limit,
      maxBytes: settings.syncMaxBytes,
    });
    if (!isWhole || events.some(({ type }) => type === 'resync')) return null;
    const told = await tell(gatherSpans(events), sources);
    if (told === null) return null;
    const sequence = told.next === undefined ? reached : told.next.first.sequence - 1;
    return { changes: told.changes, place: { ...place, sequence }, more: sequence < head };
  }

  /**
   * What became of the documents, in the order of their first changes, until the page is full: `next` was not told any more.
   * A caller that went on behind the first change of what it was not told would miss that a document became invisible.
   */
  async function tell(
    spans: readonly Span[],
    sources: readonly SyncSource[],
  ): Promise<{ changes: string[]; next: Span | undefined } | null> {
    const byName = new Map(sources.map((source) => [source.name, source]));
    const changes: string[] = [];
    let bytes = 0;
    for (let start = 0; start < spans.length; start += CHUNK) {
      if (bytes >= settings.syncMaxBytes) return { changes, next: spans[start] };
      const chunk = spans.slice(start, start + CHUNK);
      const current = await currentOf(chunk, byName);
      for (const span of chunk) {
        const source = byName.get(span.first.collection);
        const change = source === undefined ? '' : changeOf(span, source, current.get(source.name)?.get(span.first.id));
        if (change === null) return null;
        if (change !== '') changes.push(change);
        bytes += change.length;
      }
    }
    return { changes, next: undefined };
  }

  return {
    /** A page of what changed for the caller, as JSON. @throws syncTokenInvalid, collectionNotFound, ruleDenied */
    async page(context: ProjectContext, { since, collections, limit }: SyncRequest): Promise<Buffer> {
      const names = collections === undefined ? undefined : [...new Set(collections)].sort();
      const bearer: TokenBearer = { context, collections: names };
      const known = since === undefined ? undefined : tokens.read(since, bearer);
      const sources = await data.syncSources(context, names);
      if (known === undefined && names !== undefined && names.length > 0 && sources.length === 0)
        throw ruleDenied({ collection: names.join(', '), operation: 'list' });
      const rights = rightsOf(
        context,
        sources.map(({ name, reading }) => [name, reading]),
      );
      const start = async (): Promise<SyncPlace> => ({ rights, sequence: await store.feed.head(context), reading: [0, null] });
      const place = known ?? (await start());
      const task = { context, sources, place, limit };
      const page = place.rights !== rights ? null : place.reading === null ? await changesSince(task) : await readOn(task);
      if (page !== null) return json(page, tokens.write(page.place, bearer));
      return json({ changes: [], more: true }, tokens.write(await start(), bearer), true);
    },
  };
}
export type Sync = ReturnType<typeof createSync>;

function json({ changes, more }: Pick<Page, 'changes' | 'more'>, next: string, isResync = false): Buffer {
  return Buffer.from(`{"changes":[${changes.join(',')}],"next":"${next}","more":${more}${isResync ? ',"resync":true' : ''}}`);
}

async function currentOf(spans: readonly Span[], sources: ReadonlyMap<string, SyncSource>) {
  const ids = new Map<string, string[]>();
  for (const { first } of spans) ids.set(first.collection, [...(ids.get(first.collection) ?? []), first.id]);
  const read = [...ids].map(async ([name, own]) => [name, await sources.get(name)?.current(own)] as const);
  return new Map(await Promise.all(read));
}

/**
 * One change as JSON; '' when the caller learns nothing; null when it can't be told. Whoever could see any state of the document may hold
 * it (also from reading ahead of the feed) and is told that it is gone; a caller that never could is told nothing.
 */
function changeOf({ first, events }: Span, source: SyncSource, document: Parameters<SyncSource['toWire']>[0] | undefined): string | null {
  if (document !== undefined && source.allows(document)) return upsert(source, source.toWire(document));
  if (isUnknown(first) || events.some(({ isSkipped }) => isSkipped)) return null;
  const wasSeen = [first.previous, ...events.map((event) => event.document)].some((state) => state !== null && source.allows(state));
  return wasSeen ? JSON.stringify({ type: 'remove', collection: source.name, id: first.id }) : '';
}

function isUnknown({ previous, type }: FeedEvent): boolean {
  return previous === null && type !== 'added';
}

function upsert({ name }: SyncSource, document: object): string {
  return JSON.stringify({ type: 'upsert', collection: name, document });
}
