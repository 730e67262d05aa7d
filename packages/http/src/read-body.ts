import type { IncomingMessage } from 'node:http';
import { promisify } from 'node:util';
import { brotliDecompress, gunzip, inflate } from 'node:zlib';
import { bodyTooLarge, malformedJson, malformedRequest, unsupportedMediaType } from './http.problems.ts';

const MAX_DEPTH = 64;

const decompressors: Readonly<Record<string, (bytes: Buffer, options: { maxOutputLength: number }) => Promise<Buffer>>> = {
  gzip: promisify(gunzip),
  deflate: promisify(inflate),
  br: promisify(brotliDecompress),
};

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The whole body. @throws bodyTooLarge before more than `maxBytes` are kept; malformedRequest when the client breaks off. */
export function readBytes(request: IncomingMessage, maxBytes: number): Promise<Buffer> {
  const declared = Number(request.headers['content-length'] ?? 0);
  if (declared > maxBytes) return Promise.reject(bodyTooLarge({ maxBytes }));
  // It may have ended while the key was being looked up: then no event comes any more.
  if (request.destroyed) return Promise.reject(malformedRequest({ reason: 'The request ended too early.' }));
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > maxBytes) {
        request.removeAllListeners('data');
        request.resume();
        reject(bodyTooLarge({ maxBytes }));
      } else chunks.push(chunk);
    });
    request.on('end', () => resolve(chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks)));
    request.on('error', () => reject(malformedRequest({ reason: 'The request ended too early.' })));
    request.on('aborted', () => reject(malformedRequest({ reason: 'The request ended too early.' })));
  });
}

/** How a body is read. */
export interface BodyRules {
  readonly maxBytes: number;
  /** Whether whole numbers that JavaScript cannot keep are rounded, where others are refused. */
  readonly roundsNumbers?: boolean | undefined;
}

/**
 * The JSON body, or undefined when there is none.
 * `text/plain` counts as JSON too: `navigator.sendBeacon` cannot say otherwise without a preflight.
 * @throws malformedJson, bodyTooLarge, unsupportedMediaType
 */
export async function readJson(request: IncomingMessage, { maxBytes, roundsNumbers }: BodyRules): Promise<unknown> {
  const raw = await readBytes(request, maxBytes);
  if (raw.length === 0) return undefined;
  const [type = '', ...parameters] = (request.headers['content-type'] ?? 'application/json').toLowerCase().split(';');
  if (!isJsonType(type.trim()) || !parameters.every(isUtf8)) throw unsupportedMediaType({ expected: 'application/json in UTF-8' });
  const bytes = await decompressed(raw, request.headers['content-encoding'], maxBytes);
  return parseJson(bytes, { roundsNumbers });
}

function isJsonType(type: string): boolean {
  return type === 'application/json' || type === 'text/plain' || type.endsWith('+json');
}

/** Whether a parameter of the type leaves the text in UTF-8, of which ASCII is a part. */
function isUtf8(parameter: string): boolean {
  const [name = '', value = ''] = parameter.split('=');
  return name.trim() !== 'charset' || /^"?(?:utf-?8|us-ascii)"?$/.test(value.trim());
}

async function decompressed(bytes: Buffer, encoding: string | undefined, maxBytes: number): Promise<Buffer> {
  if (encoding === undefined || encoding === 'identity') return bytes;
  const decompress = decompressors[encoding];
  if (decompress === undefined) throw unsupportedMediaType({ expected: 'a body in gzip, deflate, br or plain' });
  try {
    return await decompress(bytes, { maxOutputLength: maxBytes });
  } catch (error) {
    if ((error as { code?: unknown }).code === 'ERR_BUFFER_TOO_LARGE') throw bodyTooLarge({ maxBytes });
    throw malformedRequest({ reason: `The body is not valid ${encoding}.` });
  }
}

/**
 * Parses JSON text.
 * @throws malformedJson on invalid UTF-8, a syntax error, more than 64 levels, the key `__proto__`, a key that an object has twice (parsers differ in which
 * of the two they take, which is how a check and a use come to see different documents), and what would be stored as something else than
 * was sent: half of a character (`\\ud800`), and a whole number that loses digits unless it may be rounded.
 */
