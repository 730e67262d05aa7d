import type { MongoFilter } from '@mainstay/conditions';
import { invalidInput } from '@mainstay/kernel';
import type { StoredDocument } from '@mainstay/store';
import type { CompiledCollection } from '../collections/compile-collection.ts';
import type { FieldType } from '../collections/collections.schema.ts';

/** One field of an order. */
export type SortTerm = readonly [field: string, order: 1 | -1];

const FIELD = /^-?[A-Za-z][A-Za-z0-9_]*(?:\.[A-Za-z0-9_]+){0,7}$/;
const MAX_TERMS = 8;

/**
 * The order of a list, always ended by the id, so that no two documents are equal in it.
 * @throws invalidInput
 */
export function parseSort(texts: readonly string[]): SortTerm[] {
  const terms: SortTerm[] = [];
  for (const text of texts) {
    if (!FIELD.test(text) || terms.length >= MAX_TERMS) throw invalidSort();
    const name = text.startsWith('-') ? text.slice(1) : text;
    terms.push([name === 'id' ? '_id' : name, text.startsWith('-') ? -1 : 1]);
  }
  return terms.some(([field]) => field === '_id') ? terms : [...terms, ['_id', terms.at(-1)?.[1] ?? 1]];
}

function invalidSort(): Error {
  return invalidInput(undefined, {
    issues: [{ path: 'sort', code: 'invalid_sort', message: 'Give up to 8 field names, with - in front for descending.' }],
  });
}

function valueAt(document: StoredDocument, path: string): unknown {
  let value: unknown = document;
  for (const segment of path.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, segment)) return null;
    value = (value as Record<string, unknown>)[segment];
  }
  return value ?? null;
}

/** Types whose values have an order that a cursor can continue. */
const ORDERED: ReadonlySet<FieldType> = new Set([
  'string',
  'text',
  'number',
  'integer',
  'boolean',
  'date',
  'reference',
  'file',
  'email',
  'url',
  'enum',
  'bytes',
]);

/** Refuses to sort by fields whose values have no order of their own. @throws invalidInput */
export function refuseUnordered(collection: CompiledCollection, sort: readonly SortTerm[]): void {
  for (const [field] of sort) {
    const type = collection.fields.get(field)?.type;
    if (type !== undefined && type !== 'json' && type !== 'object' && !ORDERED.has(type)) throw unordered(field);
  }
}

/** Whether all values of the field are of one type (or missing): then one comparison finds what follows. */
export function isUniform(collection: CompiledCollection, field: string): boolean {
  const type = collection.fields.get(field)?.type;
  return SYSTEM_FIELDS.has(field) || (type !== undefined && ORDERED.has(type) && !collection.isOpen);
}

const SYSTEM_FIELDS = new Set(['_id', 'createdAt', 'updatedAt', 'version']);

function unordered(field: string): Error {
  return invalidInput(undefined, {
    issues: [{ path: 'sort', code: 'invalid_sort', message: `The values of ${field} have no order to page by. Sort by another field.` }],
  });
}

/**
 * Where a page ended: the values of the order's fields in its last document.
 * @throws invalidInput when one of them is an array or an object, which no cursor can continue
 */
export function encodeCursor(document: StoredDocument, sort: readonly SortTerm[]): string {
  const values = sort.map(([field]) => {
    const value = valueAt(document, field);
    if (value instanceof Date) return { d: value.toISOString() };
    if (typeof value === 'object' && value !== null) throw unordered(field);
    return value;
  });
  return Buffer.from(JSON.stringify(values)).toString('base64url');
}

/**
 * The documents behind a cursor, in an order that stays right while documents are added.
 * Missing and null sort first, as in MongoDB.
 * @throws invalidInput when the cursor is not one of this order
 */
export function afterCursor(cursor: string, sort: readonly SortTerm[], isUniformField: (field: string) => boolean): MongoFilter {
  const values = decodeCursor(cursor, sort.length);
  const branches = sort.map((term, position) => {
    const equal = sort.slice(0, position).map(([field], before) => ({ [field]: { $eq: values[before] } }));
    return joined([...equal, beyond(term, values[position], isUniformField(term[0]))]);
  });
  return branches.length === 1 ? (branches[0] ?? {}) : { $or: branches };
}

const joined = (filters: readonly MongoFilter[]): MongoFilter => (filters.length === 1 ? (filters[0] ?? {}) : { $and: filters });

/** The order of MongoDB's types among each other, as far as documents hold them. A comparison stays within one type. */
const TYPE_ORDER = ['null', 'number', 'string', 'object', 'array', 'binData', 'objectId', 'bool', 'date'];

function typeOf(value: unknown): string {
  if (value === null) return 'null';
  if (value instanceof Date) return 'date';
  return typeof value === 'boolean' ? 'bool' : typeof value;
}

function beyond([field, order]: SortTerm, value: unknown, isUniformField: boolean): MongoFilter {
  if (value === null) return order === 1 ? { [field]: { $ne: null } } : { _id: { $in: [] } };
  const within = { [field]: { [order === 1 ? '$gt' : '$lt']: value } };
  const position = TYPE_ORDER.indexOf(typeOf(value));
  const others = order === 1 ? TYPE_ORDER.slice(position + 1) : TYPE_ORDER.slice(1, position);
  const ofOtherTypes = isUniformField || others.length === 0 ? [] : [{ [field]: { $type: others } }];
  const missing = order === 1 || SYSTEM_FIELDS.has(field) ? [] : [{ [field]: { $eq: null } }];
  const all = [within, ...ofOtherTypes, ...missing];
  return all.length === 1 ? within : { $or: all };
}

function decodeCursor(cursor: string, length: number): unknown[] {
  try {
    const values: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    if (Array.isArray(values) && values.length === length) return values.map(decodeValue);
  } catch {
    // One answer for every cursor that is not ours.
  }
  throw invalidInput(undefined, {
    issues: [{ path: 'cursor', code: 'invalid_cursor', message: 'Use the nextCursor of the page before, with the same sort.' }],
  });
}

function decodeValue(value: unknown): unknown {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  if (typeof value === 'object' && 'd' in value && typeof value.d === 'string' && !Number.isNaN(Date.parse(value.d)))
    return new Date(value.d);
  throw new Error('not a cursor value');
}
