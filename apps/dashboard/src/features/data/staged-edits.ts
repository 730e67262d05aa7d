import type { DataBatchResult, Document } from './data-shapes.ts';

/** The unsaved changes of one document. A value of `undefined` removes the field. */
export interface StagedDocument {
  /** The version that the changes were made to; saving asks for it, so that nobody's work is overwritten unseen. */
  readonly version: number;
  readonly changes: Readonly<Record<string, unknown>>;
  /** Why the last save was refused. */
  readonly problem?: string;
}

interface Step {
  readonly id: string;
  readonly field: string;
  readonly before: StagedDocument | undefined;
}

/** Unsaved changes by document, and the way back. Immutable. */
export interface StagedEdits {
  readonly documents: Readonly<Record<string, StagedDocument>>;
  readonly steps: readonly Step[];
}

export const NO_EDITS: StagedEdits = { documents: {}, steps: [] };

const sameValue = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b);

function without<T>(record: Readonly<Record<string, T>>, key: string): Record<string, T> {
  return Object.fromEntries(Object.entries(record).filter(([name]) => name !== key));
}

function put(edits: StagedEdits, id: string, staged: StagedDocument | undefined): StagedEdits['documents'] {
  if (staged === undefined || Object.keys(staged.changes).length === 0) return without(edits.documents, id);
  return { ...edits.documents, [id]: staged };
}

/** Stages a new value for one cell; the value that the document has already un-stages it. */
export function stageCell(edits: StagedEdits, document: Document, change: { field: string; value: unknown }): StagedEdits {
  const { field, value } = change;
  const before = edits.documents[document.id];
  const current = before !== undefined && field in before.changes ? before.changes[field] : document[field];
  if (sameValue(current, value)) return edits;
  const isBack = sameValue(document[field], value);
  const changes = isBack ? without(before?.changes ?? {}, field) : { ...before?.changes, [field]: value };
  const staged: StagedDocument = { version: before?.version ?? document.version, changes };
  return { documents: put(edits, document.id, staged), steps: [...edits.steps, { id: document.id, field, before }] };
}

/** Takes the last step back. */
export function unstageLast(edits: StagedEdits): StagedEdits {
  const last = edits.steps.at(-1);
  if (last === undefined) return edits;
  return { documents: put(edits, last.id, last.before), steps: edits.steps.slice(0, -1) };
}

/** Drops the changes of one document. */
export function dropDocument(edits: StagedEdits, id: string): StagedEdits {
  return { documents: without(edits.documents, id), steps: edits.steps.filter((step) => step.id !== id) };
}

/** Keeps the changes of a document although somebody else has saved a newer version: they will be saved on top of it. */
export function keepMine(edits: StagedEdits, id: string, version: number): StagedEdits {
  const staged = edits.documents[id];
  return staged === undefined ? edits : { ...edits, documents: { ...edits.documents, [id]: { version, changes: staged.changes } } };
}

/** How many cells are changed. */
export function countEdits(edits: StagedEdits): number {
  return Object.values(edits.documents).reduce((count, { changes }) => count + Object.keys(changes).length, 0);
}

/** One update as `POST /data/batch` takes it. */
export interface UpdateOperation {
  readonly op: 'update';
  readonly collection: string;
  readonly id: string;
  readonly update: Readonly<Record<string, unknown>>;
  readonly ifVersion: number;
}

/** An update of the changed fields only. */
export function toUpdate(changes: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const entries = Object.entries(changes);
  const set = entries.filter(([, value]) => value !== undefined);
  const unset = entries.filter(([, value]) => value === undefined);
  return {
    ...(set.length > 0 ? { $set: Object.fromEntries(set) } : {}),
    ...(unset.length > 0 ? { $unset: Object.fromEntries(unset.map(([field]) => [field, true])) } : {}),
  };
}

/** The batch that saves everything that is staged. */
export function toOperations(collection: string, edits: StagedEdits): readonly UpdateOperation[] {
  return Object.entries(edits.documents).map(([id, { version, changes }]) => ({
    op: 'update',
    collection,
    id,
    update: toUpdate(changes),
    ifVersion: version,
  }));
}

/** What is left after a save: the refused documents, each with the reason. `ids` are those of the operations, in their order. */
export function afterSave(edits: StagedEdits, ids: readonly string[], results: readonly DataBatchResult[]): StagedEdits {
  const refused = ids.flatMap((id, at) => {
    const result = results[at];
    const staged = edits.documents[id];
    if (staged === undefined || result === undefined || result.status < 300) return [];
    return [[id, { ...staged, problem: reasonOf(result) }] as const];
  });
  return { documents: Object.fromEntries(refused), steps: [] };
}

function reasonOf({ status, problem }: DataBatchResult): string {
  if (status === 412) return 'Somebody saved a newer version meanwhile.';
  return problem?.detail ?? problem?.title ?? `Refused with status ${status}.`;
}
