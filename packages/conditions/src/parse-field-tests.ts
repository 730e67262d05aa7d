import { and, not } from './fold.ts';
import type { Condition, FieldTest, RangeOperator, Value, ValueKind } from './condition.ts';
import { isRangeOperand, isRecord } from './data.ts';
import { parsePattern } from './parse-pattern.ts';
import { parseInQuery } from './parse-in-query.ts';
import type { ParseScope } from './parse-scope.ts';
import { at, deeper, fail, spendTerm } from './parse-scope.ts';
import { parseNear } from './parse-search.ts';
import { parseArea, parseIntersecting } from './parse-shape.ts';
import { isValueObject, parseValue } from './parse-value.ts';

/** Where the tests stand. `parseNode` is handed in, because conditions and `$elemMatch` contain each other. */
export interface TestsPlace {
  readonly scope: ParseScope;
  readonly parseNode: (json: unknown, scope: ParseScope) => Condition;
  /** What the segments name. */
  readonly subject: 'field' | 'variable';
}

type OperatorParser = (json: unknown, segments: readonly string[], place: TestsPlace) => Condition;

/**
 * Parses the operators at a field, e.g. `{"$gte": 1, "$lt": 5}`; all of them must hold. No segments: of the array element itself.
 * @throws ConditionError
 */
export function parseTests(json: Readonly<Record<string, unknown>>, segments: readonly string[], place: TestsPlace): Condition {
  const conditions = Object.keys(json).map((key) => {
    const scope = at(place.scope, key);
    const parse = operators.get(key);
    if (parse === undefined)
      return fail(scope, 'unknown_operator', `There is no such operator at a field. There are: ${[...operators.keys()].join(' ')}.`);
    spendTerm(scope);
    return parse(json[key], segments, { ...place, scope });
  });
  return and(...conditions);
}

/** Whether it is an operator that stands at a field. */
export const isFieldOperator = (name: string): boolean => name !== '$not' && operators.has(name);

// An operator whose test needs nothing but its operand.
const tested =
  (parse: (json: unknown, scope: ParseScope) => FieldTest): OperatorParser =>
  (json, segments, { scope, subject }) => ({ type: subject, segments, test: parse(json, scope) });

const equal = tested((json, scope) => ({ type: 'equal', value: parseValue(json, scope) }));

const inList = tested((json, scope) => ({ type: 'in', values: parseList(json, scope) }));

const exists: OperatorParser = (json, segments, { scope, subject }) => {
  if (typeof json !== 'boolean') return fail(scope, 'invalid_operand', '$exists takes true or false.');
  const condition: Condition =
    subject === 'variable' ? { type: 'present', segments } : { type: 'field', segments, test: { type: 'exists' } };
  return json ? condition : not(condition);
};

const notTests: OperatorParser = (json, segments, place) => {
  if (!isRecord(json) || Object.keys(json).length === 0)
    return fail(place.scope, 'invalid_operand', '$not takes an object of operators, e.g. {"$gt": 5}.');
  return not(parseTests(json, segments, { ...place, scope: deeper(place.scope) }));
};

const operators: ReadonlyMap<string, OperatorParser> = new Map<string, OperatorParser>([
  ['$eq', equal],
  ['$ne', (json, segments, place) => not(equal(json, segments, place))],
  ['$gt', tested(parseRange('$gt'))],
  ['$gte', tested(parseRange('$gte'))],
  ['$lt', tested(parseRange('$lt'))],
  ['$lte', tested(parseRange('$lte'))],
  ['$in', inList],
  ['$nin', (json, segments, place) => not(inList(json, segments, place))],
  ['$all', tested((json, scope) => ({ type: 'all', values: parseList(json, scope) }))],
  ['$exists', exists],
  ['$size', tested((json, scope) => ({ type: 'size', size: parseSize(json, scope) }))],
  ['$type', tested((json, scope) => ({ type: 'kind', kinds: parseKinds(json, scope) }))],
  ['$regex', tested((json, scope) => ({ type: 'pattern', pattern: parsePattern(json, scope) }))],
  ['$elemMatch', (json, segments, place) => ({ type: place.subject, segments, test: parseElement(json, place) })],
  ['$within', stored((json, scope) => ({ type: 'within', shape: parseArea(json, scope) }))],
  ['$intersects', stored((json, scope) => ({ type: 'intersects', shape: parseIntersecting(json, scope) }))],
  ['$near', stored((json, scope) => ({ type: 'near', near: parseNear(json, scope) }))],
  [
    '$inQuery',
    (json, segments, place) =>
      stored((_json, scope) => ({ type: 'inQuery', query: parseInQuery(json, scope, place.parseNode) }))(json, segments, place),
  ],
  ['$not', notTests],
]);

