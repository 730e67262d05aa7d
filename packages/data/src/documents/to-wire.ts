import type { StoredDocument } from '@mainstay/store';
import type { CompiledCollection } from '../collections/compile-collection.ts';

/** A document as clients see it. Dates become ISO texts when the answer is written. */
export interface WireDocument {
  readonly id: string;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  readonly version: number;
  readonly [field: string]: unknown;
}

/** Which fields an answer shows. */
export interface View {
  /** Null: all. */
  readonly fields: ReadonlySet<string> | null;
  readonly hidden: ReadonlySet<string>;
}

const NOTHING_HIDDEN: ReadonlySet<string> = new Set();

/** What a caller sees of a collection's documents. */
export function viewOf(collection: CompiledCollection, isClient: boolean, fields: readonly string[] | undefined): View {
  return {
    hidden: isClient ? collection.hidden : NOTHING_HIDDEN,
    fields: fields === undefined ? null : new Set(fields.map((field) => field.split('.')[0] ?? field)),
  };
}

/** The document for the wire, with `id` first. */
export function toWire(document: StoredDocument, view: View): WireDocument {
  const { _id, createdAt, updatedAt, version, acl, ...rest } = document;
  if (view.fields === null && view.hidden.size === 0) {
    return { id: _id, ...rest, createdAt, updatedAt, version, ...(acl === undefined ? {} : { acl }) };
  }
  const out: Record<string, unknown> = { id: _id };
  for (const [name, value] of Object.entries(rest)) {
    if (!view.hidden.has(name) && (view.fields === null || view.fields.has(name))) out[name] = value;
  }
  return { ...out, createdAt, updatedAt, version, ...(acl === undefined || view.fields !== null ? {} : { acl }) } as WireDocument;
}
