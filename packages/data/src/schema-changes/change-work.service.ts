import type { Frame } from '@mainstay/host';
import type { ProjectContext } from '@mainstay/kernel';
import type { StoredDocument } from '@mainstay/store';
import type { Collections } from '../collections/collections.service.ts';
import type { DataSettings } from '../data.settings.ts';
import { checkValue } from '../documents/check-value.ts';
import { copyStage } from '../documents/move-field.ts';
import type { Indexes } from '../indexes/indexes.service.ts';
import { convertValue } from './convert-value.ts';
import { followTraces } from './follow-traces.ts';
import { renameInDefinition } from './rename-in-definition.ts';
import type { SchemaChangeRow, UnfitValue } from './schema-changes.model.ts';
import { changeOf, SchemaChangeKind } from './schema-changes.model.ts';
import type { SchemaChangeBody } from './schema-changes.schema.ts';
import { SCHEMA_CHANGE_JOB } from './schema-changes.service.ts';

/** What the work needs besides the frame. */
export interface ChangeWorkOptions {
  readonly collections: Collections;
  readonly indexes: Indexes;
  readonly settings: DataSettings;
}

/** What became of a slice. */
interface Outcome {
  readonly changed: number;
  readonly unfit: readonly UnfitValue[];
}

type Retype = Extract<SchemaChangeBody, { type: 'retype' }>;
const WAIT_MS = 1_000;
const BUMP = { $set: { version: { $add: ['$version', 1] } } };

/**
 * Lets documents follow a changed field. Every step can be done twice, so that a worker that is killed loses nothing; writers go on meanwhile,
 * and passes are repeated until one of them, begun when no process can hold an older definition any more, finds nothing left to do.
 */
