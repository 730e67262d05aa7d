import type { ProjectContext } from '@mainstay/kernel';
import { LoadingCache } from '@mainstay/kernel';
import { DuplicateKeyError } from '@mainstay/store';
import type { Frame } from '@mainstay/host';
import type { DataSettings } from '../data.settings.ts';
import { RevisionKind, TrashKind } from '../history/history.model.ts';
import type { Indexes } from '../indexes/indexes.service.ts';
import { seenBy } from '../rules/seen-by.ts';
import { checkDefinition } from './check-definition.ts';
import type { CollectionRow } from './collections.model.ts';
import { CollectionKind } from './collections.model.ts';
import { schemaChangeRunning } from '../schema-changes/schema-changes.problems.ts';
import { collectionNotFound, tooManyCollections } from './collections.problems.ts';
import type { Collection, CollectionDefinition, CollectionPatch } from './collections.schema.ts';
import type { CompiledCollection } from './compile-collection.ts';
import { compileCollection } from './compile-collection.ts';
import { learnedFields } from './learned-fields.ts';

/** A missed invalidation matters for at most this long. */
const CACHE = { maxEntries: 20_000, maxAgeMs: 30_000 };
const TOPIC = 'collection';

/** What collections need besides the frame. */
export interface CollectionsOptions {
  readonly indexes: Indexes;
  readonly settings: DataSettings;
}

