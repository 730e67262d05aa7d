import type { Condition } from '@mainstay/conditions';
import { createId, invalidInput } from '@mainstay/kernel';
import type { Visibility, WireDocument } from '@mainstay/data';
import type { FeedEvent } from '@mainstay/store';
import type { Change, Subscribe, Subscribed } from '../schema.ts';
import { sightOf } from '../gateway/sight-of.ts';
import { compareKeys } from './compare-keys.ts';
import type { ProjectFeed } from './project-feed.ts';
import { rightsOf } from '../sync/sync-token.ts';
import { ToldChange } from './told-change.ts';
import type { Follower, FollowerOptions, Outlet, SubscriptionParts } from './subscription.ts';

/** A document that the client holds. */
interface Place {
  readonly id: string;
  readonly version: number;
  /** What it is sorted by, ending with its id. */
  readonly keys: readonly unknown[];
}

/** Whether this asks for the first documents in an order. */
export function isWindow({ sort, limit }: Subscribe): boolean {
  return sort !== undefined && limit !== undefined && limit > 0;
}

/**
 * The first documents of a collection in an order, kept as such: one that leaves is followed by the next one, one that enters pushes the last
 * one out. A change that moves nothing is passed on; whatever else may concern the window has it read again, once for all that came meanwhile.
 */
export class Window implements Follower {
  readonly id = createId();
  readonly feed: ProjectFeed;
  readonly #parts: SubscriptionParts;
  readonly #request: Subscribe;
  readonly #outlet: Outlet;
  readonly #paths: readonly string[];
  readonly #orders: readonly (1 | -1)[];
  #visibility: Visibility;
  #held: Place[] = [];
  #sequence = 0;
  #isOpen = true;
  #isStale = false;
  #isReading = false;

  constructor(parts: SubscriptionParts, { request, feed, visibility, outlet }: FollowerOptions) {
    this.#parts = parts;
    this.#request = request;
    this.feed = feed;
    this.#visibility = visibility;
    this.#outlet = outlet;
    const sort = request.sort ?? [];
    const orders = sort.map((term): 1 | -1 => (term.startsWith('-') ? -1 : 1));
    this.#orders = [...orders, orders.at(-1) ?? 1];
    this.#paths = [...sort.map((term) => term.replace(/^-/, '')), 'id'];
  }

  get collection(): string {
    return this.#request.collection;
  }

  get condition(): Condition {
    return this.#visibility.condition;
  }

  get sequence(): number {
    return this.#sequence;
  }

