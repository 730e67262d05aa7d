import type { ByteRange } from '../blobs/blob-store.ts';
import { rangeNotSatisfiable } from '../files.problems.ts';

const ONE_RANGE = /^bytes=(\d{0,15})-(\d{0,15})$/;

/**
 * The one range that a client asks for (RFC 9110 §14.2); null for the whole: no range, several, or one that is malformed.
 * @throws rangeNotSatisfiable
 */
export function parseRange(header: string | undefined, sizeBytes: number): ByteRange | null {
  const [, first = '', last = ''] = ONE_RANGE.exec(header ?? '') ?? [];
  if (first === '' && last === '') return null;
  if (first === '') return lastBytes(Number(last), sizeBytes);
  const start = Number(first);
  const end = last === '' ? sizeBytes - 1 : Math.min(Number(last), sizeBytes - 1);
  if (last !== '' && Number(last) < start) return null;
  if (start >= sizeBytes) throw rangeNotSatisfiable({ sizeBytes });
  return { start, end };
}

function lastBytes(count: number, sizeBytes: number): ByteRange {
  if (count === 0 || sizeBytes === 0) throw rangeNotSatisfiable({ sizeBytes });
  return { start: Math.max(0, sizeBytes - count), end: sizeBytes - 1 };
}
