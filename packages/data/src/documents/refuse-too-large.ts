import { documentTooLarge } from './documents.problems.ts';

/** A character of text takes at most this many bytes of JSON: `\u0000`. */
const BYTES_PER_CHARACTER = 6;
/** No number, date, boolean or null takes more. */
const SCALAR_BYTES = 28;
/** Quotes, colon, comma and braces around a value. */
const FRAME_BYTES = 6;

/** Refuses a document of more than `maxBytes` bytes as JSON. @throws documentTooLarge */
export function refuseTooLarge(document: object, maxBytes: number): void {
  if (atMost(document, maxBytes) < 0 && Buffer.byteLength(JSON.stringify(document)) > maxBytes) throw documentTooLarge({ maxBytes });
}

/** What is left of `bytes` after the most that the value can take as JSON; negative when that is too much, so that it must be weighed. */
function atMost(value: unknown, bytes: number): number {
  if (typeof value === 'string') return bytes - value.length * BYTES_PER_CHARACTER;
  if (typeof value !== 'object' || value === null || value instanceof Date) return bytes - SCALAR_BYTES;
  if (value instanceof Uint8Array) return bytes - value.length * BYTES_PER_CHARACTER;
  let left = bytes;
  for (const key in value) {
    left = atMost((value as Record<string, unknown>)[key], left - key.length * BYTES_PER_CHARACTER - FRAME_BYTES);
    if (left < 0) break;
  }
  return left;
}
