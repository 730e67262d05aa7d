import type { Collection, Document } from 'mongodb';
import { explainReadError } from '../write-errors.ts';
import { Batcher } from './batcher.ts';

/**
 * Point reads by `_id` that wait together become one `find {_id: {$in}}`.
 * Two callers of the same id get the same object: it must not be changed.
 */
export class CoalescedReads {
  readonly #batcher: Batcher<string, Document | null>;

  constructor(collection: Collection<Document>, maxItems: number) {
    this.#batcher = new Batcher<string, Document | null>({
      maxItems,
      run: async (ids) => {
        try {
          const only = ids[0];
          if (ids.length === 1 && only !== undefined) return [await collection.findOne({ _id: only as never })];
          const unique = [...new Set(ids)];
          const found = await collection.find({ _id: { $in: unique as never[] } }, { batchSize: unique.length + 1 }).toArray();
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
