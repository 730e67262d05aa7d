/** What lies in an offline store: copies of documents, writes that wait, and the place of the copy. */
export type OfflineTable = 'documents' | 'outbox' | 'meta';

/** One row to write; without a value it is deleted. */
export interface StoreWrite {
  readonly table: OfflineTable;
  readonly key: string;
  readonly value?: unknown;
}

/**
 * Where an offline copy lives. IndexedDB and memory are here; SQLite and the like take a table with (table, key) as its key and JSON as
 * its value.
 */
export interface OfflineStore {
  /** All rows of a table in the order of their keys. */
  read(table: OfflineTable): Promise<readonly { readonly key: string; readonly value: unknown }[]>;
  /** All of it or nothing, and on disk when it settles. */
  write(writes: readonly StoreWrite[]): Promise<void>;
  close(): void;
}
