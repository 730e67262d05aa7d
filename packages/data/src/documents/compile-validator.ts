import { compileTextPattern, ConditionError } from '@mainstay/conditions';
import type { FieldDefinition, FieldType } from '../collections/collections.schema.ts';
import type { Checked } from './check-json.ts';
import { checkJson, wrong } from './check-json.ts';
import { checkGeopoint, checkPolygon } from './check-shape.ts';

/** Checks a value and turns it into what is stored. */
export type Validator = (value: unknown) => Checked;

const DATE = /^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:?\d{2})?)?$/;
const EMAIL = /^[^\s@]{1,64}@[^\s@]{1,190}\.[^\s@.]{2,}$/;
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
const ID = /^[A-Za-z0-9_-]{1,64}$/;
const MAX_STRING = 1_000;

/**
 * The validator of a field: its options are read once, here, and not again for each value.
 * A learned field describes what an open collection holds, so it takes any JSON.
 */
export function compileValidator(field: FieldDefinition): Validator {
  const check: Validator = field.learned === true ? (value) => checkJson(value) : COMPILERS[field.type](field);
  const missing: Checked = field.required === true ? wrong('required', 'This field may not be null.') : { value: null };
  return (value) => (value === null ? missing : check(value));
}

/** A check that only says whether the value fits. */
function fits(isFine: (value: unknown) => boolean, code: string, message: string): Validator {
  const refusal = wrong(code, message);
  return (value) => (isFine(value) ? { value } : refusal);
}

const isId = (value: unknown): boolean => typeof value === 'string' && ID.test(value);
const compileId = (): Validator => fits(isId, 'not_an_id', 'Give the id as text.');

const COMPILERS: Readonly<Record<FieldType, (field: FieldDefinition) => Validator>> = {
  string: compileText,
  text: compileText,
  email: () =>
    fits((value) => typeof value === 'string' && value.length <= 254 && EMAIL.test(value), 'not_an_email', 'Give an e-mail address.'),
  url: () => fits(isHttpUrl, 'not_a_url', 'Give an http or https URL.'),
  number: compileNumber,
  integer: compileNumber,
  boolean: () => fits((value) => typeof value === 'boolean', 'not_a_boolean', 'Give true or false.'),
  date: compileDate,
  enum: ({ values = [] }) => {
    const known = new Set<unknown>(values);
    return fits((value) => known.has(value), 'not_in_enum', `Give one of: ${values.join(', ')}.`);
  },
  reference: compileId,
  file: compileId,
  bytes: ({ max }) => compileBytes(max),
  array: compileArray,
  vector: compileVector,
  geopoint: () => checkGeopoint,
  polygon: () => checkPolygon,
  object: compileObject,
  json: () => (value) => checkJson(value),
};

function compileText({ type, min, max, pattern }: FieldDefinition): Validator {
  const least = typeof min === 'number' ? min : 0;
  const most = typeof max === 'number' ? max : type === 'string' ? MAX_STRING : Infinity;
  const matches = pattern === undefined ? null : patternTest(pattern);
  const refusals = {
    type: wrong('not_a_string', 'Give text.'),
    short: wrong('too_short', `Give at least ${least} characters.`),
    long: wrong('too_long', `Give at most ${most} characters.`),
    pattern: wrong('wrong_pattern', `Give text that matches ${pattern ?? ''}.`),
  };
  return (value) => {
    if (typeof value !== 'string') return refusals.type;
    if (value.length < least) return refusals.short;
    if (value.length > most) return refusals.long;
    return matches === null || matches(value) ? { value } : refusals.pattern;
  };
}

/** A pattern that was stored before patterns were checked matches nothing: the collection's other fields go on to work. */
function patternTest(pattern: string): (text: string) => boolean {
  try {
    return compileTextPattern(pattern);
  } catch (error) {
    if (error instanceof ConditionError) return () => false;
    throw error;
  }
}

function compileNumber({ type, min, max }: FieldDefinition): Validator {
  const least = typeof min === 'number' ? min : -Infinity;
  const most = typeof max === 'number' ? max : Infinity;
  const isWhole = type === 'integer';
  return (value) => {
    if (typeof value !== 'number' || !Number.isFinite(value)) return wrong('not_a_number', 'Give a finite number.');
    if (isWhole && !Number.isSafeInteger(value)) return wrong('not_an_integer', 'Give a whole number within ±2^53.');
    if (value < least) return wrong('too_small', `Give at least ${least}.`);
    return value > most ? wrong('too_large', `Give at most ${most}.`) : { value };
  };
}

