import type { Document } from './data-shapes.ts';

/** A field that differs between two versions; a side that lacks it has no value. */
export interface HistoryChange {
  readonly field: string;
  readonly before?: unknown;
  readonly after?: unknown;
}

/** A version of a document and what it changed. */
export interface HistoryRevision {
  readonly version: number;
  readonly cause: 'created' | 'changed' | 'deleted' | 'restored';
  readonly at: string;
  readonly by: string;
  readonly changes: readonly HistoryChange[];
}

/** A version with the document as it was. */
export interface HistoryRevisionDetail extends HistoryRevision {
  readonly document: Document;
}

/** A document in the trash. */
export interface HistoryDeleted {
  readonly document: Document;
  readonly deletedAt: string;
  readonly by: string;
}
