import { compileTextPattern, ConditionError } from '@mainstay/conditions';
import type { ProfileField } from './profiles.schema.ts';

const MAX_TEXT = 1_000;
const MAX_JSON_BYTES = 4_096;
const DATE = /^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}:\d{2}(?:\.\d{1,3})?Z)?$/;

type Check = (value: unknown, field: ProfileField) => string | null;

const CHECKS: Readonly<Record<ProfileField['type'], Check>> = {
  boolean: (value) => (typeof value === 'boolean' ? null : 'Give true or false.'),
  number: checkNumber,
  integer: (value, field) => (Number.isSafeInteger(value) ? checkNumber(value, field) : 'Give a whole number.'),
  enum: (value, { values = [] }) => (typeof value === 'string' && values.includes(value) ? null : `Give one of: ${values.join(', ')}.`),
  date: (value) =>
    typeof value === 'string' && DATE.test(value) && !Number.isNaN(Date.parse(value)) ? null : 'Give a date such as 2026-01-31.',
  url: (value) => (typeof value === 'string' && isHttpUrl(value) ? null : 'Give an http or https address.'),
  string: checkText,
  json: (value) => (Buffer.byteLength(JSON.stringify(value)) <= MAX_JSON_BYTES ? null : `Give at most ${MAX_JSON_BYTES} bytes of JSON.`),
};

/** What is wrong with a value for a field; null where nothing is. */
export function checkProfileValue(field: ProfileField, value: unknown): string | null {
  return CHECKS[field.type](value, field);
}

function checkNumber(value: unknown, { min = -Infinity, max = Infinity }: ProfileField): string | null {
  if (typeof value !== 'number' || !Number.isFinite(value)) return 'Give a number.';
  return value < min || value > max ? 'The number is out of bounds.' : null;
}

function isHttpUrl(text: string): boolean {
  return text.length <= 2_000 && /^https?:\/\/\S+$/.test(text) && URL.canParse(text);
}

function checkText(value: unknown, { min = 0, max = MAX_TEXT, pattern }: ProfileField): string | null {
  if (typeof value !== 'string') return 'Give text.';
  if (value.length < min) return `Give at least ${min} characters.`;
  if (value.length > max) return `Give at most ${max} characters.`;
  return pattern === undefined || isMatch(pattern, value) ? null : `Give text that matches ${pattern}.`;
}

/** Whether the pattern is one of the safe subset. */
export function isPattern(pattern: string): boolean {
  try {
    compileTextPattern(pattern);
    return true;
  } catch (error) {
    if (error instanceof ConditionError) return false;
    throw error;
  }
}

function isMatch(pattern: string, text: string): boolean {
  return compileTextPattern(pattern)(text);
}
