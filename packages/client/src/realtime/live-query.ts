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
  readonly resync?: true;
}

/** One change as the server tells it. */
export interface ServerChange {
  readonly subscription: string;
  readonly type: 'added' | 'changed' | 'removed';
  readonly document: LiveDocument;
  readonly sequence: number;
}

/** The way to the server. */
export interface LiveParent {
  /** Asks again, from the beginning. */
  restart(query: LiveQuery): void;
  leave(query: LiveQuery): void;
}

const DEFAULT_LIMIT = 50;

/** One followed list: what matches, in order, up to its limit. */
export class LiveQuery implements LiveList<never> {
  readonly collection: string;
  /** The server's name for it, on this connection. */
  subscription: string | undefined;
  readonly #query: SubscribeQuery<never>;
  readonly #sort: readonly string[];
  readonly #limit: number;
  readonly #listener: LiveListener<never>;
  readonly #parent: LiveParent;
  readonly #compare: (left: LiveDocument, right: LiveDocument) => number;
  #items: readonly LiveDocument[] = [];
  #status: LiveStatus = 'connecting';
  #sequence: number | undefined;
  #hasMore = false;

  constructor(collection: string, options: { query: SubscribeQuery<never>; listener: LiveListener<never>; parent: LiveParent }) {
    this.collection = collection;
    this.#query = options.query;
    this.#sort = [options.query.sort ?? []].flat();
    this.#limit = options.query.limit ?? DEFAULT_LIMIT;
    this.#listener = options.listener;
    this.#parent = options.parent;
    this.#compare = compareDocuments(this.#sort);
  }

  items(): readonly never[] {
    return this.#items as readonly never[];
  }

  status(): LiveStatus {
    return this.#status;
  }

  hasMore(): boolean {
    return this.#hasMore;
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
      limit: this.#limit,
      ...(where === undefined ? {} : { where }),
      ...(this.#sort.length === 0 ? {} : { sort: this.#sort }),
      // What the order depends on must come along.
      ...(fields === undefined ? {} : { fields: [...new Set([...fields, ...this.#sort.map((name) => name.replace(/^-/, ''))])] }),
      ...(this.#sequence === undefined ? {} : { since: this.#sequence }),
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
    if (!isResumed) {
      this.#hasMore = answer.nextCursor !== null;
      this.#items = answer.items;
    }
    this.#setStatus('live');
    if (!isResumed) this.#tellItems();
  }

  apply({ type, document, sequence }: ServerChange): void {
    this.#sequence = Math.max(this.#sequence ?? 0, sequence);
    const before = this.#items;
    const without = before.filter(({ id }) => id !== document.id);
    const wasShown = without.length < before.length;
    const last = before.at(-1);
    if (type === 'removed') {
      if (!wasShown) return;
      this.#items = without;
    } else {
      const sorted = [...without, document].sort(this.#compare);
      // Behind the last one shown there are others that come first: only the server knows them.
      const isBehind = this.#hasMore && sorted.at(-1) === document && last !== undefined && this.#compare(last, document) < 0;
      this.#items = isBehind ? without : sorted.slice(0, this.#limit);
      this.#hasMore ||= sorted.length > this.#limit;
    }
    this.#listener.onChange?.({ type, document, sequence } as never);
    this.#tellItems();
    if (this.#hasMore && this.#items.length < this.#limit) {
      this.#parent.restart(this);
    }
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
