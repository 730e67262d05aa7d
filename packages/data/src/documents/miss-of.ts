import type { ProjectContext } from '@mainstay/kernel';
import type { DocumentStore, TransactionSession } from '@mainstay/store';
import type { CompiledCollection } from '../collections/compile-collection.ts';
import { mayRead } from '../rules/may-read.ts';
import { documentNotFound, versionConflict } from './documents.problems.ts';
import type { DocumentAddress } from './documents.service.ts';

/** A write that found nothing. */
export interface Miss {
  readonly context: ProjectContext;
  readonly collection: CompiledCollection;
  readonly address: DocumentAddress;
  readonly session: TransactionSession | undefined;
}

/** Why nothing matched: gone or hidden, or there with another version. */
export async function missOf(rows: DocumentStore, { context, collection, address, session }: Miss): Promise<Error> {
  const missing = documentNotFound({ collection: address.collection, id: address.id });
  if (address.ifVersion === undefined) return missing;
  const document = await rows.get(address.id, session);
  return document !== null && mayRead(context, collection, document) ? versionConflict() : missing;
}
