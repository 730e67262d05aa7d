/** A value that fits, as it is stored, or what is wrong with it; `path` leads to it where it lies below the field. */
export type Checked = { readonly value: unknown } | { readonly code: string; readonly message: string; readonly path?: string };

const MAX_DEPTH = 32;
/** Keys that would be read as something else by MongoDB, its driver or JavaScript. */
const FORBIDDEN_KEYS = new Set(['__proto__', 'constructor', 'prototype', '_bsontype', 'toBSON', 'toJSON']);

/** What a check answers when the value does not fit. */
export const wrong = (code: string, message: string): Checked => ({ code, message });

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
