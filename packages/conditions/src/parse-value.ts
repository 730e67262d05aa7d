import type { Data, Value } from './condition.ts';
import { isRecord } from './data.ts';
import { faultOfKey, isWellFormed, parseVariablePath } from './parse-path.ts';
import type { ParseScope } from './parse-scope.ts';
import { at, deeper, fail, spendCharacters, spendValue } from './parse-scope.ts';

const isoDate = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:\d\d))?$/;

/**
 * Parses the operand of a comparison: JSON, in which `{"$var": path}` and `{"$date": "2026-01-31T12:00:00.000Z"}` may stand for any value.
 * @throws ConditionError `invalid_value` and those of paths and limits
 */
export function parseValue(json: unknown, scope: ParseScope): Value {
  return parsePart(json, { ...scope, depth: 1 });
}

/** The date that ISO 8601 text means, or undefined. A time without a zone is in UTC. */
export function parseDateText(text: string): Date | undefined {
  const zoned = text.includes('T') && !/(?:Z|[+-]\d\d:\d\d)$/.test(text) ? `${text}Z` : text;
  const date = isoDate.test(zoned) ? new Date(zoned) : undefined;
  return date === undefined || Number.isNaN(date.getTime()) ? undefined : date;
}

/** Whether the JSON stands for one value, although it is an object with an operator-like key. */
export function isValueObject(json: Readonly<Record<string, unknown>>): boolean {
  const keys = Object.keys(json);
  return keys.length === 1 && (keys[0] === '$var' || keys[0] === '$date');
}

function parsePart(json: unknown, scope: ParseScope): Value {
  spendValue(scope);
  if (json === null || typeof json === 'boolean') return literal(json);
  if (typeof json === 'number') return Number.isFinite(json) ? literal(json) : fail(scope, 'invalid_value', 'A number must be finite.');
  if (typeof json === 'string') return parseString(json, scope);
  if (json instanceof Date) return parseTime(json.getTime(), scope);
  if (Array.isArray(json)) return parseList(json, deeper(scope));
  if (isRecord(json)) return isValueObject(json) ? parseValueObject(json, scope) : parseRecord(json, deeper(scope));
  return fail(scope, 'invalid_value', 'A value is JSON, {"$date": …} or {"$var": …}.');
}

function parseString(json: string, scope: ParseScope): Value {
  spendCharacters(scope, json.length);
  return isWellFormed(json) ? literal(json) : fail(scope, 'invalid_value', 'The text is not valid Unicode.');
}

function parseValueObject(json: Readonly<Record<string, unknown>>, scope: ParseScope): Value {
  if (Object.hasOwn(json, '$var')) return { type: 'variable', segments: parseVariablePath(json['$var'], at(scope, '$var')) };
  const text = json['$date'];
  if (typeof text !== 'string' || !isoDate.test(text))
    return fail(at(scope, '$date'), 'invalid_value', 'A date is ISO 8601 text with a time zone.');
  return parseTime(Date.parse(text), at(scope, '$date'));
}

function parseTime(time: number, scope: ParseScope): Value {
  return Number.isNaN(time) ? fail(scope, 'invalid_value', 'There is no such date.') : literal(new Date(time));
}

function parseList(json: readonly unknown[], scope: ParseScope): Value {
  const items = json.map((item, index) => parsePart(item, at(scope, index)));
  if (items.every((item) => item.type === 'literal')) return literal(items.map((item) => item.value));
  return { type: 'list', items };
}

function parseRecord(json: Readonly<Record<string, unknown>>, scope: ParseScope): Value {
  const entries = Object.keys(json).map((key): readonly [string, Value] => {
    spendCharacters(scope, key.length);
    const fault = faultOfKey(key);
    if (fault !== undefined) fail(at(scope, key), 'invalid_value', `A key of the value ${fault}.`);
    return [key, parsePart(json[key], at(scope, key))];
  });
  const known: [string, Data][] = [];
  for (const [key, value] of entries) if (value.type === 'literal') known.push([key, value.value]);
  return known.length === entries.length ? literal(Object.fromEntries(known)) : { type: 'record', entries };
}

const literal = (value: Data): Value => ({ type: 'literal', value });
