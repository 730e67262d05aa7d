import type { TransferFormat } from './transfer-shapes.ts';

const PART_BYTES = 262_144;

/** As much of a file as its first rows need: formats of lines are cut after a whole line. */
export async function firstPart(file: File, format: TransferFormat): Promise<Blob> {
  if (format === 'json' || format === 'parse' || file.size <= PART_BYTES) return file;
  const text = await file.slice(0, PART_BYTES).text();
  const end = text.lastIndexOf('\n');
  return new Blob([end === -1 ? text : text.slice(0, end + 1)]);
}
