import type { StoredDocument } from '@mainstay/store';
import type { CompiledCollection } from '../collections/compile-collection.ts';
import type { Grant } from '../rules/authorize.ts';
import { fieldNotWritable, ruleDenied } from '../rules/rules.problems.ts';

/** A document before and after a write, and the fields that were written. */
export interface Written {
  readonly before: StoredDocument;
  readonly after: StoredDocument;
  readonly touched: Iterable<string>;
}

/** @throws fieldNotWritable for a field that the caller may write in other documents only */
export function refuseReadOnly(collection: CompiledCollection, document: StoredDocument, fields: Iterable<string>): void {
  const field = collection.readOnlyIn?.(document, fields);
  if (field !== undefined) throw fieldNotWritable({ field });
}

/** The rule about the change, and the rules of the fields about what became of the document. @throws ruleDenied, fieldNotWritable */
export function checkChange(collection: CompiledCollection, grant: Grant, { before, after, touched }: Written): void {
  if (grant.allowsChange?.({ previous: before, document: after }) === false)
    throw ruleDenied({ collection: collection.name, operation: 'update' });
  refuseReadOnly(collection, after, touched);
}

/** What a replacement leaves as it is: the values of fields that the caller can't give back, because it may not read or write them. */
export function keptOf(
  collection: CompiledCollection,
  existing: StoredDocument,
  input: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const hidden = collection.hiddenIn?.(existing) ?? collection.hidden;
  const isKept = (name: string): boolean =>
    !Object.hasOwn(input, name) &&
    (hidden.has(name) || collection.readOnly.has(name) || collection.readOnlyIn?.(existing, [name]) !== undefined);
  return Object.fromEntries(Object.entries(existing).filter(([name]) => isKept(name)));
}
