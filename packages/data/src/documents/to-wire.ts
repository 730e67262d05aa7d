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

/** What stands at its own place, not among the fields. */
const NOT_FIELDS: ReadonlySet<string> = new Set(['_id', 'createdAt', 'updatedAt', 'version', 'acl']);
const NOTHING_HIDDEN: ReadonlySet<string> = new Set();

/** What a caller sees of a collection's documents. The collection must be the caller's own (as `collections.compiled` gives it). */
export function viewOf(collection: CompiledCollection, isClient: boolean, fields: readonly string[] | undefined): View {
  const { unseen, hiddenIn } = collection;
  const hidden = isClient ? collection.hidden : NOTHING_HIDDEN;
  return {
    hidden: unseen.size === 0 ? hidden : new Set([...hidden, ...unseen]),
    hiddenIn: isClient && hiddenIn !== null ? (document) => new Set([...hiddenIn(document), ...unseen]) : null,
    computed: collection.computed,
    fields: fields === undefined ? null : new Set(fields.map((field) => field.split('.')[0] ?? field)),
  };
}

/** The document for the wire, with `id` first. */
export function toWire(document: StoredDocument, view: View): WireDocument {
  const hidden = view.hiddenIn === null ? view.hidden : view.hiddenIn(document);
  const { fields, computed } = view;
  const isWhole = fields === null && hidden.size === 0 && computed.size === 0;
  const isShown = (name: string): boolean => !hidden.has(name) && (fields === null || fields.has(name));
  const out: Record<string, unknown> = { id: document._id };
  for (const name in document) {
    if (!NOT_FIELDS.has(name) && (isWhole || (isShown(name) && !computed.has(name)))) out[name] = document[name];
  }
  for (const [name, template] of computed) if (isShown(name)) out[name] = template.make(document);
  out['createdAt'] = document.createdAt;
  out['updatedAt'] = document.updatedAt;
  out['version'] = document.version;
  if (document.acl !== undefined && fields === null) out['acl'] = document.acl;
  return out as unknown as WireDocument;
}
