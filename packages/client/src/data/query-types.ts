import type { CallOptions } from '../http/create-transport.ts';
import type { SortKey, Where } from './schema-types.ts';

/** Which documents of a collection, and how much of them. */
export interface ListQuery<Entry, Field extends string = never, Include extends string = never> extends CallOptions {
  readonly where?: Where<Entry> | undefined;
  readonly sort?: SortKey<Entry> | readonly SortKey<Entry>[] | undefined;
  /** 50 by default, 1,000 at most. */
  readonly limit?: number | undefined;
  /** `nextCursor` of the page before. */
  readonly cursor?: string | null | undefined;
  readonly fields?: readonly Field[] | undefined;
  /** References to follow, e.g. `['owner', 'comments.author']`. */
  readonly include?: readonly Include[] | undefined;
  /** Whether to count everything that matches. */
  readonly total?: boolean | undefined;
}

/** One page of a list. */
export interface Page<Document> {
  readonly items: readonly Document[];
  /** Where the next page begins; null on the last one. */
  readonly nextCursor: string | null;
  readonly total?: number;
}

/** How much of one document. */
export interface GetQuery<Field extends string = never, Include extends string = never> extends CallOptions {
  readonly fields?: readonly Field[] | undefined;
  readonly include?: readonly Include[] | undefined;
}

/** How a write is done. */
export interface WriteOptions extends CallOptions {
  /** Only if the document still has this version: otherwise 412 `version_conflict`. */
  readonly ifVersion?: number | undefined;
}

/** What to follow. */
export interface SubscribeQuery<Entry, Field extends string = never> {
  readonly where?: Where<Entry> | undefined;
  readonly sort?: SortKey<Entry> | readonly SortKey<Entry>[] | undefined;
  /** 50 by default. */
  readonly limit?: number | undefined;
  readonly fields?: readonly Field[] | undefined;
}

/** One change of a followed list. */
export interface LiveChange<Document> {
  readonly type: 'added' | 'changed' | 'removed';
  readonly document: Document | { readonly id: string };
  readonly sequence: number;
}

/** `ended`: by `unsubscribe`, or because the server does not allow it (any more). */
export type LiveStatus = 'connecting' | 'live' | 'ended';

/** Who hears of a followed list. */
export interface LiveListener<Document> {
  /** All documents as they are now, in order; called after every change. */
  readonly onItems?: ((items: readonly Document[]) => void) | undefined;
  readonly onChange?: ((change: LiveChange<Document>) => void) | undefined;
  readonly onStatus?: ((status: LiveStatus) => void) | undefined;
  /** Why the subscription ended. */
  readonly onError?: ((error: Error) => void) | undefined;
}

/** A followed list. */
export interface LiveList<Document> {
  items(): readonly Document[];
  status(): LiveStatus;
  /** Whether more documents match, or may match, than are shown. */
  hasMore(): boolean;
  unsubscribe(): void;
}
