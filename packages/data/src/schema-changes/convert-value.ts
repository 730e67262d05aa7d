import type { FieldDefinition, FieldType } from '../collections/collections.schema.ts';
import { checkValue } from '../documents/check-value.ts';

/** What became of a stored value under a new definition. */
export type Conversion = { readonly fits: true } | { readonly value: unknown } | { readonly code: string };

/** Turns a stored value into what a field of this definition holds, where that loses nothing. */
export function convertValue(definition: FieldDefinition, value: unknown): Conversion {
  const asIs = checkValue(definition, value);
  if ('value' in asIs) return { fits: true };
  for (const candidate of candidatesFor(definition, value)) {
    const checked = checkValue(definition, candidate);
    if ('value' in checked) return { value: checked.value };
  }
  return { code: asIs.code };
}

const TRUE_TEXTS = new Set(['true', 'yes', '1']);
const FALSE_TEXTS = new Set(['false', 'no', '0']);
const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;
const TEXTS: ReadonlySet<FieldType> = new Set(['string', 'text', 'email', 'url', 'enum', 'reference', 'file']);

function candidatesFor({ type, of, ...options }: FieldDefinition, value: unknown): unknown[] {
  if (TEXTS.has(type)) return textOf(value);
  if (type === 'number' || type === 'integer') return numberOf(value);
  if (type === 'boolean') return booleanOf(value);
  if (type === 'date') return dateOf(value);
  if (type === 'array') return listOf(of === undefined ? undefined : { ...options, type: of }, value);
  return type === 'object' || type === 'json' ? parsed(value) : [];
}

function dateOf(value: unknown): unknown[] {
  if (typeof value === 'number') return [new Date(value)];
  return typeof value === 'string' ? [value.trim()] : [];
}

/** One value becomes a list of one. */
function listOf(item: FieldDefinition | undefined, value: unknown): unknown[] {
  const values: unknown[] = Array.isArray(value) ? value : [value];
  return [values, ...(item === undefined ? [] : [values.map((one) => itemOf(item, one))])];
}

function itemOf(definition: FieldDefinition, value: unknown): unknown {
  const converted = convertValue(definition, value);
  return 'value' in converted ? converted.value : value;
}

function textOf(value: unknown): unknown[] {
  if (value instanceof Date) return [value.toISOString()];
  return typeof value === 'number' || typeof value === 'boolean' ? [String(value)] : typeof value === 'string' ? [value.trim()] : [];
}

function numberOf(value: unknown): unknown[] {
  if (typeof value === 'boolean') return [value ? 1 : 0];
  if (value instanceof Date) return [value.getTime()];
  return typeof value === 'string' && NUMBER.test(value.trim()) ? [Number(value)] : [];
}

function booleanOf(value: unknown): unknown[] {
  const text = String(value).trim().toLowerCase();
  if (typeof value !== 'string' && typeof value !== 'number') return [];
  return TRUE_TEXTS.has(text) ? [true] : FALSE_TEXTS.has(text) ? [false] : [];
}

function parsed(value: unknown): unknown[] {
  if (typeof value !== 'string') return [];
  try {
    return [JSON.parse(value)];
  } catch {
    return [];
  }
}
