import type { Frame } from '@mainstay/host';
import type { ProjectContext } from '@mainstay/kernel';
import { createId, invalidInput } from '@mainstay/kernel';
import type { CollectionRow } from '../collections/collections.model.ts';
import type { Collections } from '../collections/collections.service.ts';
import { compileCollection } from '../collections/compile-collection.ts';
import type { DataSettings } from '../data.settings.ts';
import { convertValue } from './convert-value.ts';
import { mentionsOf } from './mentions-of.ts';
import { renameInDefinition } from './rename-in-definition.ts';
import type { SchemaChangeRow, UnfitValue } from './schema-changes.model.ts';
import { changeOf, SchemaChangeKind } from './schema-changes.model.ts';
import { fieldInUse, schemaChangeNotFound, schemaChangeRunning } from './schema-changes.problems.ts';
import type { SchemaChange, SchemaChangeBody, SchemaChangePreview } from './schema-changes.schema.ts';

export const SCHEMA_CHANGE_JOB = 'change-fields';
const LISTED = 50;

/** What changes of fields need besides the frame. */
export interface SchemaChangesOptions {
  readonly collections: Collections;
  readonly settings: DataSettings;
}

/** Changes of fields that documents must follow: renaming, retyping, removing. */
export function createSchemaChanges({ store, jobs, clock }: Frame, { collections, settings }: SchemaChangesOptions) {
  const rowsOf = (context: ProjectContext) => store.kind(context, SchemaChangeKind);

  async function load(context: ProjectContext, id: string): Promise<SchemaChangeRow> {
    const row = await rowsOf(context).findOne({ id });
    if (row === null) throw schemaChangeNotFound({ id });
    return row;
  }

  async function preview(context: ProjectContext, name: string, change: SchemaChangeBody): Promise<SchemaChangePreview> {
    const definition = await collections.row(context, name);
    refuseImpossible(definition, change);
    const rows = store.documents(context, name);
    const limit = settings.schemaPreviewDocuments;
    const found = await rows.find({ filter: {}, sort: [['_id', 1]], limit, fields: [change.field] });
    const having = found.filter((document) => Object.hasOwn(document, change.field));
    const unfit: UnfitValue[] = [];
    let converted = 0;
    for (const { _id, [change.field]: value } of change.type === 'retype' ? having : []) {
      const outcome = change.type === 'retype' ? convertValue(change.definition, value) : { fits: true };
      if ('value' in outcome) converted += 1;
      else if ('code' in outcome) unfit.push({ id: _id, value, code: outcome.code });
    }
    const compiled = compileCollection(definition);
    return {
      documents: await rows.estimatedCount(),
      looked: found.length,
      having: having.length,
      converted,
      unfit: unfit.length,
      examples: unfit.slice(0, settings.schemaExamplesKept),
      mentions: mentionsOf(definition, compiled, change.field),
      blockedBy: blockersOf(definition, change),
    };
  }

  async function start(context: ProjectContext, name: string, change: SchemaChangeBody): Promise<SchemaChange> {
    const definition = await collections.row(context, name);
    refuseImpossible(definition, change);
    if (definition.change) throw schemaChangeRunning({ collection: name });
    const by = blockersOf(definition, change);
    if (by.length > 0) throw fieldInUse({ field: change.field, by });
    const now = new Date(clock.now());
    const row: SchemaChangeRow = {
      id: createId(now.getTime()),
      collection: name,
      change: JSON.stringify(change),
      state: 'queued',
      phase: change.type === 'rename' ? 'copy' : change.type === 'retype' ? 'convert' : 'drop',
      after: '',
      changedInPass: 0,
      total: await store.documents(context, name).estimatedCount(),
      changed: 0,
      unfit: 0,
      examples: [],
      createdAt: now,
      phaseAt: now,
      passAt: now,
      endedAt: null,
    };
    await rowsOf(context).insert(row);
    try {
      const next = { ...begun(definition, row), version: definition.version + 1 };
      if (!(await collections.redefine(context, next, definition.version))) throw schemaChangeRunning({ collection: name });
    } catch (error) {
      await rowsOf(context).delete({ id: row.id });
      throw error;
    }
    await jobs.ticket(context, SCHEMA_CHANGE_JOB);
    return present(row);
  }

  return {
    /** What a change would touch: documents, values that would not fit, places that name the field. @throws collectionNotFound, invalidInput */
    preview,

    /** Begins a change; it goes on in the background. @throws collectionNotFound, invalidInput, fieldInUse, schemaChangeRunning */
    start,

    /** How far it is. @throws schemaChangeNotFound */
    get: async (context: ProjectContext, id: string): Promise<SchemaChange> => present(await load(context, id)),

    /** The latest ones. */
    list: async (context: ProjectContext): Promise<SchemaChange[]> =>
      (await rowsOf(context).find({}, { sort: { createdAt: -1 }, limit: LISTED })).map(present),
  };
}
export type SchemaChanges = ReturnType<typeof createSchemaChanges>;

/** The definition from the beginning of the change on. */
function begun(definition: CollectionRow, { id, change: text }: SchemaChangeRow): CollectionRow {
  const change = JSON.parse(text) as SchemaChangeBody;
  const { [change.field]: _removed, ...others } = definition.fields;
  if (change.type === 'rename') return { ...definition, change: { id, move: { from: change.field, to: change.to, phase: 'copy' } } };
  if (change.type === 'remove') return { ...definition, fields: others, change: { id, leaving: change.field } };
  return { ...definition, fields: { ...definition.fields, [change.field]: change.definition }, change: { id } };
}

/** @throws invalidInput for a field that is not there, or is not stored */
function refuseImpossible(definition: CollectionRow, { field }: SchemaChangeBody): void {
  const found = Object.hasOwn(definition.fields, field) ? definition.fields[field] : undefined;
  const issue =
    found === undefined
      ? { path: 'field', code: 'unknown_field', message: 'The collection has no such field.' }
      : found.computed !== undefined
        ? { path: 'field', code: 'computed', message: 'A computed field is not stored: change it with PATCH /schema/{collection}.' }
        : undefined;
  if (issue !== undefined) throw invalidInput(undefined, { issues: [issue] });
}

/** What stands in the way: another field of the new name, or places that would go on to name a field that is gone. */
function blockersOf(definition: CollectionRow, change: SchemaChangeBody): string[] {
  if (change.type === 'rename')
    return Object.hasOwn(definition.fields, change.to) ? [`fields.${change.to}`] : renameBlockers(definition, change);
  return change.type === 'remove' ? mentionsOf(definition, compileCollection(definition), change.field) : [];
}

/** A definition is renamed as a whole; what would still name the old field afterwards must be changed by hand. */
function renameBlockers(definition: CollectionRow, { field, to }: { field: string; to: string }): string[] {
  const renamed = renameInDefinition(definition, field, to);
  return mentionsOf(renamed, compileCollection(renamed), field);
}

function present(row: SchemaChangeRow): SchemaChange {
  const { id, collection, state, phase, total, changed, unfit, examples, createdAt, endedAt } = row;
  return {
    id,
    collection,
    change: changeOf(row),
    state,
    phase,
    total,
    changed,
    unfit,
    examples: [...examples],
    createdAt: createdAt.toISOString(),
    endedAt: endedAt?.toISOString() ?? null,
  };
}
