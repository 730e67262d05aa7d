import type { OfflineStore } from './offline-store.ts';

const ROWS = 'rows';
/** Behind every key of a table: keys are `table:key`. */
const END = '\uffff';

interface Row {
  readonly key: string;
  readonly value: unknown;
}

/** An offline store in the browser's IndexedDB. `name` tells apps, projects and users of one origin apart. */
export function indexedDbStore(name: string): OfflineStore {
  let opening: Promise<IDBDatabase> | undefined;

  const open = (): Promise<IDBDatabase> => {
    opening ??= new Promise<IDBDatabase>((resolve, reject) => {
      const request = indexedDB.open(name, 1);
      request.onupgradeneeded = () => request.result.createObjectStore(ROWS);
      request.onsuccess = () => {
        // Another page wants to delete or upgrade it.
        request.result.onversionchange = () => request.result.close();
        resolve(request.result);
      };
      request.onerror = () => reject(request.error ?? new Error('IndexedDB could not be opened.'));
    }).catch((error: unknown) => {
      opening = undefined;
      throw error;
    });
    return opening;
  };

  return {
    async read(table) {
      const database = await open();
      return new Promise((resolve, reject) => {
        const rows = database.transaction(ROWS).objectStore(ROWS);
        const request = rows.getAll(IDBKeyRange.bound(`${table}:`, `${table}:${END}`)) as IDBRequest<Row[]>;
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error ?? new Error('IndexedDB could not be read.'));
      });
    },
    async write(writes) {
      const database = await open();
      return new Promise((resolve, reject) => {
        const transaction = database.transaction(ROWS, 'readwrite', { durability: 'strict' });
        const rows = transaction.objectStore(ROWS);
        for (const { table, key, value } of writes) {
          if (value === undefined) rows.delete(`${table}:${key}`);
          else rows.put({ key, value } satisfies Row, `${table}:${key}`);
        }
        transaction.oncomplete = () => resolve();
        transaction.onabort = () => reject(transaction.error ?? new Error('IndexedDB could not be written.'));
      });
    },
    close(): void {
      void opening?.then((database) => database.close());
      opening = undefined;
    },
  };
}