export function parseJson(bytes: Buffer, { roundsNumbers }: Pick<BodyRules, 'roundsNumbers'> = {}): unknown {
  let text: string;
  try {
    text = utf8.decode(bytes);
  } catch {
    throw malformedJson({ reason: 'it is not UTF-8' });
  }
  const members = scan(text, roundsNumbers !== true);
  let parsed: unknown;
  try {
    parsed = JSON.parse(text) as unknown;
  } catch {
    throw malformedJson({ reason: 'there is a syntax error' });
  }
  if (countMembers(parsed) !== members) throw malformedJson({ reason: 'an object has the same key twice' });
  // Halves of characters come by escapes only: as bytes they are not UTF-8.
  if (/\\u[dD]/.test(text) && !isWellFormed(parsed)) throw malformedJson({ reason: 'a text has half of a character' });
  return parsed;
}

const QUOTE = 34;
const COLON = 58;
const BACKSLASH = 92;
const ZERO = 48;
const NINE = 57;
/** Whole numbers with fewer digits are kept as they are. */
const SAFE_DIGITS = 15;
/** No number that JSON.parse takes as finite is longer. */
const MAX_DIGITS = 309;
/** A surrogate without its other half: those of a whole character are one code point. */
const HALF = /\p{Cs}/u;
const NUMBER = /[\d.eE+-]+/y;
const OPENING = new Set([123, 91]);
const CLOSING = new Set([125, 93]);

/** The number of members of all objects: outside of strings a colon stands in members only. @throws malformedJson when too deep, or for lost digits */
function scan(text: string, keepsDigits: boolean): number {
  let depth = 0;
  let members = 0;
  for (let position = 0; position < text.length; position += 1) {
    const code = text.charCodeAt(position);
    if (code === QUOTE) position = endOfString(text, position);
    else if (code === COLON) members += 1;
    else if (OPENING.has(code)) {
      depth += 1;
      if (depth > MAX_DEPTH) throw malformedJson({ reason: `it nests deeper than ${MAX_DEPTH} levels` });
    } else if (CLOSING.has(code)) depth -= 1;
    else if (keepsDigits && code >= ZERO && code <= NINE) position = endOfNumber(text, position);
  }
  return members;
}

/** The position of the quote that ends the string which begins at `start`. */
function endOfString(text: string, start: number): number {
  for (let from = start + 1; ;) {
    const end = text.indexOf('"', from);
    if (end === -1) return text.length;
    let slashes = 0;
    while (text.charCodeAt(end - 1 - slashes) === BACKSLASH) slashes += 1;
    if (slashes % 2 === 0) return end;
    from = end + 1;
  }
}

/** The position of the last character of the number that begins at `start`. */
function endOfNumber(text: string, start: number): number {
  NUMBER.lastIndex = start;
  const number = NUMBER.exec(text)?.[0] ?? '';
  if (number.length > SAFE_DIGITS && /^\d+$/.test(number) && !isKept(number)) {
    throw malformedJson({ reason: 'a number has more digits than are kept; send it as text' });
  }
  return start + Math.max(number.length, 1) - 1;
}

/** Whether the digits come out again as they went in. A number of a thousand digits is none: reading it would take the time that it saves. */
function isKept(digits: string): boolean {
  return digits.length <= MAX_DIGITS && BigInt(Number(digits)) === BigInt(digits);
}

/** Whether all texts of a parsed value, keys as well, are whole. */
function isWellFormed(value: unknown): boolean {
  if (typeof value === 'string') return !HALF.test(value);
  if (typeof value !== 'object' || value === null) return true;
  return Object.entries(value).every(([key, inner]) => !HALF.test(key) && isWellFormed(inner));
}

/** The members of all objects in a parsed value: fewer than were written when a key came twice, however it was escaped. */
function countMembers(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  if (Object.hasOwn(value, '__proto__')) throw malformedJson({ reason: 'an object has the key __proto__' });
  let count = Array.isArray(value) ? 0 : Object.keys(value).length;
  for (const inner of Object.values(value)) if (typeof inner === 'object' && inner !== null) count += countMembers(inner);
  return count;
}
