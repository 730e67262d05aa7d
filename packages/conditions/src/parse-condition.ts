import { and, FALSE, not, or, TRUE } from './fold.ts';
import type { Condition } from './condition.ts';
import type { ConditionLimits } from './condition-limits.ts';
import { isRecord } from './data.ts';
import { isFieldOperator, parseTests } from './parse-field-tests.ts';
import { parsePath, parseVariablePath } from './parse-path.ts';
import type { ParseScope } from './parse-scope.ts';
import { at, deeper, fail, spendTerm, startScope } from './parse-scope.ts';
import { checkSearches, parseText } from './parse-search.ts';
import { isValueObject, parseValue } from './parse-value.ts';

/** What a condition may use. */
export interface ParseConditionOptions {
  readonly limits?: Partial<ConditionLimits>;
  /** The roots that `$var` paths may start with, e.g. `['user', 'request']`. Absent: any. */
  readonly variables?: readonly string[];
  /** Whether `$text` and `$near` are accepted: in queries only. A rule or subscription is decided in memory, where neither has an answer. Default false. */
  readonly search?: boolean;
  /** Whether `$inQuery` is accepted. Whoever allows it resolves it with `withInQueries`. Default false. */
  readonly subqueries?: boolean;
}

/**
 * Parses the JSON of a condition: an object of fields and operators, `true`, `false`, or `{"$var": path}`, which holds when that variable exists.
 * The cost is bounded by the limits before anything is done with what was sent.
 * @throws ConditionError when it is not a condition, uses an unknown operator, path or variable, or is too large
 */
export function parseCondition(json: unknown, options: ParseConditionOptions = {}): Condition {
  const condition = parseNode(json, startScope(options));
  checkSearches(condition);
  return condition;
}

/** Parses a condition at any level. Only `parseCondition` and `$elemMatch` call it. */
export function parseNode(json: unknown, scope: ParseScope): Condition {
  if (typeof json === 'boolean') {
    spendTerm(scope);
    return json ? TRUE : FALSE;
  }
  if (!isRecord(json)) return fail(scope, 'invalid_condition', 'A condition is an object such as {"done": true}, or true or false.');
  const keys = Object.keys(json);
  // An empty object costs as well, or a list of a million of them would be free.
  if (keys.length === 0) spendTerm(scope);
  const about = keys.includes('$var') ? keys.filter((key) => isFieldOperator(key)) : [];
  if (about.length === 0) return and(...keys.map((key) => parseMember(key, json[key], at(scope, key))));
  const others = keys.filter((key) => key !== '$var' && !about.includes(key));
  const tests = Object.fromEntries(about.map((key) => [key, json[key]]));
  return and(parseVariableTests(json['$var'], tests, scope), ...others.map((key) => parseMember(key, json[key], at(scope, key))));
}

function parseMember(key: string, json: unknown, scope: ParseScope): Condition {
  switch (key) {
    case '$and':
      return and(...parseMembers(json, scope));
    case '$or':
      return or(...parseMembers(json, scope));
    case '$nor':
      return not(or(...parseMembers(json, scope)));
    case '$not':
      return not(parseNode(json, deeper(scope)));
    case '$var':
      spendTerm(scope);
      return { type: 'present', segments: parseVariablePath(json, scope) };
    case '$text':
      return parseText(json, scope);
    default:
      return key.startsWith('$') ? failOperator(key, scope) : parseField(key, json, scope);
  }
}

/** `{"$var": "user.roles", "$eq": "editor"}`: operators beside a variable are about its value. */
function parseVariableTests(path: unknown, tests: Readonly<Record<string, unknown>>, scope: ParseScope): Condition {
  const segments = parseVariablePath(path, at(scope, '$var'));
  return parseTests(tests, segments, { scope, parseNode, subject: 'variable' });
}

function parseMembers(json: unknown, scope: ParseScope): Condition[] {
  if (!Array.isArray(json) || json.length === 0) return fail(scope, 'invalid_operand', 'It takes a list of at least one condition.');
  const inner = deeper(scope);
  return json.map((member: unknown, index) => parseNode(member, at(inner, index)));
}

function parseField(key: string, json: unknown, scope: ParseScope): Condition {
  const segments = parsePath(key, scope);
  if (isRecord(json) && !isValueObject(json) && Object.keys(json).some((name) => name.startsWith('$'))) {
    return parseTests(json, segments, { scope, parseNode, subject: 'field' });
  }
  spendTerm(scope);
  return { type: 'field', segments, test: { type: 'equal', value: parseValue(json, scope) } };
}

function failOperator(key: string, scope: ParseScope): never {
  if (forbiddenOperators.has(key))
    return fail(scope, 'forbidden_operator', 'Operators that run code or read other collections are never accepted.');
  return fail(
    scope,
    'unknown_operator',
    'There is no such operator at this place. Here stand fields, $and, $or, $nor, $not, $text and $var.',
  );
}

const forbiddenOperators: ReadonlySet<string> = new Set([
  '$where',
  '$expr',
  '$function',
  '$accumulator',
  '$jsonSchema',
  '$out',
  '$merge',
  '$lookup',
  '$unionWith',
  '$graphLookup',
]);
