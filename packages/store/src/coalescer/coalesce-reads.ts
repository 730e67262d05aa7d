import type { Document } from 'mongodb';
import type { FindTarget } from '../find-batch.ts';
import { findBatch } from '../find-batch.ts';
import { explainReadError } from '../write-errors.ts';
import { Batcher } from './batcher.ts';

/** How reads are merged. */
export interface CoalescedReadsOptions {
  readonly maxItems: number;
  readonly maxTimeMs: number;
}

/**
 * Point reads by `_id` that wait together become one `find {_id: {$in}}`.
 * Two callers of the same id get the same object: it must not be changed.
 */
export class CoalescedReads {
  readonly #batcher: Batcher<string, Document | null>;

  constructor(target: FindTarget, { maxItems, maxTimeMs }: CoalescedReadsOptions) {
    this.#batcher = new Batcher<string, Document | null>({
      maxItems,
      run: async (ids) => {
        try {
          const only = ids[0];
          if (ids.length === 1 && only !== undefined) {
            const [found] = await findBatch(target, { filter: { _id: only }, limit: 1, maxTimeMs });
            return [found ?? null];
          }
          const unique = [...new Set(ids)];
          const found = await findBatch(target, { filter: { _id: { $in: unique } }, limit: unique.length, maxTimeMs });
          const byId = new Map(found.map((document) => [String(document['_id']), document]));
          return ids.map((id) => byId.get(id) ?? null);
        } catch (error) {
          throw explainReadError(error);
        }
      },
    });
  }

  get(id: string): Promise<Document | null> {
    return this.#batcher.add(id);
  }

  drained(): Promise<void> {
    return this.#batcher.drained();
  }
}
