import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { crc32 } from 'node:zlib';
import { S3Error } from './s3-error.ts';

/** A body with the checksum that it was proved by, if any. */
export interface S3Body {
  readonly bytes: Buffer;
  readonly crc32: string | null;
}

const TRAILER = 'STREAMING-UNSIGNED-PAYLOAD-TRAILER';
const UNSIGNED = 'UNSIGNED-PAYLOAD';
const CRC32 = 'x-amz-checksum-crc32';

/** Reads a body, plain or in chunks with a trailer, and checks every length and digest that came with it. @throws S3Error */
export async function readS3Body(request: IncomingMessage, maxBytes: number): Promise<S3Body> {
  const sent = await gather(request, maxBytes);
  const { headers } = request;
  const declared = String(headers['x-amz-content-sha256'] ?? '');
  if (declared.startsWith('STREAMING-') && declared !== TRAILER) throw new S3Error('NotImplemented', `${declared} is not spoken here.`);
  const { bytes, trailers } = declared === TRAILER ? readChunks(sent) : { bytes: sent, trailers: new Map<string, string>() };
  if (declared === TRAILER) checkTrailers(request, { bytes, trailers });
  else if (declared !== UNSIGNED && declared !== createHash('sha256').update(bytes).digest('hex'))
    throw new S3Error('XAmzContentSHA256Mismatch');
  const md5 = headers['content-md5'];
  if (md5 !== undefined && md5 !== createHash('md5').update(bytes).digest('base64')) throw new S3Error('BadDigest');
  const claimed = trailers.get(CRC32) ?? headers[CRC32];
  if (claimed !== undefined && claimed !== crc32Of(bytes))
    throw new S3Error('BadDigest', 'The CRC32 you specified did not match what we received.');
  return { bytes, crc32: typeof claimed === 'string' ? claimed : null };
}

function crc32Of(bytes: Buffer): string {
  const buffer = Buffer.alloc(4);
  buffer.writeUInt32BE(crc32(bytes));
  return buffer.toString('base64');
}

async function gather(request: IncomingMessage, maxBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxBytes) throw new S3Error('EntityTooLarge');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** `aws-chunked`: sizes in hex, the bytes, a chunk of size 0, then the trailers. */
function readChunks(sent: Buffer): { bytes: Buffer; trailers: Map<string, string> } {
  const chunks: Buffer[] = [];
  for (let position = 0; ;) {
    const end = sent.indexOf('\r\n', position);
    const line = sent.subarray(position, Math.max(end, position)).toString('latin1');
    if (end === -1 || !/^[0-9a-fA-F]{1,8}$/.test(line)) throw new S3Error('IncompleteBody');
    const start = end + 2;
    const size = Number.parseInt(line, 16);
    if (size === 0) return { bytes: Buffer.concat(chunks), trailers: readTrailers(sent.subarray(start).toString('latin1')) };
    if (sent.subarray(start + size, start + size + 2).toString('latin1') !== '\r\n') throw new S3Error('IncompleteBody');
    chunks.push(sent.subarray(start, start + size));
    position = start + size + 2;
  }
}

function readTrailers(text: string): Map<string, string> {
  if (!text.endsWith('\r\n')) throw new S3Error('IncompleteBody');
  const lines = text.split('\r\n').filter(Boolean);
  return new Map(lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]));
}

function checkTrailers({ headers }: IncomingMessage, { bytes, trailers }: { bytes: Buffer; trailers: Map<string, string> }): void {
  const length = headers['x-amz-decoded-content-length'];
  if (length === undefined) throw new S3Error('MissingContentLength');
  if (Number(length) !== bytes.length) throw new S3Error('IncompleteBody');
  if (!String(headers['content-encoding']).includes('aws-chunked')) throw new S3Error('InvalidRequest', 'The encoding is not aws-chunked.');
  const announced = String(headers['x-amz-trailer'] ?? '')
    .split(',')
    .filter(Boolean);
  if (announced.some((name) => !trailers.has(name.trim().toLowerCase()))) throw new S3Error('InvalidRequest', 'A trailer is missing.');
}
