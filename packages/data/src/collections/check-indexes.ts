import type { MongoFilter } from '@mainstay/conditions';
import { coerceLiterals, compileFilter, ConditionError, fieldsOf, parseConditionInput } from '@mainstay/conditions';
import type { DataSettings } from '../data.settings.ts';
import { storedPath } from '../rules/stored-path.ts';
import type { CollectionRow } from './collections.model.ts';
import type { FieldDefinition, IndexDefinition } from './collections.schema.ts';
import type { CompiledCollection } from './compile-collection.ts';
import { typeOfField } from './type-of-field.ts';

type Report = (path: string, code: string, message: string) => void;

const SYSTEM_FIELDS = new Set(['id', 'createdAt', 'updatedAt', 'version']);
const PATH = /^[A-Za-z][A-Za-z0-9_]*(?:\.[A-Za-z0-9_]+){0,7}$/;
/** What MongoDB 6 takes as the condition of a partial index. */
const PARTIAL_OPERATORS = new Set(['$and', '$or', '$eq', '$gt', '$gte', '$lt', '$lte', '$in', '$type', '$exists']);
const SHAPES = new Set(['geopoint', 'polygon']);

/** Checks a collection's indexes as far as that does not depend on its documents. */
export function checkIndexes(
  row: CollectionRow,
  collection: CompiledCollection,
  { report, settings }: { report: Report; settings: DataSettings },
): void {
  const unique = Object.values(row.fields).filter((field) => field.unique === true).length;
  if (unique + row.indexes.length > settings.indexesPerCollection)
    report('indexes', 'too_many_indexes', `A collection may have ${settings.indexesPerCollection} indexes.`);
  if (row.indexes.filter((index) => kindOf(index) === 'text').length > 1)
    report('indexes', 'too_many_indexes', 'A collection may have one text index. Put all fields into it.');
  for (const [position, index] of row.indexes.entries()) checkIndex(index, `indexes.${position}`, { collection, report });
}

function checkIndex(
  index: IndexDefinition,
  path: string,
  { collection, report }: { collection: CompiledCollection; report: Report },
): void {
  const kind = kindOf(index);
  for (const part of index.fields) checkPart(part, path, { collection, report });
  if (kind === 'plain' && new Set(index.fields.map(([name]) => name)).size < index.fields.length)
    report(`${path}.fields`, 'same_field_twice', 'Name each field once.');
  if (index.unique === true && kind !== 'plain') report(`${path}.unique`, 'not_unique', 'Text and place indexes can’t be unique.');
  if (index.expireAfterSeconds !== undefined) checkExpiry(index, path, { collection, report });
  if (index.where !== undefined) checkWhere(index.where, `${path}.where`, { collection, report });
}

function checkPart(
  [name, order]: IndexDefinition['fields'][number],
  path: string,
  { collection, report }: { collection: CompiledCollection; report: Report },
): void {
  const [top = name] = name.split('.');
  const field = collection.fields.get(top);
  const isKnown = PATH.test(name) && (field !== undefined || SYSTEM_FIELDS.has(name) || collection.isOpen);
  if (!isKnown || field?.computed !== undefined)
    report(`${path}.fields`, 'unknown_field', `${name.slice(0, 64)} is no field that is stored.`);
  if (order === 'text' && collection.hidden.has(top))
    report(`${path}.fields`, 'not_readable', `Searching would find documents by ${name}, which not every client may read.`);
  if (order === '2dsphere' && field !== undefined && !isShape(field))
    report(`${path}.fields`, 'wrong_type', `${name} is neither a geopoint nor a polygon.`);
}

function isShape(field: FieldDefinition): boolean {
  return SHAPES.has(field.type) || field.type === 'object' || field.type === 'json' || (field.of !== undefined && SHAPES.has(field.of));
}

function kindOf({ fields }: IndexDefinition): 'text' | '2dsphere' | 'plain' {
  if (fields.some(([, order]) => order === 'text')) return 'text';
  return fields.some(([, order]) => order === '2dsphere') ? '2dsphere' : 'plain';
}

function checkExpiry(
  index: IndexDefinition,
  path: string,
  { collection, report }: { collection: CompiledCollection; report: Report },
): void {
  const [[name, order] = ['', 1]] = index.fields;
  const isDate = name === 'createdAt' || name === 'updatedAt' || collection.fields.get(name)?.type === 'date';
  if (index.fields.length !== 1 || typeof order !== 'number' || !isDate || index.unique === true)
    report(`${path}.expireAfterSeconds`, 'not_a_date', 'Documents expire by an index of one date field that is not unique.');
}

function checkWhere(
  where: NonNullable<IndexDefinition['where']>,
  path: string,
  { collection, report }: { collection: CompiledCollection; report: Report },
): void {
  try {
    const filter = partialFilterOf(where, collection);
    if (!isPartial(filter))
      report(
        path,
        'not_allowed_here',
        'An index’s condition uses $eq, $gt, $gte, $lt, $lte, $in, $type, $exists: true, $and and $or only.',
      );
  } catch (error) {
    if (!(error instanceof ConditionError)) throw error;
    report([path, error.path].filter(Boolean).join('.'), error.code, error.message);
  }
}

/** The condition of a partial index as MongoDB's filter. @throws ConditionError */
export function partialFilterOf(where: NonNullable<IndexDefinition['where']>, collection: CompiledCollection): MongoFilter {
  const parsed = parseConditionInput(where, { variables: [], fields: collection.fields, open: collection.isOpen });
  const condition = coerceLiterals(parsed, (path) => typeOfField(collection.fields, path));
  const known = fieldsOf(condition).every((field) => collection.isOpen || isStored(collection, field));
  if (!known) throw new ConditionError('unknown_field', '', 'The condition names a field that is not stored.');
  return compileFilter(condition, {}, { storedPath });
}

function isStored(collection: CompiledCollection, path: string): boolean {
  const [name = ''] = path.split('.');
  return SYSTEM_FIELDS.has(name) || (collection.fields.has(name) && !collection.computed.has(name));
}

function isPartial(value: unknown): boolean {
  if (Array.isArray(value)) return value.every(isPartial);
  if (typeof value !== 'object' || value === null || value instanceof Date) return true;
  return Object.entries(value).every(([key, inner]) => {
    if (key === '$exists') return inner === true;
    return (!key.startsWith('$') || PARTIAL_OPERATORS.has(key)) && (key === '$in' || isPartial(inner));
  });
}