function parseRange(operator: RangeOperator): (json: unknown, scope: ParseScope) => FieldTest {
  return (json, scope) => {
    const value = parseValue(json, scope);
    if (value.type !== 'variable' && (value.type !== 'literal' || !isRangeOperand(value.value))) {
      return fail(scope, 'invalid_operand', `${operator} compares with a string, a number, a boolean, a date or null.`);
    }
    return { type: 'range', operator, value };
  };
}

// A place or a reference is a field of a stored document: neither a variable nor an element that has no name.
function stored(parse: (json: unknown, scope: ParseScope) => FieldTest): OperatorParser {
  return (json, segments, place) =>
    segments.length === 0 || place.subject === 'variable'
      ? fail(place.scope, 'not_allowed_here', 'This operator is only for a field of the document.')
      : tested(parse)(json, segments, place);
}

function parseList(json: unknown, scope: ParseScope): Value {
  if (isRecord(json) && isValueObject(json) && Object.hasOwn(json, '$var')) return parseValue(json, scope);
  if (!Array.isArray(json)) return fail(scope, 'invalid_operand', 'It takes a list of values, or {"$var": …} of a list.');
  const { listLength } = scope.budget.limits;
  if (json.length > listLength) fail(scope, 'list_too_long', `A list has at most ${listLength} values.`);
  return parseValue(json, scope);
}

function parseSize(json: unknown, scope: ParseScope): number {
  // mongod reads the size as a 32-bit integer on some paths; no document can hold a longer array anyway.
  if (typeof json !== 'number' || !Number.isInteger(json) || json < 0 || json > 0x7fffffff)
    return fail(scope, 'invalid_operand', '$size takes a whole number from 0.');
  return json;
}

const kinds: ReadonlyMap<unknown, ValueKind> = new Map<unknown, ValueKind>([
  ['string', 'string'],
  ['number', 'number'],
  ['boolean', 'boolean'],
  ['bool', 'boolean'],
  ['date', 'date'],
  ['object', 'object'],
  ['array', 'array'],
  ['null', 'null'],
]);

function parseKinds(json: unknown, scope: ParseScope): readonly ValueKind[] {
  const names: readonly unknown[] = Array.isArray(json) ? json : [json];
  const found = new Set<ValueKind>();
  for (const name of names) {
    const kind = kinds.get(name);
    if (kind === undefined)
      return fail(scope, 'invalid_operand', '$type takes one or a list of string, number, boolean, date, object, array, null.');
    found.add(kind);
  }
  return found.size === 0 ? fail(scope, 'invalid_operand', '$type takes at least one name.') : [...found];
}

// As MongoDB: an object that starts with an operator for fields is about the elements themselves, any other about the fields of elements.
function parseElement(json: unknown, { scope, parseNode }: TestsPlace): FieldTest {
  if (!isRecord(json))
    return fail(scope, 'invalid_operand', '$elemMatch takes an object of operators, or a condition on the fields of an element.');
  const inner = deeper(scope);
  const [first = ''] = Object.keys(json);
  if (!operators.has(first)) return { type: 'element', of: 'documents', condition: parseNode(json, inner) };
  return { type: 'element', of: 'values', condition: parseTests(json, [], { scope: inner, parseNode, subject: 'field' }) };
}
