import type { ProjectContext } from '@mainstay/kernel';
import { LoadingCache } from '@mainstay/kernel';
import type { Frame } from '@mainstay/host';
import type { CollectionIndex } from '@mainstay/store';
import { DuplicateKeyError } from '@mainstay/store';
import { RevisionKind, TrashKind } from '../history/history.model.ts';
import type { CollectionRow } from './collections.model.ts';
import { CollectionKind } from './collections.model.ts';
import { collectionNotFound, indexNotPossible, tooManyCollections } from './collections.problems.ts';
import type { Collection, CollectionDefinition, CollectionPatch } from './collections.schema.ts';
import type { CompiledCollection } from './compile-collection.ts';
import { compileCollection } from './compile-collection.ts';

/** A missed invalidation matters for at most this long. */
const CACHE = { maxEntries: 20_000, maxAgeMs: 30_000 };
const TOPIC = 'collection';

/** The collections of projects: what developers define, and what requests are checked against. */
export function createCollections({ store, clock }: Frame) {
  const compiled = new LoadingCache<CompiledCollection | null>(CACHE);
  store.signals.onInvalidate(TOPIC, (key) => compiled.invalidate(key));
  const rowsOf = (context: ProjectContext) => store.kind(context, CollectionKind);
  const keyOf = (context: ProjectContext, name: string): string => `${context.project.id}:${name}`;

  async function save(context: ProjectContext, row: CollectionRow): Promise<Collection> {
    compileCollection(row);
    try {
      await store.projectDatabase(context).setIndexes(row.id, indexesOf(row));
    } catch (error) {
      throw error instanceof DuplicateKeyError ? indexNotPossible() : error;
    }
    const { id, ...fields } = row;
    await rowsOf(context).update({ id }, { $set: fields }, { upsert: true });
    store.signals.invalidate(TOPIC, keyOf(context, id));
    store.signals.announce(context, { topic: 'schema', type: 'collection.changed', data: { name: id } });
    return toWire(row);
  }

  return {
    /** The compiled collection without a promise when it is known already, which it is in the steady state. */
    peek: (context: ProjectContext, name: string): CompiledCollection | null | undefined => compiled.peek(keyOf(context, name)),

    /** @throws collectionNotFound */
    async compiled(context: ProjectContext, name: string): Promise<CompiledCollection> {
      const found = await compiled.get(keyOf(context, name), async () => {
        const row = await rowsOf(context).get(name);
        return row === null ? null : compileCollection(row);
      });
      if (found === null) throw collectionNotFound({ collection: name });
      return found;
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

    /** Creates the collection or replaces its definition. @throws invalidInput, tooManyCollections, indexNotPossible */
    async put(
      context: ProjectContext,
      name: string,
      definition: CollectionDefinition,
    ): Promise<{ collection: Collection; isNew: boolean }> {
      const existing = await rowsOf(context).get(name);
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
        version: row.version + 1,
        updatedAt: new Date(clock.now()),
      });
    },

    /** Deletes the collection with all its documents. */
    async delete(context: ProjectContext, name: string): Promise<void> {
      if ((await rowsOf(context).delete({ id: name })) === 0) throw collectionNotFound({ collection: name });
      store.signals.invalidate(TOPIC, keyOf(context, name));
      await store.projectDatabase(context).dropCollection(name);
      await store.kind(context, RevisionKind).deleteMany({ collection: name });
      await store.kind(context, TrashKind).deleteMany({ collection: name });
    },
  };
}
export type Collections = ReturnType<typeof createCollections>;

function indexesOf(row: CollectionRow): CollectionIndex[] {
  const unique = Object.entries(row.fields).flatMap(([name, field]) =>
    field.unique === true ? [{ fields: [[name, 1] as const], unique: true }] : [],
  );
  const declared = row.indexes.map(({ fields, unique: isUnique }) => ({
    fields: fields.map(([name, order]) => [name, order] as const),
    ...(isUnique === undefined ? {} : { unique: isUnique }),
  }));
  return [...unique, ...declared];
}

function toWire({ id, rules, createdAt, updatedAt, ...rest }: CollectionRow): Collection {
  const { list = null, get = null, create = null, update = null, delete: del = null, subscribe = null } = rules;
  return {
    ...rest,
    history: rest.history === true,
    softDelete: rest.softDelete === true,
    name: id,
    rules: { list, get, create, update, delete: del, subscribe },
    createdAt: createdAt.toISOString(),
    updatedAt: updatedAt.toISOString(),
  };
}
