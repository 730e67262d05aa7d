import { DuplicateKeyError } from '@mainstay/store';
import type { CompiledCollection } from '../collections/compile-collection.ts';
import { documentExists, uniqueViolation } from './documents.problems.ts';

/**
 * Runs a write. What its writer learns of a value that is taken: which field it was only when it may read the field in every document.
 * @throws documentExists, uniqueViolation
 */
export async function refusingTaken<T>(collection: CompiledCollection, isClient: boolean, write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    if (!(error instanceof DuplicateKeyError)) throw error;
    if (error.index === '_id_') throw documentExists();
    const isHidden = isClient && error.fields.some((field) => collection.hidden.has(field.split('.')[0] ?? field));
    throw uniqueViolation({ fields: isHidden ? [] : error.fields });
  }
}
