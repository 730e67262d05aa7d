import { valueText } from '../../design/value-text.ts';
import type { FieldType } from './data-shapes.ts';

const SHOWN_CHARACTERS = 200;

/** A value as the grid shows it, cut after 200 characters so that a huge document cannot freeze the page. */
export function cellText(value: unknown): string {
  const text = valueText(value);
  return text.length > SHOWN_CHARACTERS ? `${text.slice(0, SHOWN_CHARACTERS)}…` : text;
}

/** What a typed text means for a field, or why it means nothing. */
export type ReadCell = { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly why: string };

const TEXTS: readonly (FieldType | undefined)[] = ['string', 'text', 'email', 'url', 'enum', 'reference', 'file', 'bytes'];

function readNumber(text: string, isWhole: boolean): ReadCell {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value)) return { ok: false, why: 'Write a number.' };
  return isWhole && !Number.isInteger(value) ? { ok: false, why: 'Write a whole number.' } : { ok: true, value };
}

function readDate(text: string): ReadCell {
  const time = Date.parse(text);
  return Number.isNaN(time)
    ? { ok: false, why: 'Write a date, like 2026-11-30T12:00:00Z.' }
    : { ok: true, value: new Date(time).toISOString() };
}

function readJson(text: string): ReadCell {
  try {
    return { ok: true, value: JSON.parse(text) as unknown };
  } catch {
    return { ok: false, why: 'Write JSON.' };
  }
}

/** Reads what was typed into a cell. An empty text removes the value, except from texts. */
export function readCellText(text: string, type: FieldType | undefined, before: unknown): ReadCell {
  if (TEXTS.includes(type)) return { ok: true, value: text };
  if (text.trim() === '') return { ok: true, value: undefined };
  switch (type) {
    case 'number':
    case 'integer':
      return readNumber(text, type === 'integer');
    case 'date':
      return readDate(text);
    case undefined: {
      // A learned field: JSON when it is JSON, unless it was a text before.
      const parsed = typeof before === 'string' ? undefined : readJson(text);
      return parsed?.ok ? parsed : { ok: true, value: text };
    }
    default:
      return readJson(text);
  }
}
