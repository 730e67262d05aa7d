import { compileTextPattern } from '@mainstay/conditions';
import { LruCache } from '@mainstay/kernel';
import type { FieldDefinition, FieldType } from '../collections/collections.schema.ts';

/** A value that fits, as it is stored, or what is wrong with it. */
export type Checked = { readonly value: unknown } | { readonly code: string; readonly message: string };

const DATE = /^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:?\d{2})?)?$/;
const EMAIL = /^[^\s@]{1,64}@[^\s@]{1,190}\.[^\s@.]{2,}$/;
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
const ID = /^[A-Za-z0-9_-]{1,64}$/;
const MAX_DEPTH = 32;
const MAX_STRING = 1_000;
/** Keys that would be read as something else by MongoDB, its driver or JavaScript. */
const FORBIDDEN_KEYS = new Set(['__proto__', 'constructor', 'prototype', '_bsontype', 'toBSON', 'toJSON']);

const wrong = (code: string, message: string): Checked => ({ code, message });

type Check = (field: FieldDefinition, value: unknown) => Checked;

/** A check that only says whether the value fits. */
function fits(isFine: (value: unknown, field: FieldDefinition) => boolean, code: string, message: string): Check {
  return (field, value) => (isFine(value, field) ? { value } : wrong(code, message));
}

const isId = (value: unknown): boolean => typeof value === 'string' && ID.test(value);
const isEmail = (value: unknown): boolean => typeof value === 'string' && value.length <= 254 && EMAIL.test(value);
const isBase64 = (value: unknown): boolean => typeof value === 'string' && BASE64.test(value);
const isVector = (value: unknown): boolean => Array.isArray(value) && value.every((one) => typeof one === 'number' && Number.isFinite(one));

const CHECKS: Readonly<Record<FieldType, Check>> = {
  string: checkText,
  text: checkText,
  email: fits(isEmail, 'not_an_email', 'Give an e-mail address.'),
  url: fits(isHttpUrl, 'not_a_url', 'Give an http or https URL.'),
  number: checkNumber,
  integer: checkNumber,
  boolean: fits((value) => typeof value === 'boolean', 'not_a_boolean', 'Give true or false.'),
  date: (_field, value) => checkDate(value),
  enum: (field, value) => {
    const values = field.values ?? [];
    return typeof value === 'string' && values.includes(value) ? { value } : wrong('not_in_enum', `Give one of: ${values.join(', ')}.`);
  },
  reference: fits(isId, 'not_an_id', 'Give the id as text.'),
  file: fits(isId, 'not_an_id', 'Give the id as text.'),
  bytes: fits(isBase64, 'not_base64', 'Give the bytes in base64.'),
  array: checkArray,
  vector: fits(isVector, 'not_a_vector', 'Give an array of numbers.'),
  geopoint: fits((value) => isGeo(value, 'Point'), 'not_a_geopoint', 'Give GeoJSON: {"type":"Point","coordinates":[longitude,latitude]}.'),
  polygon: fits((value) => isGeo(value, 'Polygon'), 'not_a_polygon', 'Give a GeoJSON Polygon.'),
  object: (_field, value) =>
    typeof value === 'object' && !Array.isArray(value) ? checkJson(value) : wrong('not_an_object', 'Give an object.'),
  json: (_field, value) => checkJson(value),
};

/** Checks a value against its field and turns it into what is stored (dates become dates). */
export function checkValue(field: FieldDefinition, value: unknown): Checked {
  if (value === null) return field.required === true ? wrong('required', 'This field may not be null.') : { value: null };
  return CHECKS[field.type](field, value);
}

function isPlainKey(key: string): boolean {
  return key !== '' && !key.startsWith('$') && !key.includes('.') && !key.includes('\0') && !FORBIDDEN_KEYS.has(key);
}

