import type { Condition } from './data-shapes.ts';

/** A change of everything that meets a condition, as `POST /data/{name}/bulk` takes it. */
export type BulkRequest =
  | { readonly operation: 'update'; readonly where: Condition; readonly update: Readonly<Record<string, unknown>> }
  | { readonly operation: 'delete'; readonly where: Condition };

/** A bulk change and how far it is. */
export interface BulkChange {
  readonly id: string;
  readonly collection: string;
  readonly operation: 'update' | 'delete';
  readonly state: 'queued' | 'running' | 'done' | 'canceled';
  readonly total: number;
  readonly changed: number;
  readonly failed: number;
  readonly errors: readonly { readonly id: string; readonly code: string; readonly detail: string }[];
  readonly createdAt: string;
  readonly endedAt: string | null;
}
