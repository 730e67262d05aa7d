import { defineKind } from '@mainstay/store';

/** A document that could not be changed, and why. */
export interface BulkError {
  readonly id: string;
  readonly code: string;
  readonly detail: string;
}

/** A change of all documents that match a condition, done in slices; the work list is the documents behind `after`. */
export interface BulkRow {
  readonly id: string;
  readonly collection: string;
  readonly operation: 'update' | 'delete';
  /** The condition, as JSON text: conditions have keys that MongoDB would read as operators. */
  readonly where: string;
  /** The update, as JSON text. */
  readonly update: string | null;
  readonly state: 'queued' | 'running' | 'done' | 'canceled';
  /** The id of the last document that was looked at. */
  readonly after: string;
  readonly total: number;
  readonly changed: number;
  readonly failed: number;
  readonly errors: readonly BulkError[];
  readonly createdAt: Date;
  readonly endedAt: Date | null;
  readonly expiresAt: Date;
}
export const BulkKind = defineKind<BulkRow>({
  name: 'bulkChanges',
  indexes: [{ fields: { state: 1, createdAt: 1 } }, { fields: { createdAt: -1 } }, { fields: { expiresAt: 1 }, expireAfterSeconds: 0 }],
});
