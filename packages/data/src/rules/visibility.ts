import type { Condition } from '@mainstay/conditions';
import { compilePredicate } from '@mainstay/conditions';
import type { ProjectContext } from '@mainstay/kernel';
import { rulesApplyTo } from '@mainstay/kernel';
import type { Frame } from '@mainstay/host';
import type { StoredDocument } from '@mainstay/store';
import type { Collections } from '../collections/collections.service.ts';
import type { CompiledCollection } from '../collections/compile-collection.ts';
import { parseWhere } from '../documents/parse-where.ts';
import type { View, WireDocument } from '../documents/to-wire.ts';
import { toWire, viewOf } from '../documents/to-wire.ts';
import { authorizeOne, withId } from './authorize.ts';
import { ruleDenied } from './rules.problems.ts';

/** What a subscriber may see of a collection, for events instead of queries. */
export interface Visibility {
  /** The version of the definition that it was made from: another one means it must be made again. */
  readonly version: number;
  /** What decides about documents and fields: with another text, what was shown is no longer what would be. */
  readonly reading: string;
  /** Whether the caller may see the document, whatever the condition. */
  readonly allows: (document: StoredDocument) => boolean;
  /** The documents of these ids as they are now, those that are there: one read. */
  readonly current: (ids: readonly string[]) => Promise<ReadonlyMap<string, StoredDocument>>;
  /** Whether the caller may see the document and it matches the condition. */
  readonly shows: (document: StoredDocument) => boolean;
  readonly toWire: (document: StoredDocument) => WireDocument;
  /** Visibilities with the same view show a document in the same words, so that they need be found only once. */
  readonly view: object;
  readonly condition: Condition;
}

/** Views that subscribers of a version of a collection share. */
const views = new WeakMap<CompiledCollection, Map<string, View>>();
const MAX_SHARED_VIEWS = 100;

function sharedView(collection: CompiledCollection, isClient: boolean, fields: readonly string[] | undefined): View {
  const shared = views.get(collection) ?? new Map<string, View>();
  views.set(collection, shared);
  const key = JSON.stringify([isClient, fields]);
  const view = shared.get(key) ?? viewOf(collection, isClient, fields);
  if (shared.size < MAX_SHARED_VIEWS) shared.set(key, view);
  return view;
}

/** Makes visibilities: the subscribe rule, the acl and the subscriber's own condition as one function. */
export function createVisibility({ store }: Frame, collections: Collections) {
  /** @throws collectionNotFound, ruleDenied, invalidInput, fieldNotReadable */
  return async (
    context: ProjectContext,
    name: string,
    { where, fields }: { where?: unknown; fields?: readonly string[] | undefined },
  ): Promise<Visibility> => {
    const collection = await collections.compiled(context, name);
    const isClient = rulesApplyTo(context.principal);
    if (!collection.isRealtime) throw ruleDenied({ collection: name, operation: 'subscribe' });
    const allows = authorizeOne(collection, 'subscribe', context.principal);
    const condition = parseWhere(collection, where, isClient);
    const matches = where === undefined ? () => true : matcherOf(condition);
    const view = sharedView(collection, isClient, fields);
    return {
      version: collection.version,
      reading: collection.reading,
      condition,
      allows,
      async current(ids) {
        const rows = store.documents(context, name);
        const found = await Promise.all(ids.map((id) => rows.get(id)));
        return new Map(found.flatMap((document) => (document === null ? [] : [[document._id, document] as const])));
      },
      shows: (document) => allows(document) && matches(document),
      toWire: (document) => toWire(document, view),
      view,
    };
  };
}

function matcherOf(condition: Condition): (document: StoredDocument) => boolean {
  const matches = compilePredicate(condition);
  return (document) => matches(namedOf(document));
}

/** Documents as conditions name them: an event is shown to one subscriber after the other. */
const named = new WeakMap<StoredDocument, object>();

function namedOf(document: StoredDocument): object {
  const known = named.get(document) ?? withId(document);
  named.set(document, known);
  return known;
}

export type MakeVisibility = ReturnType<typeof createVisibility>;
