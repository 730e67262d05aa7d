import { createId } from '@mainstay/kernel';
import type { StoredDocument } from '@mainstay/store';
import type { CompiledCollection } from '../collections/compile-collection.ts';
import { checkNewDocument } from './check-document.ts';
import { refuseTooLarge } from './refuse-too-large.ts';

/** How a document is made. */
export interface FreshOptions {
  readonly client: boolean;
  /** The id, unless the input names one; without both a new one is made. */
  readonly id: string | undefined;
  readonly now: Date;
  readonly maxBytes: number;
}

/** A new document with its system fields, checked. @throws invalidInput, fieldNotWritable, documentTooLarge */
export function freshDocument(
  collection: CompiledCollection,
  input: Readonly<Record<string, unknown>>,
  { client, id, now, maxBytes }: FreshOptions,
): StoredDocument {
  const checked = checkNewDocument(collection, input, client);
  const acl = checked.acl === undefined ? {} : { acl: checked.acl };
  const document = {
    _id: checked.id ?? id ?? createId(now.getTime()),
    ...checked.fields,
    createdAt: now,
    updatedAt: now,
    version: 1,
    ...acl,
  };
  refuseTooLarge(document, maxBytes);
  return document;
}
