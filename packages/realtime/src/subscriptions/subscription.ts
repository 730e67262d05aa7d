import type { Condition } from '@mainstay/conditions';
import type { Clock, ProjectContext } from '@mainstay/kernel';
import { createId, invalidInput, Problem } from '@mainstay/kernel';
import type { Data, Visibility, WireDocument } from '@mainstay/data';
import { documentNotFound } from '@mainstay/data';
import type { FeedEvent, Store, StoredDocument } from '@mainstay/store';
import type { RealtimeSettings } from '../realtime.settings.ts';
import type { Subscribe, Subscribed } from '../schema.ts';
import { rightsOf } from '../sync/sync-token.ts';
import type { Span } from './change-of.ts';
import { changeOf, missedChange, spansOf } from './change-of.ts';
import type { FeedReader, ProjectFeed } from './project-feed.ts';
import { ShownAhead } from './shown-ahead.ts';
import { ToldChange } from './told-change.ts';

/** What subscriptions work with. */
export interface SubscriptionParts {
  readonly store: Store;
  readonly clock: Clock;
  readonly data: Data;
  readonly settings: RealtimeSettings;
}

/** The way to the subscriber. */
export interface Outlet {
  context(): ProjectContext;
  send(message: string, body: object): void;
  /** Tells of a change. */
  tell(subscription: string, change: ToldChange): void;
  /** Whether so much waits already that nothing more should be sent. */
  isFull(): boolean;
  /** Waits until there is room. @returns false when there is none in time, or the connection ended. */
  room(timeoutMs: number): Promise<boolean>;
  /** Called when the subscription ended by itself. */
  ended(subscription: Follower): void;
}

/** A subscription as its connection holds it. */
export interface Follower extends FeedReader {
  readonly id: string;
  readonly feed: ProjectFeed;
  /** Everything up to this one was told: whoever comes back goes on from here. */
  readonly sequence: number;
  /** Finds where to begin, and what there is. */
  begin(): Promise<Subscribed>;
  /** Delivers what came since, and then whatever comes. Called after the client knows the subscription's id. */
  follow(): void;
  /** Tells how far it is, when that is much further than what was told last. */
  tellPlace?(): void;
  /** Sees with new eyes: the rules, the collection or the subscriber's roles changed. @throws ruleDenied, collectionNotFound */
  refresh(isForced: boolean): Promise<void>;
  close(): void;
}

/** What a subscription is made of. */
export interface FollowerOptions {
  readonly request: Subscribe;
  readonly feed: ProjectFeed;
  readonly visibility: Visibility;
  readonly outlet: Outlet;
}

/** The condition that stands for the request. */
export function wantedOf({ id, where, fields }: Subscribe): { where?: unknown; fields?: readonly string[] | undefined } {
  return { where: id === undefined ? where : { id }, fields };
}

const PAGE = 100;
/** What a page of the feed may hold: that much is sent to a slow reader before it is asked whether it takes it. */
const PAGE_BYTES = 1_048_576;
/** Sequences that are looked through at a time. */
const STRETCH = 500;
/** So many events can be looked through again without a thought. */
const FAR = 100;
const DEFAULT_LIMIT = 50;

/**
 * One subscription: reads the feed from its position until it has caught up with the project's tail, then hears the tail.
 * A reader that is slow goes back to reading the feed at its own pace, so nothing piles up in memory.
 */
export class Subscription implements Follower {
  readonly id = createId();
  readonly #parts: SubscriptionParts;
  readonly #request: Subscribe;
  readonly #feed: ProjectFeed;
  readonly #outlet: Outlet;
  #visibility: Visibility;
  #position = 0;
  /** The last sequence that the client was told. */
  #told = 0;
  #isOpen = true;
  readonly #shown = new ShownAhead();
  /** Documents that it was told are gone while it catches up: once is enough. */
  readonly #gone = new Set<string>();

  constructor(parts: SubscriptionParts, options: FollowerOptions) {
    this.#parts = parts;
    this.#request = options.request;
    this.#feed = options.feed;
    this.#visibility = options.visibility;
    this.#outlet = options.outlet;
  }

  get collection(): string {
    return this.#request.collection;
  }

  get condition(): Condition {
    return this.#visibility.condition;
  }

  get feed(): ProjectFeed {
    return this.#feed;
  }

  get sequence(): number {
    return this.#feed.index.has(this) ? Math.max(this.#position, this.#feed.position) : this.#position;
  }

