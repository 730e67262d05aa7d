import type { Collection, Document } from 'mongodb';
import { MongoBulkWriteError } from 'mongodb';
import { duplicateKeyErrorFrom, explainWriteError, isDuplicateKey } from '../write-errors.ts';
import { Batcher } from './batcher.ts';

/**
 * Inserts that wait together become one unordered `insertMany` with one majority acknowledgement.
 * A duplicate fails its own caller only; a broken connection is an unknown outcome for all of them.
 */
export class CoalescedInserts {
  readonly #batcher: Batcher<Document, true>;

  constructor(collection: Collection<Document>, maxItems: number) {
    this.#batcher = new Batcher({ maxItems, run: (documents) => insertTogether(collection, documents) });
  }

  async insert(document: Document): Promise<void> {
    await this.#batcher.add(document);
  }

  drained(): Promise<void> {
    return this.#batcher.drained();
  }
}

async function insertTogether(collection: Collection<Document>, documents: readonly Document[]): Promise<(true | Error)[]> {
  try {
    const only = documents[0];
    if (documents.length === 1 && only !== undefined) await collection.insertOne(only);
    else await collection.insertMany([...documents], { ordered: false });
    return documents.map(() => true as const);
  } catch (error) {
    if (!(error instanceof MongoBulkWriteError) || hasWriteConcernError(error)) throw explainWriteError(error);
    return perStatement(error, documents.length);
  }
}

function hasWriteConcernError(error: MongoBulkWriteError): boolean {
  return error.result.getWriteConcernError() !== undefined;
}

function perStatement(error: MongoBulkWriteError, count: number): (true | Error)[] {
  const results: (true | Error)[] = Array.from({ length: count }, () => true as const);
  const refused = Array.isArray(error.writeErrors) ? error.writeErrors : [error.writeErrors];
  for (const one of refused) {
    const raw = one.err as unknown as { code?: number; message?: string; errmsg?: string; keyPattern?: Record<string, unknown> };
    const asServerError = { code: one.code, message: one.errmsg ?? '', ...(raw.keyPattern ? { keyPattern: raw.keyPattern } : {}) };
    results[one.index] = isDuplicateKey(asServerError) ? duplicateKeyErrorFrom(asServerError) : new Error(one.errmsg ?? 'write refused');
  }
  return results;
}
