import type { ProjectContext } from '@mainstay/kernel';
import { Problem } from '@mainstay/kernel';
import type { Frame } from '@mainstay/host';
import type { TransactionSession } from '@mainstay/store';
import type { DataSettings } from '../data.settings.ts';
import type { BatchBody, BatchOperation } from './documents.schema.ts';
import type { Documents } from './documents.service.ts';
import type { WireDocument } from './to-wire.ts';

/** What became of one operation. */
export interface OperationResult {
  readonly status: number;
  readonly document?: WireDocument;
  readonly problem?: { readonly code: string; readonly detail: string };
}

/** Many operations in one request; each obeys the rules as if it came alone. */
export function createBatch({ store }: Frame, { documents, settings }: { documents: Documents; settings: DataSettings }) {
  /** @throws Problem of the operation */
  async function run(
    context: ProjectContext,
    operation: BatchOperation,
    { session, id }: { session?: TransactionSession; id?: string | undefined },
  ): Promise<OperationResult> {
    switch (operation.op) {
      case 'create':
        return { status: 201, document: await documents.create(context, operation.collection, { input: operation.document, id, session }) };
      case 'update':
        return { status: 200, document: await documents.update(context, operation, { input: operation.update, session }) };
      case 'replace': {
        const { document, isNew } = await documents.replace(context, operation, { input: operation.document, session });
        return { status: isNew ? 201 : 200, document };
      }
      case 'delete':
        await documents.delete(context, operation, session);
        return { status: 204 };
    }
  }

  async function runAlone(context: ProjectContext, operation: BatchOperation, id: string | undefined): Promise<OperationResult> {
    try {
      return await run(context, operation, { id });
    } catch (error) {
      if (!(error instanceof Problem) || error.status >= 500) throw error;
      return { status: error.status, problem: { code: error.code, detail: error.message } };
    }
  }

  /**
   * Each by itself: what concerns one document in the order of the batch, creates together, and of the rest only a few at a time, so that one
   * request does not take the database from others.
   */
  async function runEach(context: ProjectContext, operations: readonly BatchOperation[], idOf: (position: number) => string | undefined) {
    const results: OperationResult[] = [];
    const chains = chainsOf(operations);
    const runChain = async (chain: readonly number[]): Promise<void> => {
      for (const position of chain) {
        const operation = operations[position];
        if (operation !== undefined) results[position] = await runAlone(context, operation, idOf(position));
      }
    };
    const isPlain = ([position = 0, ...others]: readonly number[]): boolean => operations[position]?.op === 'create' && others.length === 0;
    const rest = chains.filter((chain) => !isPlain(chain));
    const takeTurns = async (): Promise<void> => {
      for (let chain = rest.shift(); chain !== undefined; chain = rest.shift()) await runChain(chain);
    };
    const turns = Array.from({ length: settings.batchConcurrency }, takeTurns);
    await Promise.all([...chains.filter(isPlain).map(runChain), ...turns]);
    return results;
  }

  return {
    /**
     * Runs the operations: all in one transaction when atomic (one problem undoes all), each by itself otherwise.
     * Creates of one batch reach MongoDB together.
     */
    async run(context: ProjectContext, batch: BatchBody, idempotencyId: string | undefined): Promise<OperationResult[]> {
      const idOf = (position: number): string | undefined =>
        idempotencyId === undefined ? undefined : `${idempotencyId.slice(0, 24)}-${position}`;
      if (!batch.atomic) return runEach(context, batch.operations, idOf);
      return store.transaction(async (session) => {
        const results: OperationResult[] = [];
        for (const [position, operation] of batch.operations.entries())
          results.push(await run(context, operation, { session, id: idOf(position) }));
        return results;
      });
    },
  };
}
export type Batch = ReturnType<typeof createBatch>;

/** The positions of the operations, those that concern one document in a chain. */
function chainsOf(operations: readonly BatchOperation[]): readonly number[][] {
  const chains = new Map<string, number[]>();
  for (const [position, operation] of operations.entries()) {
    const id = operation.op === 'create' ? operation.document['id'] : operation.id;
    const key = typeof id === 'string' ? `${operation.collection}/${id}` : `#${position}`;
    const chain = chains.get(key);
    if (chain === undefined) chains.set(key, [position]);
    else chain.push(position);
  }
  return [...chains.values()];
}
