import type { ProjectContext } from '@mainstay/kernel';
import type { Collection, CollectionDefinition } from '../collections/collections.schema.ts';
import type { Collections } from '../collections/collections.service.ts';
import type { SchemaDiff, SchemaFile } from './schema-file.schema.ts';

type Change = SchemaDiff['items'][number]['changes'][number];

/** The definitions of a project as one file: to keep it with the app's code, to compare, and to bring another project to the same state. */
export function createSchemaFiles(collections: Collections) {
  async function current(context: ProjectContext): Promise<Map<string, CollectionDefinition>> {
    return new Map((await collections.list(context)).map((collection) => [collection.name, definitionOf(collection)]));
  }

  async function diff(context: ProjectContext, file: SchemaFile): Promise<SchemaDiff> {
    const existing = await current(context);
    const items = Object.entries(file.collections).flatMap(([collection, after]): SchemaDiff['items'] => {
      const before = existing.get(collection);
      if (before === undefined) return [{ collection, kind: 'added', changes: [] }];
      const changes = differences(before, after);
      return changes.length === 0 ? [] : [{ collection, kind: 'changed', changes }];
    });
    const missing = [...existing.keys()].filter((name) => !Object.hasOwn(file.collections, name));
    return { items: [...items, ...missing.map((collection) => ({ collection, kind: 'missing' as const, changes: [] }))] };
  }

  return {
    /** The definitions as a file. */
    async read(context: ProjectContext): Promise<SchemaFile> {
      return { format: 'mainstay-schema/1', collections: Object.fromEntries(await current(context)) };
    },

    /** What the file would change; nothing is changed. */
    diff,

    /**
     * Brings the collections of the file to its state and says what it changed. Collections that are not in it stay: documents are deleted
     * by nothing but their own deletion.
     * @throws invalidInput, tooManyCollections, schemaChangeRunning; what was done before that stays
     */
    async apply(context: ProjectContext, file: SchemaFile): Promise<SchemaDiff> {
      const found = await diff(context, file);
      for (const { collection, kind } of found.items) {
        const definition = file.collections[collection];
        if (kind !== 'missing' && definition !== undefined) await collections.put(context, collection, definition);
      }
      return found;
    },
  };
}
export type SchemaFiles = ReturnType<typeof createSchemaFiles>;

function definitionOf({ name: _n, version: _v, createdAt: _c, updatedAt: _u, rules, fields, ...rest }: Collection): CollectionDefinition {
  const said = Object.entries(rules).filter(([, rule]) => rule !== null);
  const defined = Object.entries(fields).filter(([, field]) => field.learned !== true);
  return { ...rest, fields: Object.fromEntries(defined), rules: Object.fromEntries(said) };
}

/** Field by field and rule by rule; everything else as a whole. */
function differences(before: CollectionDefinition, after: CollectionDefinition): Change[] {
  const { fields, rules, ...rest } = before;
  const { fields: newFields, rules: newRules, ...newRest } = after;
  return [
    ...compared('fields.', fields, newFields),
    ...compared('rules.', closed(rules), closed(newRules)),
    ...compared('', rest, newRest),
  ];
}

/** A rule that is not said is closed. */
const closed = (rules: CollectionDefinition['rules']): object =>
  Object.fromEntries(Object.entries(rules).filter(([, rule]) => rule !== null));

function compared(prefix: string, before: object, after: object): Change[] {
  const [old, fresh] = [new Map(Object.entries(before)), new Map(Object.entries(after))];
  return [...new Set([...old.keys(), ...fresh.keys()])].flatMap((name) => {
    const [was, is]: unknown[] = [old.get(name), fresh.get(name)];
    return canonical(was) === canonical(is) ? [] : [{ path: prefix + name, before: was, after: is }];
  });
}

/** The same text for the same content, however its keys are ordered. */
function canonical(value: unknown): string {
  return (
    JSON.stringify(value, (_key, inner: unknown) =>
      typeof inner === 'object' && inner !== null && !Array.isArray(inner)
        ? Object.fromEntries(Object.entries(inner).sort(([left], [right]) => (left < right ? -1 : 1)))
        : inner,
    ) ?? ''
  );
}
