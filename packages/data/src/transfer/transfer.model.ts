import { defineKind } from '@mainstay/store';

/** A row that could not be imported, and why. */
export interface ImportError {
  /** Counted from one, as a spreadsheet counts after its header. */
  readonly row: number;
  readonly code: string;
  readonly detail: string;
}

export type ImportState = 'queued' | 'running' | 'done' | 'undoing' | 'undone';

/** One import: what was asked, and how far it is. Its rows lie in chunks. */
export interface ImportRow {
  readonly id: string;
  readonly collection: string;
  readonly state: ImportState;
  readonly isDryRun: boolean;
  /** The field by which a row finds a document that is there already. */
  readonly key: string | null;
  readonly onMatch: 'skip' | 'update';
  readonly rows: number;
  readonly created: number;
  readonly updated: number;
  readonly skipped: number;
  readonly failed: number;
  readonly removed: number;
  readonly by: string;
  readonly createdAt: Date;
  readonly endedAt: Date | null;
  readonly expiresAt: Date;
}
export const ImportKind = defineKind<ImportRow>({
  name: 'imports',
  indexes: [{ fields: { state: 1, createdAt: 1 } }, { fields: { createdAt: -1 } }, { fields: { expiresAt: 1 }, expireAfterSeconds: 0 }],
});

/** Some rows of an import, as JSON text (data has keys of its own), and what became of them. */
export interface ImportChunkRow {
  /** `<import>:<number>`, in order. */
  readonly id: string;
  readonly importId: string;
  readonly documents: string;
  /** The number of the first row. */
  readonly first: number;
  /** How many of its rows are done. */
  readonly done: number;
  readonly size: number;
  readonly createdIds: readonly string[];
  readonly errors: readonly ImportError[];
  readonly expiresAt: Date;
}
export const ImportChunkKind = defineKind<ImportChunkRow>({
  name: 'importChunks',
  indexes: [{ fields: { importId: 1, id: 1 } }, { fields: { expiresAt: 1 }, expireAfterSeconds: 0 }],
});