  /** Finds where to begin: after `since` if the feed still holds what followed, otherwise with a snapshot. */
  async begin(): Promise<Subscribed> {
    const { store, settings, clock } = this.#parts;
    const { since, rights: before, limit = DEFAULT_LIMIT } = this.#request;
    if (limit > settings.snapshotMaxDocuments) throw invalidInput();
    const context = this.#outlet.context();
    const rights = rightsOf(context, [[this.collection, this.#visibility.reading]]);
    this.#position = await store.feed.head(context);
    this.#told = this.#position;
    if (since !== undefined && (before === undefined || before === rights) && (await this.#canReplay(since))) {
      this.#position = since;
      this.#told = since;
      return { subscription: this.id, items: [], nextCursor: null, sequence: since, rights };
    }
    const { items, nextCursor } = await this.#snapshot(limit);
    for (const item of items) this.#shown.add(item.id, item, clock.now());
    const resync = since === undefined ? {} : { resync: true as const };
    return { subscription: this.id, items, nextCursor, sequence: this.#position, rights, ...resync };
  }

  follow(): void {
    this.#catchUp().catch((error: unknown) => {
      this.#outlet.context().log.warn({ err: error }, 'a subscription could not read the feed');
      this.#resync();
    });
  }

  hear(event: FeedEvent): void {
    if (!this.#isOpen || event.sequence <= this.#position) return;
    if (this.#outlet.isFull()) {
      this.#feed.index.remove(this);
      this.#position = event.sequence - 1;
      // Only when everybody has heard it does the feed count this event: to look at once would be to miss it.
      queueMicrotask(() => this.follow());
      return;
    }
    this.#deliver(event);
  }

  async refresh(isForced: boolean): Promise<void> {
    const visibility = await this.#parts.data.visibility(this.#outlet.context(), this.collection, wantedOf(this.#request));
    if (!this.#isOpen || (!isForced && visibility.version === this.#visibility.version)) return;
    // Other documents are visible now than those that were told of.
    if (isForced || visibility.reading !== this.#visibility.reading) return this.#resync();
    const isLive = this.#feed.index.has(this);
    this.#feed.index.remove(this);
    this.#visibility = visibility;
    if (isLive) this.#feed.index.add(this);
  }

  tellPlace(): void {
    const { sequence } = this;
    if (!this.#feed.index.has(this) || sequence - this.#told < FAR) return;
    this.#told = sequence;
    this.#outlet.send('place', { subscription: this.id, sequence });
  }

  close(): void {
    this.#isOpen = false;
    this.#feed.index.remove(this);
  }

  async #snapshot(limit: number): Promise<{ items: readonly WireDocument[]; nextCursor: string | null }> {
    const { queries, documents } = this.#parts.data;
    const { collection, id, where, fields, sort } = this.#request;
    const context = this.#outlet.context();
    if (id === undefined) return queries.list(context, collection, { where, fields, sort, limit });
    try {
      return { items: [await documents.get(context, { collection, id }, fields)], nextCursor: null };
    } catch (error) {
      if (error instanceof Problem && error.code === documentNotFound.definition.code) return { items: [], nextCursor: null };
      throw error;
    }
  }

  async #canReplay(since: number): Promise<boolean> {
    const head = this.#position;
    if (since === head) return true;
    if (since > head || head - since > this.#parts.settings.replayMaxEvents) return false;
    const [next] = await this.#parts.store.feed.read(this.#outlet.context(), since, 1);
    return next?.sequence === since + 1;
  }

  async #catchUp(): Promise<void> {
    const { store, settings } = this.#parts;
    while (this.#isOpen && this.#position < this.#feed.position) {
      if (this.#feed.position - this.#position > settings.replayMaxEvents) return this.#resync();
      if (this.#outlet.isFull() && !(await this.#outlet.room(settings.stalledAfterMs))) return this.#resync();
      // In steps of their own, so that those who have been away for the same time and come back at once read together.
      const [after, until] = [this.#position, Math.min(this.#feed.position, this.#position + STRETCH)];
      const stretch = { collections: [this.collection], after, until, limit: PAGE, maxBytes: PAGE_BYTES };
      const { events, reached, isWhole } = await this.#feed.readTogether(`scan ${this.collection} ${after} ${until}`, until, () =>
        store.feed.scan(this.#outlet.context(), stretch),
      );
      if (!isWhole) return this.#resync();
      await this.#deliverMissed(events, reached);
    }
    this.#gone.clear();
    if (this.#isOpen) this.#feed.index.add(this);
  }

  /** Tells of what is long stored: the events may be older than a withdrawal, so that the documents are read again. */
  async #deliverMissed(events: readonly FeedEvent[], sequence: number): Promise<void> {
    if (events.some(({ type }) => type === 'resync')) return this.#resync();
    const { clock } = this.#parts;
    const spans = spansOf(events.filter((event) => !this.#shown.covers(event, clock.now())));
    // What does not show by its last event is not looked at: if it shows by now, a later event says so.
    const shown = spans.filter(({ last }) => last.document !== null && this.#visibility.shows(last.document));
    const current = await this.#visibility.current(shown.map(({ last }) => last.id));
    const changes: ToldChange['change'][] = [];
    for (const span of spans) {
      const document = current.get(span.last.id);
      if (document !== undefined && isAhead(document, span)) this.#shown.add(document._id, document, clock.now());
      const change = missedChange(span, document, this.#visibility);
      if (change === 'resync') return this.#resync();
      if (change === 'nothing' || (change.change.type === 'removed' && this.#gone.has(span.last.id))) continue;
      if (change.change.type === 'removed') this.#gone.add(span.last.id);
      else this.#gone.delete(span.last.id);
      changes.push(change.change);
    }
    // Whoever is cut off within the page must ask for all of it again: part of what happened to a document does not say what became of it.
    for (const [position, change] of changes.entries()) {
      if (!this.#isOpen) return;
      const isLast = position === changes.length - 1;
      this.#outlet.tell(this.id, new ToldChange({ ...change, sequence: isLast ? sequence : this.#position }));
    }
    this.#position = sequence;
  }

  #deliver(event: FeedEvent): void {
    this.#position = event.sequence;
    const isMine = event.type === 'resync' || event.collection === this.collection;
    if (!isMine || this.#shown.covers(event, this.#parts.clock.now())) return;
    const change = changeOf(event, this.#visibility);
    if (change === 'resync') this.#resync();
    else if (change !== 'nothing') {
      this.#told = event.sequence;
      this.#outlet.tell(this.id, change);
    }
  }

  /** The client must subscribe anew: this subscription cannot go on without a gap. */
  #resync(): void {
    if (!this.#isOpen) return;
    this.close();
    this.#outlet.send('resync', { subscription: this.id });
    this.#outlet.ended(this);
  }
}

function isAhead({ version, createdAt }: StoredDocument, { last: { document } }: Span): boolean {
  return document === null || version !== document.version || createdAt.getTime() !== document.createdAt.getTime();
}
