import type { Condition, Data, FieldTest, Value } from './condition.ts';
import { ConditionError } from './condition-error.ts';
import { isDate } from './data.ts';

type Json = boolean | Readonly<Record<string, unknown>>;
type Operators = Readonly<Record<string, unknown>>;

/**
 * The condition as JSON that `parseCondition` reads as an equivalent condition.
 * @throws ConditionError `not_translatable` for the few conditions on elements of an array that only text can say
 */
export function printJson(condition: Condition): Json {
  switch (condition.type) {
    case 'constant':
      return condition.value;
    case 'and':
      return printAll(condition.conditions.map(printJson));
    case 'or':
      return { $or: condition.conditions.map(printJson) };
    case 'not':
      return printNot(condition.condition);
    case 'present':
      return { $var: condition.segments.join('.') };
    case 'variable':
      return { $var: condition.segments.join('.'), ...printTest(condition.test) };
    case 'text':
      return { $text: condition.search };
    case 'field':
      return atField(condition.segments, condition.test.type === 'equal' ? printValue(condition.test.value) : printTest(condition.test));
  }
}

const atField = (segments: readonly string[], json: unknown): Operators => ({ [segments.join('.')]: json });

/** In one object where that says the same: each key once, and no variable, beside which operators would be about its value. */
function printAll(parts: readonly Json[]): Json {
  const merged: Record<string, unknown> = {};
  for (const part of parts) {
    if (typeof part === 'boolean' || Object.hasOwn(part, '$var')) return { $and: parts };
    for (const [key, json] of Object.entries(part)) {
      const joined = Object.hasOwn(merged, key) ? joinedOperators(merged[key], json) : json;
      if (joined === undefined) return { $and: parts };
      merged[key] = joined;
    }
  }
  return merged;
}

/** `{"$gte": 1}` and `{"$lt": 5}` at the same field are `{"$gte": 1, "$lt": 5}`. */
function joinedOperators(one: unknown, other: unknown): Operators | undefined {
  if (!areOperators(one) || !areOperators(other)) return undefined;
  return Object.keys(other).some((key) => Object.hasOwn(one, key)) ? undefined : { ...one, ...other };
}

function areOperators(json: unknown): json is Operators {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) return false;
  const [first = '', ...others] = Object.keys(json);
  return first.startsWith('$') && !(others.length === 0 && (first === '$var' || first === '$date'));
}

function printNot(denied: Condition): Json {
  if (denied.type === 'field') return atField(denied.segments, printDenied(denied.test));
  if (denied.type === 'variable') return { $var: denied.segments.join('.'), ...printDenied(denied.test) };
  if (denied.type === 'present') return { $var: denied.segments.join('.'), $exists: false };
  return denied.type === 'or' ? { $nor: denied.conditions.map(printJson) } : { $not: printJson(denied) };
}

function printDenied(test: FieldTest): Operators {
  if (test.type === 'equal') return { $ne: printValue(test.value) };
  if (test.type === 'in') return { $nin: printValue(test.values) };
  return test.type === 'exists' ? { $exists: false } : { $not: printTest(test) };
}

function printTest(test: FieldTest): Operators {
  switch (test.type) {
    case 'equal':
      return { $eq: printValue(test.value) };
    case 'range':
      return { [test.operator]: printValue(test.value) };
    case 'in':
      return { $in: printValue(test.values) };
    case 'all':
      return { $all: printValue(test.values) };
    case 'exists':
      return { $exists: true };
    case 'size':
      return { $size: test.size };
    case 'kind':
      return { $type: test.kinds.length === 1 ? test.kinds[0] : test.kinds };
    case 'pattern':
      return { $regex: test.pattern.source };
    case 'element':
      return { $elemMatch: test.of === 'values' ? printElement(test.condition) : printElementDocument(test.condition) };
    case 'within':
    case 'intersects':
      return { [`$${test.type}`]: printShape(test.shape) };
    case 'near': {
      const { position, ...distances } = test.near;
      return { $near: { point: position, ...distances } };
    }
    case 'inQuery': {
      const { collection, where, field } = test.query;
      return { $inQuery: { collection, where: printJson(where), field } };
    }
  }
}

/** Tests of the element itself: operators only, each once. */
function printElement(condition: Condition): Operators {
  if (condition.type === 'field' && condition.segments.length === 0) return printTest(condition.test);
  if (condition.type === 'not') {
    const denied = condition.condition;
    return denied.type === 'field' && denied.segments.length === 0 ? printDenied(denied.test) : { $not: printElement(denied) };
  }
  const parts = condition.type === 'and' ? condition.conditions.map(printElement) : [];
  const joined = Object.assign({}, ...parts) as Operators;
  if (parts.length === 0 || Object.keys(joined).length < parts.reduce((sum, part) => sum + Object.keys(part).length, 0))
    throw new ConditionError('not_translatable', '', 'This condition on the elements of a list can only be written as text.');
  return joined;
}

/** A condition on the fields of an element; what begins with an operator for fields would be about the element itself. */
function printElementDocument(condition: Condition): Operators {
  const json = printJson(condition);
  if (typeof json === 'boolean') return json ? {} : { $nor: [{}] };
  const [first = ''] = Object.keys(json);
  return first === '$not' ? { $and: [json] } : json;
}

function printShape(shape: Extract<FieldTest, { type: 'within' | 'intersects' }>['shape']): Operators {
  switch (shape.type) {
    case 'polygon':
      return { polygon: shape.ring };
    case 'circle':
      return { circle: { center: shape.center, radius: shape.radius } };
    case 'point':
      return { point: shape.position };
  }
}

function printValue(value: Value): unknown {
  switch (value.type) {
    case 'literal':
      return printData(value.value);
    case 'variable':
      return { $var: value.segments.join('.') };
    case 'list':
      return value.items.map(printValue);
    case 'record':
      return Object.fromEntries(value.entries.map(([key, part]) => [key, printValue(part)]));
  }
}

function printData(data: Data): unknown {
  if (data === null || typeof data !== 'object') return data;
  if (isDate(data)) return { $date: data.toISOString() };
  if (Array.isArray(data)) return data.map(printData);
  return Object.fromEntries(Object.entries(data).map(([key, part]) => [key, printData(part)]));
}
