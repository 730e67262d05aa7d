import type { ProjectContext } from '@mainstay/kernel';
import { rulesApplyTo } from '@mainstay/kernel';
import type { StoredDocument } from '@mainstay/store';
import type { CompiledCollection } from '../collections/compile-collection.ts';
import { mayRead } from '../rules/may-read.ts';
import type { WireDocument } from './to-wire.ts';
import { toWire, viewOf } from './to-wire.ts';

/** What a writer sees of what it wrote: all that it may read, else only that it was written. */
export function shownDocument(context: ProjectContext, collection: CompiledCollection, document: StoredDocument): WireDocument {
  const isClient = rulesApplyTo(context.principal);
  const isShown = !isClient || mayRead(context, collection, document);
  return toWire(document, viewOf(collection, isClient, isShown ? undefined : []));
}
