export type { Offline, OfflineEvent, OfflineOptions } from './offline/create-offline.ts';
export { createOffline } from './offline/create-offline.ts';
export { indexedDbStore } from './offline/indexed-db-store.ts';
export { memoryStore } from './offline/memory-store.ts';
export type { LocalQuery, OfflineCollection } from './offline/create-offline-collection.ts';
export type { OfflineStore, OfflineTable, StoreWrite } from './offline/offline-store.ts';
export type { Copy, OutboxEntry } from './offline/outbox-entry.ts';
export type { Conflict, ConflictStrategy, Resolution } from './offline/resolve-conflict.ts';
export type { Rejected } from './offline/send-entry.ts';
