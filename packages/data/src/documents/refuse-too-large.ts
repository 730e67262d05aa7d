import { documentTooLarge } from './documents.problems.ts';

/** Documents below this many characters of JSON are below every limit in bytes. */
const JSON_BYTES_PER_CHARACTER = 4;

/** Refuses a document of more than `maxBytes` bytes as JSON. @throws documentTooLarge */
export function refuseTooLarge(document: object, maxBytes: number): void {
  const text = JSON.stringify(document);
  if (text.length * JSON_BYTES_PER_CHARACTER > maxBytes && Buffer.byteLength(text) > maxBytes) throw documentTooLarge({ maxBytes });
}