export function createChangeWork(frame: Frame, { collections, indexes, settings }: ChangeWorkOptions) {
  const { store, jobs, clock } = frame;
  const rowsOf = (context: ProjectContext) => store.kind(context, SchemaChangeKind);

  /** Copies values to the new name. Nobody sees it yet, so that versions stay. */
  async function copy(context: ProjectContext, row: SchemaChangeRow, last: string): Promise<Outcome> {
    const { field: from, to } = changeOf(row) as Extract<SchemaChangeBody, { type: 'rename' }>;
    const differs = { $expr: { $ne: [`$${from}`, `$${to}`] } };
    const filter = { _id: { $gt: row.after, $lte: last }, ...differs };
    return { changed: await store.documents(context, row.collection).updateMany(filter, [copyStage(from, to)]), unfit: [] };
  }

  /** Takes away what is left under the old name. Where it differs, a process that did not know of the new one wrote it last. */
  async function drop(context: ProjectContext, row: SchemaChangeRow, last: string): Promise<Outcome> {
    const change = changeOf(row);
    const filter = { _id: { $gt: row.after, $lte: last }, [change.field]: { $exists: true } };
    const move = change.type === 'rename' ? [copyStage(change.field, change.to)] : [];
    const update = [...move, { $unset: change.field }, BUMP];
    return { changed: await store.documents(context, row.collection).updateMany(filter, update), unfit: [] };
  }

  async function convert(context: ProjectContext, row: SchemaChangeRow, documents: readonly StoredDocument[]): Promise<Outcome> {
    const change = changeOf(row) as Retype;
    const unfit: UnfitValue[] = [];
    let changed = 0;
    for (const { _id: id, [change.field]: value } of documents) {
      if (value === undefined) continue;
      const outcome = convertValue(change.definition, value);
      if ('fits' in outcome) continue;
      if ('code' in outcome) unfit.push({ id, value, code: outcome.code });
      const update = updateFor(change, outcome);
      if (update === null) continue;
      // Only if it still is what was converted: whoever wrote meanwhile wrote the new type.
      const filter = { _id: id, [change.field]: value };
      changed += (await store.documents(context, row.collection).update(filter, { ...update, $inc: { version: 1 } })) === null ? 0 : 1;
    }
    return { changed, unfit };
  }

  async function slice(context: ProjectContext, row: SchemaChangeRow): Promise<'went on' | 'pass ended'> {
    const rows = store.documents(context, row.collection);
    const { field } = changeOf(row);
    const limit = settings.schemaSliceDocuments;
    const documents = await rows.find({ filter: { _id: { $gt: row.after } }, sort: [['_id', 1]], limit, fields: [field] });
    const last = documents.at(-1)?._id;
    if (last === undefined) return 'pass ended';
    const { changed, unfit } =
      row.phase === 'convert' ? await convert(context, row, documents) : await (row.phase === 'copy' ? copy : drop)(context, row, last);
    const examples = unfit.slice(0, Math.max(0, settings.schemaExamplesKept - row.examples.length));
    const isFirstPass = row.passAt.getTime() === row.phaseAt.getTime();
    await rowsOf(context).update(
      { id: row.id, phase: row.phase, after: row.after },
      {
        $set: { after: last, state: 'running' },
        $inc: { changedInPass: changed, changed, ...(isFirstPass ? { unfit: unfit.length } : {}) },
        ...(isFirstPass && examples.length > 0 ? { $push: { examples: { $each: examples } } } : {}),
      },
    );
    return 'went on';
  }

  async function anotherPass(context: ProjectContext, row: SchemaChangeRow): Promise<void> {
    const again = { after: '', changedInPass: 0, tracesFollowed: false, passAt: new Date(clock.now()) };
    await rowsOf(context).update({ id: row.id, phase: row.phase, after: row.after }, { $set: again });
  }

  /** The documents have followed: the definition goes on to its next state. */
  async function nextPhase(context: ProjectContext, row: SchemaChangeRow): Promise<void> {
    const definition = await collections.row(context, row.collection);
    const change = changeOf(row);
    const version = definition.version + 1;
    const now = new Date(clock.now());
    if (row.phase === 'copy' && change.type === 'rename') {
      const renamed = renameInDefinition(definition, change.field, change.to);
      const move = { from: change.field, to: change.to, phase: 'drop' as const };
      const isDone = await collections.redefine(context, { ...renamed, version, change: { id: row.id, move } }, definition.version);
      if (!isDone) return;
      const next = { phase: 'drop', after: '', changedInPass: 0, phaseAt: now, passAt: now };
      await rowsOf(context).update({ id: row.id, phase: 'copy' }, { $set: next });
      return;
    }
    if (!(await collections.redefine(context, { ...definition, version, change: null }, definition.version))) return;
    await rowsOf(context).update({ id: row.id }, { $set: { state: 'done', endedAt: now } });
  }

  /** @returns whether there is something to do at once, or only later */
  async function step(context: ProjectContext, row: SchemaChangeRow): Promise<'now' | 'later'> {
    const definition = await collections.find(context, row.collection);
    if (definition?.change?.id !== row.id) {
      await rowsOf(context).update({ id: row.id }, { $set: { state: 'canceled', endedAt: new Date(clock.now()) } });
      return 'now';
    }
    const move = definition.change.move;
    if (row.phase === 'copy' && move?.phase === 'drop') {
      const now = new Date(clock.now());
      await rowsOf(context).update({ id: row.id }, { $set: { phase: 'drop', after: '', changedInPass: 0, phaseAt: now, passAt: now } });
      return 'now';
    }
    if ((await slice(context, row)) === 'went on') return 'now';
    const settledAt = row.phaseAt.getTime() + settings.schemaSettleMs;
    const isSettled = row.passAt.getTime() >= settledAt && row.changedInPass === 0;
    if (!isSettled && clock.now() < settledAt) return 'later';
    if (isSettled) return leavePhase(context, row);
    await anotherPass(context, row);
    return 'now';
  }

  /** All documents have followed; now what belongs to them. */
  async function leavePhase(context: ProjectContext, row: SchemaChangeRow): Promise<'now' | 'later'> {
    if (row.phase === 'copy' && !(await indexes.areReady(context, row.collection))) return 'later';
    const limit = settings.schemaSliceDocuments;
    if (row.phase === 'drop' && (await followTraces(frame, context, { row, limit })) > 0)
      await rowsOf(context).update({ id: row.id }, { $set: { tracesFollowed: true } });
    else if (row.tracesFollowed === true) await anotherPass(context, row);
    else await nextPhase(context, row);
    return 'now';
  }

  return {
    /** Works on the project's changes until the deadline; whether more is left. */
    async run(context: ProjectContext, isTimeUp: () => boolean): Promise<'more' | 'done'> {
      const waiting = new Set<string>();
      for (;;) {
        const active = { state: { $in: ['queued', 'running'] }, id: { $nin: [...waiting] } };
        const row = await rowsOf(context).findOne(active, { sort: { createdAt: 1 } });
        if (row === null) break;
        if (isTimeUp()) return 'more';
        if ((await step(context, row)) === 'later') waiting.add(row.id);
      }
      if (waiting.size > 0) await jobs.ticket(context, SCHEMA_CHANGE_JOB, { delayMs: WAIT_MS });
      return 'done';
    },
  };
}
export type ChangeWork = ReturnType<typeof createChangeWork>;

/** How a document's value is replaced; null: it stays. */
function updateFor({ field, definition, unfit }: Retype, outcome: { value: unknown } | { code: string }) {
  if ('value' in outcome) return { $set: { [field]: outcome.value } };
  if (unfit === 'remove') return { $unset: { [field]: '' } };
  const made = unfit === 'default' && definition.default !== undefined ? checkValue(definition, definition.default) : {};
  return 'value' in made ? { $set: { [field]: made.value } } : null;
}
