import type { Field } from './data-shapes.ts';

/** A change of one field that its documents follow, as `POST /schema/{name}/changes` takes it. */
export type FieldChange =
  | { readonly type: 'rename'; readonly field: string; readonly to: string }
  | { readonly type: 'retype'; readonly field: string; readonly definition: Field; readonly unfit: UnfitChoice }
  | { readonly type: 'remove'; readonly field: string };

/** What becomes of values that cannot be converted. */
export type UnfitChoice = 'keep' | 'remove' | 'default';

/** A value that does not fit the new type. */
export interface UnfitValue {
  readonly id: string;
  readonly value: unknown;
  readonly code: string;
}

/** How far a change of a field is. */
export interface FieldChangeState {
  readonly id: string;
  readonly collection: string;
  readonly change: FieldChange;
  readonly state: 'queued' | 'running' | 'done' | 'canceled';
  readonly phase: 'copy' | 'convert' | 'drop';
  readonly total: number;
  readonly changed: number;
  readonly unfit: number;
  readonly examples: readonly UnfitValue[];
  readonly createdAt: string;
  readonly endedAt: string | null;
}

/** What a change of a field would touch. */
export interface FieldChangePreview {
  readonly documents: number;
  readonly looked: number;
  readonly having: number;
  readonly converted: number;
  readonly unfit: number;
  readonly examples: readonly UnfitValue[];
  readonly mentions: readonly string[];
  readonly blockedBy: readonly string[];
}
