import type { MongoFilter } from '@mainstay/conditions';
import { invalidInput } from '@mainstay/kernel';
import type { StoredDocument } from '@mainstay/store';

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

/** Where a page ended: the values of the order's fields in its last document. */
export function encodeCursor(document: StoredDocument, sort: readonly SortTerm[]): string {
  const values = sort.map(([field]) => {
    const value = valueAt(document, field);
    return value instanceof Date ? { d: value.toISOString() } : value;
  });
  return Buffer.from(JSON.stringify(values)).toString('base64url');
}

/**
 * The documents behind a cursor, in an order that stays right while documents are added.
 * Missing and null sort first, as in MongoDB.
 * @throws invalidInput when the cursor is not one of this order
 */
export function afterCursor(cursor: string, sort: readonly SortTerm[]): MongoFilter {
  const values = decodeCursor(cursor, sort.length);
  const branches = sort.map((term, position) => {
    const equal = sort.slice(0, position).map(([field], before) => ({ [field]: { $eq: values[before] } }));
    return { $and: [...equal, beyond(term, values[position])] };
  });
  return { $or: branches };
}

function beyond([field, order]: SortTerm, value: unknown): MongoFilter {
  if (value === null) return order === 1 ? { [field]: { $ne: null } } : { _id: { $in: [] } };
  if (order === 1) return { [field]: { $gt: value } };
  return field === '_id' ? { _id: { $lt: value } } : { $or: [{ [field]: { $lt: value } }, { [field]: { $eq: null } }] };
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
