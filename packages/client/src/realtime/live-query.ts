import type { LiveList, LiveListener, LiveStatus, SubscribeQuery } from '../data/query-types.ts';
import { MainstayError } from '../http/mainstay-error.ts';
import { compareDocuments } from './compare-documents.ts';

export type LiveDocument = { readonly id: string } & Readonly<Record<string, unknown>>;

/** The server's answer to `subscribe`. */
export interface Subscribed {
  readonly subscription: string;
  readonly items: readonly LiveDocument[];
  readonly nextCursor: string | null;
  readonly sequence: number;
  /** What the caller may see: when that changes while nobody listens, it starts anew. */
  readonly rights?: string;
  readonly resync?: true;
}

/** One change as the server tells it. */
export interface ServerChange {
  readonly subscription: string;
  readonly type: 'added' | 'changed' | 'removed';
  readonly document: LiveDocument;
  readonly sequence: number;
  /** In a list with a sort and a limit: where the document stands, once it and the changes before it are applied. */
  readonly position?: number;
}

/** The way to the server. */
export interface LiveParent {
  /** Asks again, from the beginning. */
  restart(query: LiveQuery): void;
  leave(query: LiveQuery): void;
}

const DEFAULT_LIMIT = 50;

/**
 * One followed list: what matches, in order, up to its limit. With a sort and a limit of the caller's the server says where each document
 * stands; otherwise it is sorted here, and goes on after a lost connection with what it missed.
 */
export class LiveQuery implements LiveList<never> {
  readonly collection: string;
  /** The server's name for it, on this connection. */
  subscription: string | undefined;
  readonly #query: SubscribeQuery<never>;
  readonly #sort: readonly string[];
  readonly #limit: number;
  readonly #isWindow: boolean;
  readonly #listener: LiveListener<never>;
  readonly #parent: LiveParent;
  readonly #compare: (left: LiveDocument, right: LiveDocument) => number;
  #items: readonly LiveDocument[] = [];
  #status: LiveStatus = 'connecting';
  #sequence: number | undefined;
  #rights: string | undefined;
  #hasMore = false;

  constructor(collection: string, options: { query: SubscribeQuery<never>; listener: LiveListener<never>; parent: LiveParent }) {
    this.collection = collection;
    this.#query = options.query;
    this.#sort = [options.query.sort ?? []].flat();
    this.#limit = options.query.limit ?? DEFAULT_LIMIT;
    this.#listener = options.listener;
    this.#parent = options.parent;
    this.#isWindow = this.#sort.length > 0 && options.query.limit !== undefined;
    this.#compare = compareDocuments(this.#sort);
  }

  items(): readonly never[] {
    return this.#items as readonly never[];
  }

  status(): LiveStatus {
    return this.#status;
  }

  hasMore(): boolean {
    return this.#isWindow ? this.#items.length >= this.#limit : this.#hasMore;
  }

  unsubscribe(): void {
    if (this.#status === 'ended') return;
    this.#parent.leave(this);
    this.#setStatus('ended');
  }

  /** What to send as `subscribe`. Where nothing is known yet, or a part of it was cut off, it starts with a snapshot. */
  request(): Record<string, unknown> {
    const { where, fields } = this.#query;
    return {
      collection: this.collection,
      ...(this.#query.limit === undefined ? {} : { limit: this.#limit }),
      ...(where === undefined ? {} : { where }),
      ...(this.#sort.length === 0 ? {} : { sort: this.#sort }),
      // What the order depends on must come along.
      ...(fields === undefined ? {} : { fields: [...new Set([...fields, ...this.#sort.map((name) => name.replace(/^-/, ''))])] }),
      ...(this.#sequence === undefined ? {} : { since: this.#sequence }),
      ...(this.#sequence === undefined || this.#rights === undefined ? {} : { rights: this.#rights }),
    };
  }

  /** Forgets where it was: the next subscription starts with a snapshot. */
  forget(): void {
    this.#sequence = undefined;
    this.subscription = undefined;
  }

  /** The connection is gone; what is shown stays. */
  pause(): void {
    this.subscription = undefined;
    if (this.#status === 'live') this.#setStatus('connecting');
  }

  begin(answer: Subscribed): void {
    const isResumed = this.#sequence !== undefined && answer.resync !== true;
    this.subscription = answer.subscription;
    this.#sequence = answer.sequence;
    this.#rights = answer.rights;
    if (!isResumed) {
      this.#hasMore = answer.nextCursor !== null;
      this.#items = answer.items;
    }
    this.#setStatus('live');
    if (!isResumed) this.#tellItems();
  }

  apply(change: ServerChange): void {
    const { type, document, sequence } = change;
    this.#sequence = Math.max(this.#sequence ?? 0, sequence);
    const held = this.#items.find(({ id }) => id === document.id);
    if (type === 'removed' ? held === undefined : held !== undefined && isKnown(held, change)) return;
    this.#place(change);
    this.#listener.onChange?.({ type, document, sequence } as never);
    this.#tellItems();
    if (!this.#isWindow && this.#hasMore && this.#items.length < this.#limit) this.#parent.restart(this);
  }

  #place({ type, document, position }: ServerChange): void {
    const others = this.#items.filter(({ id }) => id !== document.id);
    if (type === 'removed') this.#items = others;
    else if (position === undefined) this.#sortIn(others, document);
    else this.#items = [...others.slice(0, position), document, ...others.slice(position)];
  }

  #sortIn(others: readonly LiveDocument[], document: LiveDocument): void {
    const last = this.#items.at(-1);
    const sorted = [...others, document].sort(this.#compare);
    // Behind the last one shown there are others that come first: only the server knows them.
    const isBehind = this.#hasMore && sorted.at(-1) === document && last !== undefined && this.#compare(last, document) < 0;
    this.#items = isBehind ? others : sorted.slice(0, this.#limit);
    this.#hasMore ||= sorted.length > this.#limit;
  }

  /** Everything up to here was told. */
  reach(sequence: number): void {
    if (this.#sequence !== undefined) this.#sequence = Math.max(this.#sequence, sequence);
  }

  fail(problem: { readonly status: number; readonly code: string; readonly detail: string; readonly requestId?: string }): void {
    this.#setStatus('ended');
    this.#listener.onError?.(new MainstayError(problem));
  }

  #tellItems(): void {
    this.#listener.onItems?.(this.items());
  }

  #setStatus(status: LiveStatus): void {
    if (this.#status === status) return;
    this.#status = status;
    this.#listener.onStatus?.(status);
  }
}

/** A change that was seen already, e.g. because the snapshot was ahead of the feed. */
function isKnown(held: LiveDocument, { document, position }: ServerChange): boolean {
  return position === undefined && held['version'] === document['version'] && JSON.stringify(held) === JSON.stringify(document);
}