  async begin(): Promise<Subscribed> {
    if (this.#limit > this.#parts.settings.snapshotMaxDocuments) throw invalidInput();
    this.#sequence = await this.#parts.store.feed.head(this.#outlet.context());
    const documents = await this.#read(this.#sequence);
    this.#held = documents.map((document) => this.#placeOf(document));
    return {
      subscription: this.id,
      items: documents.map((document) => this.#shown(document)),
      nextCursor: null,
      sequence: this.#sequence,
      rights: rightsOf(this.#outlet.context(), [[this.collection, this.#visibility.reading]]),
      ...(this.#request.since === undefined ? {} : { resync: true as const }),
    };
  }

  follow(): void {
    if (!this.#isOpen) return;
    this.feed.index.add(this);
    if (this.feed.position > this.#sequence) this.#update();
  }

  hear(event: FeedEvent): void {
    if (!this.#isOpen) return;
    this.#sequence = Math.max(this.#sequence, event.sequence);
    if (event.type === 'resync') return this.#resync();
    const position = this.#held.findIndex(({ id }) => id === event.id);
    const held = this.#held[position];
    if (held !== undefined && event.document !== null && event.document.version <= held.version) return;
    if (this.#isReading || this.#outlet.isFull()) return this.#update();
    if (held !== undefined && this.#isSamePlace(held, event)) return this.#pass(position, event);
    if (held !== undefined || this.#mayEnter(event)) this.#update();
  }

  async refresh(isForced: boolean): Promise<void> {
    const { where } = this.#request;
    const visibility = await this.#parts.data.visibility(this.#outlet.context(), this.collection, { where });
    if (!this.#isOpen || (!isForced && visibility.version === this.#visibility.version)) return;
    const isOther = isForced || visibility.reading !== this.#visibility.reading;
    const isLive = this.feed.index.has(this);
    this.feed.index.remove(this);
    this.#visibility = visibility;
    if (isLive) this.feed.index.add(this);
    if (!isOther) return;
    // Also what stays may look different now.
    this.#held = this.#held.map((place) => ({ ...place, version: 0 }));
    this.#update();
  }

  close(): void {
    this.#isOpen = false;
    this.feed.index.remove(this);
  }

  get #limit(): number {
    return this.#request.limit ?? 0;
  }

  /** Windows that show the same to the same caller are read together. */
  async #read(sequence: number): Promise<readonly WireDocument[]> {
    const { where, sort } = this.#request;
    const query = { where, sort, limit: this.#limit };
    const context = this.#outlet.context();
    const { version, reading } = this.#visibility;
    const key = JSON.stringify([sightOf(context.principal), this.collection, version, reading, query]);
    const { items } = await this.feed.readTogether(key, Math.max(sequence, this.feed.newest), () =>
      this.#parts.data.queries.list(context, this.collection, query),
    );
    return items;
  }

  /** Has the window read again; what comes while it is read has it read once more. */
  #update(): void {
    this.#isStale = true;
    if (this.#isReading) return;
    this.#isReading = true;
    this.#readWhileStale().catch((error: unknown) => {
      this.#outlet.context().log.info({ err: error }, 'a window could not be read again');
      this.#resync();
    });
  }

  async #readWhileStale(): Promise<void> {
    try {
      while (this.#isOpen && this.#isStale) {
        if (this.#outlet.isFull() && !(await this.#outlet.room(this.#parts.settings.stalledAfterMs))) return this.#resync();
        this.#isStale = false;
        const sequence = this.#sequence;
        const documents = await this.#read(sequence);
        if (this.#isOpen) this.#tell(documents, sequence);
      }
    } finally {
      this.#isReading = false;
    }
  }

  /** Tells the difference between what the client holds and what there is. */
  #tell(documents: readonly WireDocument[], sequence: number): void {
    const ids = new Set(documents.map(({ id }) => id));
    const versions = new Map(this.#held.map(({ id, version }) => [id, version]));
    for (const { id } of this.#held) if (!ids.has(id)) this.#send({ type: 'removed', document: { id }, sequence });
    const order = this.#held.flatMap(({ id }) => (ids.has(id) ? [id] : []));
    for (const [position, document] of documents.entries()) {
      const { id, version } = document;
      const isInPlace = order[position] === id;
      if (isInPlace && versions.get(id) === version) continue;
      if (!isInPlace) {
        if (versions.has(id)) order.splice(order.indexOf(id), 1);
        order.splice(position, 0, id);
      }
      this.#send({ type: versions.has(id) ? 'changed' : 'added', document: this.#shown(document), sequence, position });
    }
    this.#held = documents.map((document) => this.#placeOf(document));
  }

  #isSamePlace({ keys }: Place, { document }: FeedEvent): boolean {
    if (document === null || !this.#visibility.shows(document)) return false;
    return compareKeys(this.#keysOf(this.#visibility.toWire(document)), keys, this.#orders) === 0;
  }

  #pass(position: number, { document, sequence }: FeedEvent): void {
    if (document === null) return;
    const wire = this.#visibility.toWire(document);
    this.#held[position] = this.#placeOf(wire);
    this.#send({ type: 'changed', document: this.#shown(wire), sequence, position });
  }

  #mayEnter({ document, isSkipped }: FeedEvent): boolean {
    if (isSkipped) return true;
    if (document === null || !this.#visibility.shows(document)) return false;
    const last = this.#held.at(-1);
    if (last === undefined || this.#held.length < this.#limit) return true;
    const compared = compareKeys(this.#keysOf(this.#visibility.toWire(document)), last.keys, this.#orders);
    return compared === undefined || compared < 0;
  }

  #placeOf(document: WireDocument): Place {
    return { id: document.id, version: document.version, keys: this.#keysOf(document) };
  }

  #keysOf(document: WireDocument): unknown[] {
    return this.#paths.map((path) => valueAt(document, path));
  }

  /** The asked fields: the order needs others as well. */
  #shown(document: WireDocument): WireDocument {
    const { fields } = this.#request;
    if (fields === undefined) return document;
    const { id, createdAt, updatedAt, version } = document;
    const names = new Set(fields.map((field) => field.split('.')[0] ?? field));
    const asked = Object.entries(document).filter(([name]) => names.has(name));
    return { id, ...Object.fromEntries(asked), createdAt, updatedAt, version };
  }

  #send(change: Omit<Change, 'subscription'>): void {
    this.#outlet.tell(this.id, new ToldChange(change));
  }

  #resync(): void {
    if (!this.#isOpen) return;
    this.close();
    this.#outlet.send('resync', { subscription: this.id });
    this.#outlet.ended(this);
  }
}

function valueAt(document: WireDocument, path: string): unknown {
  let value: unknown = document;
  for (const segment of path.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, segment)) return null;
    value = (value as Record<string, unknown>)[segment];
  }
  return value ?? null;
}
