import { bindVariables } from './bind-variables.ts';
import type { Condition, Data, FieldTest, Value, ValueKind, Variables } from './condition.ts';
import { ConditionError } from './condition-error.ts';
import { geoOperators } from './geo-operators.ts';

/** A filter for MongoDB's `find` and its like. Plain data: no driver types. */
export type MongoFilter = Readonly<Record<string, unknown>>;

/** How the filter is spelled. */
export interface CompileFilterOptions {
  /** The stored name of a top-level path, e.g. `id` → `_id`. Paths below an `$elemMatch` are relative and stay. */
  readonly storedPath?: (path: string) => string;
}

// mongod answers it from empty index bounds without reading anything; {"$alwaysFalse": 1} and {"$nor": [{}]} scan the whole collection (6.0).
const never: MongoFilter = Object.freeze({ _id: Object.freeze({ $in: Object.freeze([]) }) });

/** Whether `compileFilter` found that no document can match, so that the database need not be asked. */
export function isNever(filter: MongoFilter): boolean {
  return filter === never;
}

/**
 * The MongoDB filter of a condition for one caller: matches exactly the documents for which `compilePredicate` answers true. A comparison
 * with a missing variable denies, as `bindVariables` says; branches that are decided by the variables are gone, so that an `$or` uses
 * the indexes of those that are left. Values stand below an operator always, so that data is never read as one.
 */
export function compileFilter(condition: Condition, variables: Variables = {}, options: CompileFilterOptions = {}): MongoFilter {
  return filterOf(bindVariables(condition, variables), options.storedPath ?? ((path) => path));
}

type StoredPath = (path: string) => string;
type Operators = Record<string, unknown>;

function filterOf(condition: Condition, storedPath: StoredPath): MongoFilter {
  switch (condition.type) {
    case 'constant':
      return condition.value ? {} : never;
    case 'and':
      return conjunction(condition.conditions.map((part) => filterOf(part, storedPath)));
    case 'or':
      return { $or: condition.conditions.map((part) => filterOf(part, storedPath)) };
    case 'not':
      return negation(condition.condition, storedPath);
    case 'present':
    case 'variable':
      return unbound();
    case 'text':
      return { $text: { $search: condition.search } };
    case 'field':
      return { [storedPath(condition.segments.join('.'))]: operatorsOf(condition.test) };
  }
}

// One flat object where no key is used twice, because that is what people expect to read in the profiler.
function conjunction(filters: readonly MongoFilter[]): MongoFilter {
  const entries = filters.flatMap((filter) => Object.entries(filter));
  return new Set(entries.map(([key]) => key)).size === entries.length ? Object.fromEntries(entries) : { $and: filters };
}

function negation(condition: Condition, storedPath: StoredPath): MongoFilter {
  if (condition.type === 'field') return negatedField(storedPath(condition.segments.join('.')), condition.test);
  if (condition.type === 'not') return filterOf(condition.condition, storedPath);
  const parts = condition.type === 'or' ? condition.conditions : [condition];
  return { $nor: parts.map((part) => filterOf(part, storedPath)) };
}

// mongod (6.0) may answer a $nin of arrays by the cached plan of one without, and then fails with "Cannot invert inexact bounds": arrays stand apart.
function negatedField(path: string, test: FieldTest): MongoFilter {
  const values = test.type === 'in' ? literalOf(test.values) : undefined;
  if (!Array.isArray(values) || !values.some(Array.isArray)) return { [path]: negatedOperatorsOf(test) };
  const others = values.filter((value: Data) => !Array.isArray(value));
  const filters = values.filter(Array.isArray).map((value) => ({ [path]: { $ne: value } }));
  return conjunction(others.length === 0 ? filters : [{ [path]: { $nin: others } }, ...filters]);
}

function operatorsOf(test: FieldTest): Operators {
  switch (test.type) {
    case 'equal':
      return { $eq: literalOf(test.value) };
    case 'range':
      return { [test.operator]: literalOf(test.value) };
    case 'in':
      return { $in: literalOf(test.values) };
    case 'all':
      return { $all: literalOf(test.values) };
    case 'exists':
      return { $exists: true };
    case 'size':
      return { $size: test.size };
    case 'kind':
      return { $type: test.kinds.map((kind) => typeNames[kind]) };
    case 'pattern':
      return { $regex: test.pattern.mongo };
    case 'element':
      return { $elemMatch: test.of === 'documents' ? filterOf(test.condition, (path) => path) : elementOperators(test.condition) };
    case 'within':
    case 'intersects':
    case 'near':
      return geoOperators(test);
    case 'inQuery':
      throw new ConditionError('unresolved_query', '', 'An $inQuery is replaced by its values before the condition is used.');
  }
}

function negatedOperatorsOf(test: FieldTest): Operators {
  switch (test.type) {
    case 'equal':
      return { $ne: literalOf(test.value) };
    case 'in':
      return { $nin: literalOf(test.values) };
    case 'exists':
      return { $exists: false };
    default:
      return { $not: operatorsOf(test) };
  }
}

/** The operators of an `$elemMatch` on the elements themselves: fields without a path, joined and negated as operators can be. */
function elementOperators(condition: Condition): Operators {
  switch (condition.type) {
    case 'constant':
      // Any element will do. An empty object would ask for elements that are documents.
      return condition.value ? { $exists: true } : unbound();
    case 'field':
      return operatorsOf(condition.test);
    case 'not':
      return condition.condition.type === 'field'
        ? negatedOperatorsOf(condition.condition.test)
        : { $not: elementOperators(condition.condition) };
    case 'and':
      return condition.conditions.reduce<Operators>(joinOperators, {});
    case 'or':
    case 'present':
    case 'variable':
    case 'text':
      return unbound();
  }
}

// An operator can be wanted twice only when it comes once from a $not, e.g. {"$ne": 1, "$not": {"$eq": 2}}: then there is room in $not.
function joinOperators(joined: Operators, condition: Condition): Operators {
  const operators = elementOperators(condition);
  if (Object.keys(operators).every((key) => !Object.hasOwn(joined, key))) return { ...joined, ...operators };
  return {
    ...joined,
    $not: condition.type === 'not' ? elementOperators(condition.condition) : elementOperators({ type: 'not', condition }),
  };
}

const literalOf = (value: Value): Data => (value.type === 'literal' ? value.value : unbound());

function unbound(): never {
  throw new Error('A bound condition has no variables, and an $elemMatch of values no alternatives.');
}

const typeNames: Readonly<Record<ValueKind, string>> = {
  string: 'string',
  number: 'number',
  boolean: 'bool',
  date: 'date',
  object: 'object',
  array: 'array',
  null: 'null',
};
