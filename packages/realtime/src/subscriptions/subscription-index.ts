import type { Condition } from '@mainstay/conditions';
import { equalityTermsOf, scalarsAt } from '@mainstay/conditions';
import type { FeedEvent, StoredDocument } from '@mainstay/store';

type Scalar = string | number | boolean;

/** What can be found by an event. */
export interface Indexed {
  readonly collection: string;
  readonly condition: Condition;
}

interface CollectionEntries<Item> {
  /** By an equality that a document must fulfil: field → value → items. */
  readonly byTerm: Map<string, Map<Scalar, Set<Item>>>;
  readonly others: Set<Item>;
}

/** Finds the subscriptions that an event may concern without asking each one. */
export class SubscriptionIndex<Item extends Indexed> {
  readonly #collections = new Map<string, CollectionEntries<Item>>();
  readonly #places = new Map<Item, { entries: CollectionEntries<Item>; term: { field: string; value: Scalar } | undefined }>();

  has(item: Item): boolean {
    return this.#places.has(item);
  }

  add(item: Item): void {
    this.remove(item);
    const entries = this.#collections.get(item.collection) ?? { byTerm: new Map(), others: new Set() };
    this.#collections.set(item.collection, entries);
    const term = equalityTermsOf(item.condition)?.[0];
    this.#places.set(item, { entries, term });
    if (term === undefined) {
      entries.others.add(item);
      return;
    }
    const values = entries.byTerm.get(term.field) ?? new Map<Scalar, Set<Item>>();
    entries.byTerm.set(term.field, values);
    values.set(term.value, (values.get(term.value) ?? new Set()).add(item));
  }

  remove(item: Item): void {
    const place = this.#places.get(item);
    if (place === undefined) return;
    this.#places.delete(item);
    const { entries, term } = place;
    entries.others.delete(item);
    if (term !== undefined) forget(entries, term, item);
    if (entries.others.size === 0 && entries.byTerm.size === 0) this.#collections.delete(item.collection);
  }

  /** The items that the event may concern; history that was lost concerns all. */
  find(event: FeedEvent): ReadonlySet<Item> {
    if (event.type === 'resync') return new Set(this.#places.keys());
    const entries = this.#collections.get(event.collection);
    if (entries === undefined) return new Set();
    if (event.isSkipped || (event.previous === null && event.type !== 'added')) return this.#allOf(event.collection);
    const found = new Set(entries.others);
    for (const document of [event.document, event.previous]) {
      if (document !== null) for (const item of byTerms(entries, document)) found.add(item);
    }
    return found;
  }

  #allOf(collection: string): ReadonlySet<Item> {
    return new Set([...this.#places.keys()].filter((item) => item.collection === collection));
  }
}

function forget<Item>({ byTerm }: CollectionEntries<Item>, { field, value }: { field: string; value: Scalar }, item: Item): void {
  const values = byTerm.get(field);
  const items = values?.get(value);
  items?.delete(item);
  if (items?.size === 0) values?.delete(value);
  if (values?.size === 0) byTerm.delete(field);
}

function* byTerms<Item>({ byTerm }: CollectionEntries<Item>, document: StoredDocument): Generator<Item> {
  const named = { ...document, id: document._id };
  for (const [field, values] of byTerm) {
    for (const value of scalarsAt(named, field)) yield* values.get(value) ?? [];
  }
}