/** The collections of projects: what developers define, and what requests are checked against. */
export function createCollections({ store, clock }: Frame, { indexes, settings }: CollectionsOptions) {
  const compiled = new LoadingCache<CompiledCollection | null>(CACHE);
  store.signals.onInvalidate(TOPIC, (key) => compiled.invalidate(key));
  const rowsOf = (context: ProjectContext) => store.kind(context, CollectionKind);
  const keyOf = (context: ProjectContext, name: string): string => `${context.project.id}:${name}`;

  async function save(context: ProjectContext, row: CollectionRow): Promise<Collection> {
    const made = compileCollection(row);
    checkDefinition(row, made, settings);
    await indexes.prepare(context, row, made);
    const { id, ...fields } = row;
    try {
      await rowsOf(context).update({ id, change: null }, { $set: fields }, { upsert: true });
    } catch (error) {
      throw error instanceof DuplicateKeyError ? schemaChangeRunning({ collection: id }) : error;
    }
    changed(context, id);
    await indexes.follow(context, row, made);
    return toWire(row);
  }

  function changed(context: ProjectContext, name: string): void {
    store.signals.invalidate(TOPIC, keyOf(context, name));
    store.signals.announce(context, { topic: 'schema', type: 'collection.changed', data: { name } });
  }

  function forCaller(context: ProjectContext, collection: CompiledCollection): CompiledCollection {
    return seenBy(collection, context.principal);
  }

  return {
    /** The compiled collection without a promise when it is known already, which it is in the steady state. */
    peek(context: ProjectContext, name: string): CompiledCollection | null | undefined {
      const found = compiled.peek(keyOf(context, name));
      return found === null || found === undefined ? found : forCaller(context, found);
    },

    /** The collection as the context's principal meets it. @throws collectionNotFound */
    async compiled(context: ProjectContext, name: string): Promise<CompiledCollection> {
      const found = await compiled.get(keyOf(context, name), async () => {
        const row = await rowsOf(context).get(name);
        return row === null ? null : compileCollection(row);
      });
      if (found === null) throw collectionNotFound({ collection: name });
      return forCaller(context, found);
    },

    /**
     * Adds the fields of what is about to be written that an open collection has not seen yet. They describe it and restrict nothing.
     * Does nothing in the steady state.
     */
    async learn(context: ProjectContext, collection: CompiledCollection, values: Readonly<Record<string, unknown>>): Promise<void> {
      if (!collection.isOpen) return;
      for (const [name, type] of learnedFields(collection, values, settings.learnedFields)) {
        const path = `fields.${name}`;
        const learned = { $set: { [path]: { type, learned: true } }, $inc: { version: 1 } };
        const isFree = { $or: [{ [path]: { $exists: false } }, { [`${path}.learned`]: true }] };
        const { matched } = await rowsOf(context).update({ id: collection.name, mode: 'open', ...isFree }, learned);
        if (matched > 0) changed(context, collection.name);
      }
    },

    async list(context: ProjectContext): Promise<Collection[]> {
      return (await rowsOf(context).find({}, { sort: { id: 1 } })).map(toWire);
    },

    /** @throws collectionNotFound */
    async get(context: ProjectContext, name: string): Promise<Collection> {
      const row = await rowsOf(context).get(name);
      if (row === null) throw collectionNotFound({ collection: name });
      return toWire(row);
    },

    /** Creates the collection or replaces its definition; indexes are built in the background. @throws invalidInput, tooManyCollections */
    async put(
      context: ProjectContext,
      name: string,
      definition: CollectionDefinition,
    ): Promise<{ collection: Collection; isNew: boolean }> {
      const existing = await rowsOf(context).get(name);
      if (existing?.change) throw schemaChangeRunning({ collection: name });
      if (existing === null) {
        const allowed = context.project.limits.collections;
        if ((await rowsOf(context).count({})) >= allowed) throw tooManyCollections({ allowed });
      }
      const now = new Date(clock.now());
      const row = { ...definition, id: name, version: (existing?.version ?? 0) + 1, createdAt: existing?.createdAt ?? now, updatedAt: now };
      return { collection: await save(context, row), isNew: existing === null };
    },

    /** Changes parts of the definition; a field set to null is taken out of it (its stored values stay). */
    async patch(context: ProjectContext, name: string, patch: CollectionPatch): Promise<Collection> {
      const row = await rowsOf(context).get(name);
      if (row === null) throw collectionNotFound({ collection: name });
      if (row.change) throw schemaChangeRunning({ collection: name });
      const fields = Object.entries({ ...row.fields, ...patch.fields }).flatMap(([field, definition]) =>
        definition === null ? [] : [[field, definition] as const],
      );
      return save(context, {
        ...row,
        mode: patch.mode ?? row.mode,
        fields: Object.fromEntries(fields),
        indexes: patch.indexes ?? row.indexes,
        rules: { ...row.rules, ...patch.rules },
        realtime: patch.realtime ?? row.realtime,
        history: patch.history ?? row.history,
        softDelete: patch.softDelete ?? row.softDelete,
        onUserDelete: patch.onUserDelete ?? row.onUserDelete,
        version: row.version + 1,
        updatedAt: new Date(clock.now()),
      });
    },

    /** The definition as it is stored; null when there is none. */
    find: (context: ProjectContext, name: string): Promise<CollectionRow | null> => rowsOf(context).get(name),

    /** The definition as it is stored. @throws collectionNotFound */
    async row(context: ProjectContext, name: string): Promise<CollectionRow> {
      const row = await rowsOf(context).get(name);
      if (row === null) throw collectionNotFound({ collection: name });
      return row;
    },

    /** Replaces the definition if it still has this version; whether it had. For changes of fields. @throws invalidInput */
    async redefine(context: ProjectContext, row: CollectionRow, version: number): Promise<boolean> {
      const made = compileCollection(row);
      checkDefinition(row, made, settings);
      const { id, ...fields } = row;
      const { matched } = await rowsOf(context).update({ id, version }, { $set: { ...fields, updatedAt: new Date(clock.now()) } });
      if (matched === 0) return false;
      changed(context, id);
      await indexes.prepare(context, row, made);
      await indexes.follow(context, row, made);
      return true;
    },

    /** Deletes the collection with all its documents. */
    async delete(context: ProjectContext, name: string): Promise<void> {
      if ((await rowsOf(context).delete({ id: name })) === 0) throw collectionNotFound({ collection: name });
      store.signals.invalidate(TOPIC, keyOf(context, name));
      await store.projectDatabase(context).dropCollection(name);
      await indexes.forget(context, name);
      await store.kind(context, RevisionKind).deleteMany({ collection: name });
      await store.kind(context, TrashKind).deleteMany({ collection: name });
    },
  };
}
export type Collections = ReturnType<typeof createCollections>;

function toWire({ id, rules, createdAt, updatedAt, change: _change, ...rest }: CollectionRow): Collection {
  const { list = null, get = null, create = null, update = null, delete: del = null, subscribe = null } = rules;
  return {
    ...rest,
    history: rest.history === true,
    softDelete: rest.softDelete === true,
    // Collections from before the setting have none.
    onUserDelete: (rest.onUserDelete as typeof rest.onUserDelete | undefined) ?? 'keep',
    name: id,
    rules: { list, get, create, update, delete: del, subscribe },
    createdAt: createdAt.toISOString(),
    updatedAt: updatedAt.toISOString(),
  };
}
