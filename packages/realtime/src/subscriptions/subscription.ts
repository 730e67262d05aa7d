import type { Condition } from '@mainstay/conditions';
import type { Clock, ProjectContext } from '@mainstay/kernel';
import { createId, invalidInput, Problem } from '@mainstay/kernel';
import type { Data, Visibility, WireDocument } from '@mainstay/data';
import { documentNotFound } from '@mainstay/data';
import type { FeedEvent, Store, StoredDocument } from '@mainstay/store';
import type { RealtimeSettings } from '../realtime.settings.ts';
import type { Subscribe, Subscribed } from '../schema.ts';
import { rightsOf } from '../sync/sync-token.ts';
import { changeOf, missedChange, spansOf } from './change-of.ts';
import type { FeedReader, ProjectFeed } from './project-feed.ts';
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
const DEFAULT_LIMIT = 50;
/** The feed is never this far behind the documents; then what the snapshot held is no longer compared. */
const SNAPSHOT_FRESH_MS = 60_000;

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
  #isOpen = true;
  /** Versions in the snapshot: the documents may be ahead of the feed, whose events then tell nothing new. */
  #known: { versions: Map<string, number>; until: number } | undefined;

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
    if (since !== undefined && (before === undefined || before === rights) && (await this.#canReplay(since))) {
      this.#position = since;
      return { subscription: this.id, items: [], nextCursor: null, sequence: since, rights };
    }
    const { items, nextCursor } = await this.#snapshot(limit);
    this.#known = {
      versions: new Map(items.map(({ id, version }) => [id, version])),
      until: clock.now() + SNAPSHOT_FRESH_MS,
    };
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
      const { events, reached, isWhole } = await store.feed.scan(this.#outlet.context(), {
        collections: [this.collection],
        after: this.#position,
        until: this.#feed.position,
        limit: PAGE,
        maxBytes: PAGE_BYTES,
      });
      if (!isWhole) return this.#resync();
      await this.#deliverMissed(events, reached);
    }
    if (this.#isOpen) this.#feed.index.add(this);
  }

  /** Tells of what is long stored: the events may be older than a withdrawal, so that the documents are read again. */
  async #deliverMissed(events: readonly FeedEvent[], sequence: number): Promise<void> {
    if (events.some(({ type }) => type === 'resync')) return this.#resync();
    const spans = spansOf(events.filter((event) => !this.#isInSnapshot(event)));
    const current = await this.#visibility.current(spans.map(({ last }) => last.id));
    const changes: ToldChange['change'][] = [];
    for (const span of spans) {
      const document = current.get(span.last.id);
      if (document !== undefined && document.version > (span.last.document?.version ?? 0)) this.#remember(document);
      const change = missedChange(span, document, this.#visibility);
      if (change === 'resync') return this.#resync();
      if (change !== 'nothing') changes.push(change.change);
    }
    // Whoever is cut off within the page must ask for all of it again: part of what happened to a document does not say what became of it.
    for (const [position, change] of changes.entries()) {
      if (!this.#isOpen) return;
      const isLast = position === changes.length - 1;
      this.#outlet.tell(this.id, new ToldChange({ ...change, sequence: isLast ? sequence : this.#position }));
    }
    this.#position = sequence;
  }

  /** What was shown ahead of the feed must not be told again when the feed comes to it. */
  #remember({ _id, version }: StoredDocument): void {
    const versions = this.#known?.versions ?? new Map<string, number>();
    this.#known = { versions: versions.set(_id, version), until: this.#parts.clock.now() + SNAPSHOT_FRESH_MS };
  }

  #deliver(event: FeedEvent): void {
    this.#position = event.sequence;
    const isMine = event.type === 'resync' || event.collection === this.collection;
    if (!isMine || this.#isInSnapshot(event)) return;
    const change = changeOf(event, this.#visibility);
    if (change === 'resync') this.#resync();
    else if (change !== 'nothing') this.#outlet.tell(this.id, change);
  }

  #isInSnapshot({ document, id }: FeedEvent): boolean {
    if (this.#known === undefined) return false;
    if (this.#parts.clock.now() > this.#known.until) {
      this.#known = undefined;
      return false;
    }
    if (document === null) this.#known.versions.delete(id);
    return document !== null && document.version <= (this.#known.versions.get(id) ?? 0);
  }

  /** The client must subscribe anew: this subscription cannot go on without a gap. */
  #resync(): void {
    if (!this.#isOpen) return;
    this.close();
    this.#outlet.send('resync', { subscription: this.id });
    this.#outlet.ended(this);
  }
}
