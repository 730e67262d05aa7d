import type { CallOptions, Transport } from '../http/create-transport.ts';
import type { CreateOf, DocumentOf, UpdateOf, UpdateOperators } from './schema-types.ts';

type OperationOn<Schema, Name extends keyof Schema & string> =
  | { readonly op: 'create'; readonly collection: Name; readonly document: CreateOf<Schema[Name]> }
  | {
      readonly op: 'update';
      readonly collection: Name;
      readonly id: string;
      readonly update: UpdateOf<Schema[Name]> | UpdateOperators;
      readonly ifVersion?: number;
    }
  | {
      readonly op: 'replace';
      readonly collection: Name;
      readonly id: string;
      readonly document: CreateOf<Schema[Name]>;
      readonly ifVersion?: number;
    }
  | { readonly op: 'delete'; readonly collection: Name; readonly id: string; readonly ifVersion?: number };

/** One write among many. */
export type BatchOperation<Schema> = { [Name in keyof Schema & string]: OperationOn<Schema, Name> }[keyof Schema & string];

/** What became of one operation. */
export interface BatchResult<Schema> {
  readonly status: number;
  readonly document?: DocumentOf<Schema[keyof Schema]>;
  readonly problem?: { readonly code: string; readonly detail: string };
}

/** How a batch runs. */
export interface BatchOptions extends CallOptions {
  /** All or nothing, in one transaction. */
  readonly atomic?: boolean;
}

/** Runs up to 500 writes in one request. */
export async function runBatch<Schema>(
  transport: Transport,
  operations: readonly BatchOperation<Schema>[],
  { atomic = false, ...options }: BatchOptions = {},
): Promise<readonly BatchResult<Schema>[]> {
  const body = { atomic, operations };
  return (await transport.request<{ results: BatchResult<Schema>[] }>('POST', '/data/batch', { ...options, body })).results;
}