/** Any JSON, with keys that stay plain data everywhere. */
export function checkJson(value: unknown, depth = 0): Checked {
  if (depth > MAX_DEPTH) return wrong('too_deep', `Nest at most ${MAX_DEPTH} levels.`);
  if (typeof value === 'number') return Number.isFinite(value) ? { value } : wrong('not_a_number', 'Give a finite number.');
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return { value };
  if (typeof value !== 'object') return wrong('not_json', 'Give JSON.');
  for (const [key, inner] of Object.entries(value)) {
    if (!isPlainKey(key)) {
      return wrong('invalid_key', 'Keys may not be empty, start with $, contain a dot or NUL, or be a reserved word.');
    }
    const checked = checkJson(inner, depth + 1);
    if (!('value' in checked)) return checked;
  }
  return { value };
}

/** Patterns of all collections, compiled once. */
const patterns = new LruCache<(text: string) => boolean>({ maxEntries: 10_000, maxAgeMs: Infinity });

function patternOf(source: string): (text: string) => boolean {
  const known = patterns.get(source);
  if (known !== undefined) return known;
  const compiled = compileTextPattern(source);
  patterns.set(source, compiled);
  return compiled;
}

function checkText(field: FieldDefinition, value: unknown): Checked {
  if (typeof value !== 'string') return wrong('not_a_string', 'Give text.');
  const { min = 0, max = field.type === 'string' ? MAX_STRING : Infinity, pattern } = field;
  if (value.length < min) return wrong('too_short', `Give at least ${min} characters.`);
  if (value.length > max) return wrong('too_long', `Give at most ${max} characters.`);
  if (pattern !== undefined && !patternOf(pattern)(value)) return wrong('wrong_pattern', `Match the pattern ${pattern}.`);
  return { value };
}

function checkNumber({ type, min, max }: FieldDefinition, value: unknown): Checked {
  if (typeof value !== 'number' || !Number.isFinite(value)) return wrong('not_a_number', 'Give a finite number.');
  if (type === 'integer' && !Number.isSafeInteger(value)) return wrong('not_an_integer', 'Give a whole number within ±2^53.');
  if (min !== undefined && value < min) return wrong('too_small', `Give at least ${min}.`);
  return max !== undefined && value > max ? wrong('too_large', `Give at most ${max}.`) : { value };
}

function checkDate(value: unknown): Checked {
  if (value instanceof Date) return { value };
  const text = typeof value === 'object' && value !== null && '$date' in value ? value.$date : value;
  if (typeof text !== 'string' || !DATE.test(text)) return wrong('not_a_date', 'Give an ISO 8601 date.');
  const date = new Date(text);
  return Number.isNaN(date.getTime()) ? wrong('not_a_date', 'Give an ISO 8601 date that exists.') : { value: date };
}

function checkArray(field: FieldDefinition, value: unknown): Checked {
  if (!Array.isArray(value)) return wrong('not_an_array', 'Give an array.');
  if (field.max !== undefined && value.length > field.max) return wrong('too_long', `Give at most ${field.max} items.`);
  if (field.of === undefined) return checkJson(value);
  const items: unknown[] = [];
  for (const item of value) {
    const checked = checkValue({ type: field.of }, item);
    if (!('value' in checked)) return checked;
    items.push(checked.value);
  }
  return { value: items };
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

function isGeo(value: unknown, type: 'Point' | 'Polygon'): boolean {
  if (typeof value !== 'object' || value === null || Object.keys(value).length !== 2) return false;
  const { type: given, coordinates } = value as { type?: unknown; coordinates?: unknown };
  if (given !== type || !Array.isArray(coordinates)) return false;
  if (type === 'Point') return isPosition(coordinates);
  return coordinates.length > 0 && coordinates.every((ring) => Array.isArray(ring) && ring.length >= 4 && ring.every(isPosition));
}

function isPosition(value: unknown): boolean {
  if (!Array.isArray(value) || value.length !== 2) return false;
  const [longitude, latitude] = value as [unknown, unknown];
  return typeof longitude === 'number' && typeof latitude === 'number' && Math.abs(longitude) <= 180 && Math.abs(latitude) <= 90;
}
