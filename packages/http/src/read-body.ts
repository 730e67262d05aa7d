import type { IncomingMessage } from 'node:http';
import { promisify } from 'node:util';
import { brotliDecompress, gunzip, inflate } from 'node:zlib';
import { bodyTooLarge, malformedJson, malformedRequest, unsupportedMediaType } from './http.problems.ts';

const MAX_DEPTH = 64;
/** A body below this size cannot nest deeply enough to matter, and is not scanned. */
const SCAN_FROM_BYTES = 1_024;

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

/** Parses JSON text. @throws malformedJson on invalid UTF-8, a syntax error, or more than 64 levels. */
export function parseJson(bytes: Buffer): unknown {
  let text: string;
  try {
    text = utf8.decode(bytes);
  } catch {
    throw malformedJson({ reason: 'it is not UTF-8' });
  }
  if (bytes.length >= SCAN_FROM_BYTES) refuseDeepNesting(text);
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw malformedJson({ reason: 'there is a syntax error' });
  }
}

function refuseDeepNesting(text: string): void {
  let depth = 0;
  let isInString = false;
  for (let position = 0; position < text.length; position += 1) {
    const code = text.charCodeAt(position);
    if (isInString) {
      if (code === 92) position += 1;
      else if (code === 34) isInString = false;
    } else if (code === 34) isInString = true;
    else if (code === 123 || code === 91) {
      depth += 1;
      if (depth > MAX_DEPTH) throw malformedJson({ reason: `it nests deeper than ${MAX_DEPTH} levels` });
    } else if (code === 125 || code === 93) depth -= 1;
  }
}