function compileDate({ min, max }: FieldDefinition): Validator {
  const least = typeof min === 'string' ? Date.parse(min) : -Infinity;
  const most = typeof max === 'string' ? Date.parse(max) : Infinity;
  return (value) => {
    const date = dateOf(value);
    if (date === null) return wrong('not_a_date', 'Give an ISO 8601 date that exists.');
    if (date.getTime() < least) return wrong('too_small', `Give no date before ${String(min)}.`);
    return date.getTime() > most ? wrong('too_large', `Give no date after ${String(max)}.`) : { value: date };
  };
}

function dateOf(value: unknown): Date | null {
  if (value instanceof Date) return value;
  const text = typeof value === 'object' && value !== null && '$date' in value ? value.$date : value;
  if (typeof text !== 'string' || !DATE.test(text)) return null;
  const date = new Date(text);
  return Number.isNaN(date.getTime()) ? null : date;
}

function compileBytes(max: FieldDefinition['max']): Validator {
  const most = typeof max === 'number' ? max : Infinity;
  return (value) => {
    if (typeof value !== 'string' || !BASE64.test(value)) return wrong('not_base64', 'Give the bytes in base64.');
    const padding = value.endsWith('==') ? 2 : value.endsWith('=') ? 1 : 0;
    return (value.length / 4) * 3 - padding > most ? wrong('too_long', `Give at most ${most} bytes.`) : { value };
  };
}

function compileVector({ dimensions }: FieldDefinition): Validator {
  return (value) => {
    if (!Array.isArray(value) || !value.every((one) => typeof one === 'number' && Number.isFinite(one)))
      return wrong('not_a_vector', 'Give an array of numbers.');
    return dimensions !== undefined && value.length !== dimensions
      ? wrong('wrong_dimensions', `Give exactly ${dimensions} numbers.`)
      : { value };
  };
}

function compileArray({ of, values, collection, fields, min, max }: FieldDefinition): Validator {
  const least = typeof min === 'number' ? min : 0;
  const most = typeof max === 'number' ? max : Infinity;
  const checkItem = of === undefined ? null : compileValidator({ type: of, values, collection, fields });
  return (value) => {
    if (!Array.isArray(value)) return wrong('not_an_array', 'Give an array.');
    if (value.length < least) return wrong('too_short', `Give at least ${least} items.`);
    if (value.length > most) return wrong('too_long', `Give at most ${most} items.`);
    if (checkItem === null) return checkJson(value);
    const items: unknown[] = [];
    for (const [position, item] of value.entries()) {
      const checked = checkItem(item);
      if (!('value' in checked)) return below(String(position), checked);
      items.push(checked.value);
    }
    return { value: items };
  };
}

function below(key: string, refusal: { code: string; message: string; path?: string }): Checked {
  return { ...refusal, path: refusal.path === undefined ? key : `${key}.${refusal.path}` };
}

/** An object: any JSON, or the fields that are defined and no others. */
function compileObject({ fields }: FieldDefinition): Validator {
  const notAnObject = wrong('not_an_object', 'Give an object.');
  const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null && !Array.isArray(value);
  if (fields === undefined) return (value) => (isObject(value) ? checkJson(value) : notAnObject);
  const parts = new Map(Object.entries(fields).map(([name, field]) => [name, { field, check: compileValidator(field) }]));
  return (value) => {
    if (!isObject(value) || value instanceof Date) return notAnObject;
    const unknown = Object.keys(value).find((name) => !parts.has(name));
    if (unknown !== undefined) return below(unknown.slice(0, 64), { code: 'unknown_field', message: 'The object has no such field.' });
    const made: Record<string, unknown> = {};
    for (const [name, { field, check }] of parts) {
      const given: unknown = Object.hasOwn(value, name) ? (value as Record<string, unknown>)[name] : field.default;
      if (given === undefined) {
        if (field.required === true) return below(name, { code: 'required', message: 'This field is required.' });
        continue;
      }
      const checked = check(given);
      if (!('value' in checked)) return below(name, checked);
      made[name] = checked.value;
    }
    return { value: made };
  };
}

function isHttpUrl(text: unknown): boolean {
  if (typeof text !== 'string' || text.length > 2_048) return false;
  const url = tryUrl(text);
  return url !== null && (url.protocol === 'https:' || url.protocol === 'http:');
}

function tryUrl(text: string): URL | null {
  try {
    return new URL(text);
  } catch {
    return null;
  }
}
