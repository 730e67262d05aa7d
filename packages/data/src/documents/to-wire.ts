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
  /** What is hidden in one document, where that differs between documents. */
  readonly hiddenIn: CompiledCollection['hiddenIn'];
  readonly computed: CompiledCollection['computed'];
}

const NOTHING_HIDDEN: ReadonlySet<string> = new Set();

/** What a caller sees of a collection's documents. The collection must be the caller's own (as `collections.compiled` gives it). */
export function viewOf(collection: CompiledCollection, isClient: boolean, fields: readonly string[] | undefined): View {
  return {
    hidden: isClient ? collection.hidden : NOTHING_HIDDEN,
    hiddenIn: isClient ? collection.hiddenIn : null,
    computed: collection.computed,
    fields: fields === undefined ? null : new Set(fields.map((field) => field.split('.')[0] ?? field)),
  };
}

/** The document for the wire, with `id` first. */
export function toWire(document: StoredDocument, view: View): WireDocument {
  const { _id, createdAt, updatedAt, version, acl, ...rest } = document;
  const hidden = view.hiddenIn === null ? view.hidden : view.hiddenIn(document);
  if (view.fields === null && hidden.size === 0 && view.computed.size === 0) {
    return { id: _id, ...rest, createdAt, updatedAt, version, ...(acl === undefined ? {} : { acl }) };
  }
  const out: Record<string, unknown> = { id: _id };
  const isShown = (name: string): boolean => !hidden.has(name) && (view.fields === null || view.fields.has(name));
  for (const [name, value] of Object.entries(rest)) if (isShown(name) && !view.computed.has(name)) out[name] = value;
  for (const [name, template] of view.computed) if (isShown(name)) out[name] = template.make(rest);
  return { ...out, createdAt, updatedAt, version, ...(acl === undefined || view.fields !== null ? {} : { acl }) } as WireDocument;
}
