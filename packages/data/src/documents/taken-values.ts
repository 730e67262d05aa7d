import type { DuplicateKeyError } from '@mainstay/store';
import type { CompiledCollection } from '../collections/compile-collection.ts';
import { documentExists, uniqueViolation } from './documents.problems.ts';

/** What a writer learns of a value that is taken: which field it was only when it may read the field in every document. */
export function takenValues(error: DuplicateKeyError, collection: CompiledCollection, isClient: boolean): Error {
  if (error.index === '_id_') return documentExists();
  const isHidden = isClient && error.fields.some((field) => collection.hidden.has(field.split('.')[0] ?? field));
  return uniqueViolation({ fields: isHidden ? [] : error.fields });
}
