import type { Condition } from '@mainstay/conditions';
import { ConditionError, fieldsOf, parseCondition, TRUE } from '@mainstay/conditions';
import { invalidInput } from '@mainstay/kernel';
import type { CompiledCollection } from '../collections/compile-collection.ts';
import { fieldNotReadable } from '../rules/rules.problems.ts';

/** A filter as a client wrote it. @throws invalidInput, fieldNotReadable for a field that the caller may not see */
export function parseWhere(collection: CompiledCollection, json: unknown, isClient: boolean): Condition {
  if (json === undefined || json === null) return TRUE;
  let condition: Condition;
  try {
    condition = parseCondition(withDates(collection, json), { variables: [] });
  } catch (error) {
    if (!(error instanceof ConditionError)) throw error;
    const path = ['where', error.path].filter(Boolean).join('.');
    throw invalidInput(undefined, { issues: [{ path, code: error.code, message: error.message }] });
  }
  if (isClient) for (const field of fieldsOf(condition)) refuseHidden(collection, field);
  return condition;
}

/** The text of `?where=`. @throws invalidInput */
export function parseWhereText(text: string | undefined): unknown {
  if (text === undefined || text === '') return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw invalidInput(undefined, {
      issues: [{ path: 'where', code: 'not_json', message: 'Give the condition as JSON, e.g. where={"done":false}.' }],
    });
  }
}

/** @throws fieldNotReadable */
export function refuseHidden(collection: CompiledCollection, field: string): void {
  const [name = ''] = field.split('.');
  if (collection.hidden.has(name)) throw fieldNotReadable({ field: name });
}

const DATE_FIELDS = new Set(['createdAt', 'updatedAt']);
const ISO = /^\d{4}-\d{2}-\d{2}(?:T[\d:.]+(?:Z|[+-]\d{2}:?\d{2})?)?$/;

/** Texts that stand against a date field mean dates: JSON has no other way to say so conveniently. */
function withDates(collection: CompiledCollection, json: unknown): unknown {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) return json;
  const out: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(json)) {
    const isDate = DATE_FIELDS.has(key) || collection.fields.get(key)?.type === 'date';
    const replaced =
      key.startsWith('$') && Array.isArray(value) ? value.map((one) => withDates(collection, one)) : isDate ? datesIn(value) : value;
    Object.defineProperty(out, key, { value: replaced, enumerable: true, configurable: true, writable: true });
  }
  return out;
}

function datesIn(value: unknown): unknown {
  if (typeof value === 'string') return ISO.test(value) ? { $date: new Date(value).toISOString() } : value;
  if (Array.isArray(value)) return value.map(datesIn);
  if (typeof value !== 'object' || value === null || '$date' in value || '$var' in value) return value;
  return Object.fromEntries(Object.entries(value).map(([operator, operand]) => [operator, datesIn(operand)]));
}
