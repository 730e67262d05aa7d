import type { ProjectContext } from '@mainstay/kernel';
import { Problem } from '@mainstay/kernel';
import type { DocumentStore } from '@mainstay/store';
import type { CompiledCollection } from '../collections/compile-collection.ts';
import type { Grant } from '../rules/authorize.ts';
import { mayRead } from '../rules/may-read.ts';
import { documentNotFound } from './documents.problems.ts';
import type { DocumentAddress } from './documents.service.ts';

/** The document that a write is about. */
export interface Target {
  readonly rows: DocumentStore;
  readonly context: ProjectContext;
  readonly collection: CompiledCollection;
  readonly address: DocumentAddress;
}

/**
 * A rule about the change can only be asked once there is one. What goes wrong before that tells of the document, so whoever may not read
 * it learns nothing but "not found".
 */
export async function hidingUnread<T>(write: () => Promise<T>, grant: Grant, { rows, context, collection, address }: Target): Promise<T> {
  if (grant.allowsChange === null) return write();
  try {
    return await write();
  } catch (error) {
    if (!(error instanceof Problem) || error.status >= 500) throw error;
    const document = await rows.get(address.id);
    if (document !== null && mayRead(context, collection, document)) throw error;
    throw documentNotFound({ collection: address.collection, id: address.id });
  }
}
