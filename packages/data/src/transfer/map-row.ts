import type { CompiledCollection } from '../collections/compile-collection.ts';
import type { FieldDefinition } from '../collections/collections.schema.ts';

import { isFormula } from './is-formula.ts';

type Row = Readonly<Record<string, unknown>>;

/** Where the columns of a file go: a field's name, or null for nowhere. */
export type Mapping = Readonly<Record<string, string | null>>;

/** Columns that an export has and nobody writes. */
const OWN_COLUMNS = new Set(['createdAt', 'updatedAt', 'version']);

/** A row as a document to be written: columns renamed, those of the system left out, and texts read as their fields' types (csv has only texts). */
export function mapRow(collection: CompiledCollection, row: Row, { mapping, isText }: { mapping: Mapping; isText: boolean }): Row {
  const entries = Object.entries(row).flatMap(([column, value]): [string, unknown][] => {
    const field = Object.hasOwn(mapping, column) ? mapping[column] : column;
    if (field === null || field === undefined || OWN_COLUMNS.has(field)) return [];
    if (!isText || typeof value !== 'string') return [[field, value]];
    return value === '' ? [] : [[field, readText(collection.fields.get(field), unguarded(value))]];
  });
  return Object.fromEntries(entries);
}

/** What is no value of the type stays text, and is refused with its reason when it is checked. */
function readText(field: FieldDefinition | undefined, text: string): unknown {
  switch (field?.type) {
    case 'number':
    case 'integer':
      return text.trim() !== '' && Number.isFinite(Number(text)) ? Number(text) : text;
    case 'boolean':
      return text === 'true' ? true : text === 'false' ? false : text;
    case 'array':
    case 'object':
    case 'json':
    case 'geopoint':
    case 'polygon':
    case 'vector':
      return readJson(text);
    default:
      return text;
  }
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

/** What an export put an apostrophe in front of, as it was. */
function unguarded(text: string): string {
  return text.startsWith("'") && isFormula(text.slice(1)) ? text.slice(1) : text;
}
