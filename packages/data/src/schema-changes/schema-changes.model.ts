import { defineKind } from '@mainstay/store';
import type { SchemaChangeBody } from './schema-changes.schema.ts';

/** A stored value that did not fit its field's new type. */
export interface UnfitValue {
  readonly id: string;
  readonly value: unknown;
  readonly code: string;
}

/** A change of a field that documents must follow, done in slices; the work list is the documents behind `after`. */
export interface SchemaChangeRow {
  readonly id: string;
  readonly collection: string;
  /** The change as JSON text: defaults and rules have keys that MongoDB would read as operators. */
  readonly change: string;
  readonly state: 'queued' | 'running' | 'done' | 'canceled';
  /** What is being done: copying to the new name, converting values, or dropping what is left over. */
  readonly phase: 'copy' | 'convert' | 'drop';
  /** The id of the last document of this pass; a pass that changed something is followed by another one. */
  readonly after: string;
  readonly changedInPass: number;
  /** Whether versions or deleted documents followed since this pass began: one of them may have been restored before it did. */
  readonly tracesFollowed?: boolean;
  readonly total: number;
  readonly changed: number;
  readonly unfit: number;
  readonly examples: readonly UnfitValue[];
  readonly createdAt: Date;
  /** When the phase began, and when its present pass did: for a while, other processes may still write by an older definition. */
  readonly phaseAt: Date;
  readonly passAt: Date;
  readonly endedAt: Date | null;
}
export const SchemaChangeKind = defineKind<SchemaChangeRow>({
  name: 'schemaChanges',
  indexes: [{ fields: { state: 1, createdAt: 1 } }, { fields: { collection: 1, createdAt: -1 } }],
});

export const changeOf = (row: SchemaChangeRow): SchemaChangeBody => JSON.parse(row.change) as SchemaChangeBody;
