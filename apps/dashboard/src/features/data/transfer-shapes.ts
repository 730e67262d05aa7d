export const TRANSFER_FORMATS = [
  { value: 'csv', label: 'CSV' },
  { value: 'ndjson', label: 'NDJSON, one document per line' },
  { value: 'json', label: 'JSON, a list of documents' },
  { value: 'parse', label: 'Parse export' },
] as const;
export type TransferFormat = (typeof TRANSFER_FORMATS)[number]['value'];

/** Where the columns of a file go: a field, or null for nowhere. */
export type ImportMapping = Readonly<Record<string, string | null>>;

/** An import and how far it is. */
export interface Import {
  readonly id: string;
  readonly collection: string;
  readonly state: 'queued' | 'running' | 'done' | 'undoing' | 'undone';
  readonly isDryRun: boolean;
  readonly rows: number;
  readonly created: number;
  readonly updated: number;
  readonly skipped: number;
  readonly failed: number;
  readonly removed: number;
  readonly createdAt: string;
  readonly endedAt: string | null;
}

/** A row that could not be imported. */
export interface ImportError {
  readonly row: number;
  readonly code: string;
  readonly detail: string;
}

/** The first rows of a file as they would be written. */
export interface ImportPreview {
  readonly rows: readonly Readonly<Record<string, unknown>>[];
  readonly fields: readonly string[];
}
