import { createId } from '@mainstay/kernel';
import type { StoredDocument } from '@mainstay/store';
import type { CompiledCollection } from '../collections/compile-collection.ts';
import { checkReplacement } from './check-document.ts';
import { withMove } from './move-field.ts';
import { refuseTooLarge } from './refuse-too-large.ts';

/** How a document is made. */
export interface FreshOptions {
  readonly client: boolean;
  /** The id, unless the input names one; without both a new one is made. */
  readonly id: string | undefined;
  /** Stored values of fields that the writer may not write: they stay. */
  readonly kept?: Readonly<Record<string, unknown>> | undefined;
  readonly now: Date;
  readonly maxBytes: number;
}

/** A new document with its system fields, checked. @throws invalidInput, fieldNotWritable, documentTooLarge */
export function freshDocument(
  collection: CompiledCollection,
  input: Readonly<Record<string, unknown>>,
  { client, id, kept = {}, now, maxBytes }: FreshOptions,
): StoredDocument {
  const checked = checkReplacement(collection, input, { isClient: client, kept });
  const acl = checked.acl === undefined ? {} : { acl: checked.acl };
  const document = withMove(collection, {
    _id: checked.id ?? id ?? createId(now.getTime()),
    ...checked.fields,
    createdAt: now,
    updatedAt: now,
    version: 1,
    ...acl,
  });
  refuseTooLarge(document, maxBytes);
  return document;
}
