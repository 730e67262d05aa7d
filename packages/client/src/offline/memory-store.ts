import type { OfflineStore, OfflineTable } from './offline-store.ts';

/** An offline store that ends with the process. */
export function memoryStore(): OfflineStore {
  const tables: Record<OfflineTable, Map<string, string>> = { documents: new Map(), outbox: new Map(), meta: new Map() };
  return {
    read(table) {
      const keys = Array.from(tables[table].keys()).sort();
      // As texts, so that nobody changes what is stored by changing what was read.
      return Promise.resolve(keys.map((key) => ({ key, value: JSON.parse(tables[table].get(key) ?? 'null') as unknown })));
    },
    write(writes) {
      for (const { table, key, value } of writes) {
        if (value === undefined) tables[table].delete(key);
        else tables[table].set(key, JSON.stringify(value));
      }
      return Promise.resolve();
    },
    close: () => undefined,
  };
}
