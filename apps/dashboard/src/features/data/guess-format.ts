import type { TransferFormat } from './transfer-shapes.ts';

const LOOKED_BYTES = 4_096;

/** What a file holds, by its name, and by its beginning where JSON can be two things. */
export async function guessFormat(file: File): Promise<TransferFormat> {
  if (/\.(?:ndjson|jsonl)$/i.test(file.name)) return 'ndjson';
  if (!/\.json$/i.test(file.name)) return 'csv';
  const start = (await file.slice(0, LOOKED_BYTES).text()).trimStart();
  if (start.startsWith('[')) return 'json';
  return /^\{\s*"results"\s*:/.test(start) ? 'parse' : 'ndjson';
}
