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

/**
 * The JSON body, or undefined when there is none.
 * `text/plain` counts as JSON too: `navigator.sendBeacon` cannot say otherwise without a preflight.
 * @throws malformedJson, bodyTooLarge, unsupportedMediaType
 */
export async function readJson(request: IncomingMessage, maxBytes: number): Promise<unknown> {
  const raw = await readBytes(request, maxBytes);
  if (raw.length === 0) return undefined;
  const type = (request.headers['content-type'] ?? 'application/json').split(';')[0]?.trim().toLowerCase() ?? '';
  if (type !== 'application/json' && type !== 'text/plain' && !type.endsWith('+json')) {
    throw unsupportedMediaType({ expected: 'application/json' });
  }
  const bytes = await decompressed(raw, request.headers['content-encoding'], maxBytes);
  return parseJson(bytes);
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
 * @throws malformedJson on invalid UTF-8, a syntax error, more than 64 levels, the key `__proto__`, or a key that an object has twice: parsers differ in which
 * of the two they take, which is how a check and a use come to see different documents.
 */
export function parseJson(bytes: Buffer): unknown {
  let text: string;
  try {
    text = utf8.decode(bytes);
  } catch {
    throw malformedJson({ reason: 'it is not UTF-8' });
  }
  const members = scan(text);
  let parsed: unknown;
  try {
    parsed = JSON.parse(text) as unknown;
  } catch {
    throw malformedJson({ reason: 'there is a syntax error' });
  }
  if (countMembers(parsed) !== members) throw malformedJson({ reason: 'an object has the same key twice' });
  return parsed;
}

const QUOTE = 34;
const COLON = 58;
const BACKSLASH = 92;
const OPENING = new Set([123, 91]);
const CLOSING = new Set([125, 93]);

/** The number of members of all objects: outside of strings a colon stands in members only. @throws malformedJson when too deep */
function scan(text: string): number {
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

/** The members of all objects in a parsed value: fewer than were written when a key came twice, however it was escaped. */
function countMembers(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  if (Object.hasOwn(value, '__proto__')) throw malformedJson({ reason: 'an object has the key __proto__' });
  let count = Array.isArray(value) ? 0 : Object.keys(value).length;
  for (const inner of Object.values(value)) if (typeof inner === 'object' && inner !== null) count += countMembers(inner);
  return count;
}
