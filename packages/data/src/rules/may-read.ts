import type { ProjectContext } from '@mainstay/kernel';
import { Problem } from '@mainstay/kernel';
import type { StoredDocument } from '@mainstay/store';
import type { CompiledCollection } from '../collections/compile-collection.ts';
import { authorizeOne } from './authorize.ts';

/** Whether the caller could get this document. */
export function mayRead(context: ProjectContext, collection: CompiledCollection, document: StoredDocument): boolean {
  try {
    return authorizeOne(collection, 'get', context.principal)(document);
  } catch (error) {
    if (error instanceof Problem) return false;
    throw error;
  }
}
