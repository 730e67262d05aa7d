import { parse as parseCsv } from 'csv-parse';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { importTooLarge, importUnreadable } from './transfer.problems.ts';
import type { Format } from './transfer.schema.ts';

type Row = Readonly<Record<string, unknown>>;

/** How much one import may hold. */
export interface ReadRowsLimits {
  /** A whole file in `json` or `parse` has to fit into memory. */
  readonly maxWholeBytes: number;
  /** One line of `ndjson` or record of `csv`. */
  readonly maxRowBytes: number;
}

/** The rows of an import, one by one as they arrive. @throws importUnreadable, importTooLarge */
export async function* readRows(source: Readable, format: Format, limits: ReadRowsLimits): AsyncGenerator<Row> {
  if (format === 'ndjson') yield* readLines(source, limits);
  else if (format === 'csv') yield* readCsv(source, limits);
  else yield* readWhole(source, format, limits);
}

async function* readLines(source: Readable, { maxRowBytes }: ReadRowsLimits): AsyncGenerator<Row> {
  let line = 0;
  for await (const text of createInterface({ input: source, crlfDelay: Infinity })) {
    line += 1;
    if (text.length > maxRowBytes) throw importTooLarge({ what: 'bytes in a row', allowed: maxRowBytes });
    if (text.trim() !== '') yield rowOf(parseText(text, `line ${line} is no JSON object.`), 'ndjson', line);
  }
}

async function* readCsv(source: Readable, { maxRowBytes }: ReadRowsLimits): AsyncGenerator<Row> {
  const parser = source.pipe(parseCsv({ columns: true, bom: true, skip_empty_lines: true, max_record_size: maxRowBytes, trim: true }));
  source.once('error', (error) => parser.destroy(error));
  try {
    for await (const record of parser) yield record as Row;
  } catch (error) {
    throw importUnreadable(
      { format: 'csv', reason: `${error instanceof Error ? error.message : 'it can not be read'}.` },
      { cause: error },
    );
  }
}

async function* readWhole(source: Readable, format: Format, { maxWholeBytes }: ReadRowsLimits): AsyncGenerator<Row> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of source) {
    size += (chunk as Buffer).length;
    if (size > maxWholeBytes) throw importTooLarge({ what: `bytes of ${format}`, allowed: maxWholeBytes });
    chunks.push(chunk as Buffer);
  }
  const parsed = parseText(Buffer.concat(chunks).toString('utf8'), 'it has a syntax error.');
  const list = format === 'parse' && isRecord(parsed) ? parsed['results'] : parsed;
  if (!Array.isArray(list)) throw importUnreadable({ format, reason: 'it is no list of objects.' });
  for (const [position, row] of list.entries())
    yield format === 'parse' ? fromParse(rowOf(row, format, position + 1)) : rowOf(row, format, position + 1);
}

function parseText(text: string, reason: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw importUnreadable({ format: 'JSON', reason });
  }
}

const isRecord = (value: unknown): value is Row => typeof value === 'object' && value !== null && !Array.isArray(value);

function rowOf(value: unknown, format: string, position: number): Row {
  if (!isRecord(value)) throw importUnreadable({ format, reason: `row ${position} is no object.` });
  return value;
}

/** A row of a Parse export in our terms: ids, pointers, dates, places and the ACL. Times of creation are our own. */
function fromParse({ objectId, ACL, createdAt: _c, updatedAt: _u, ...fields }: Row): Row {
  const converted = Object.entries(fields).map(([name, value]) => [name, parseValue(value)] as const);
  return {
    ...Object.fromEntries(converted),
    ...(typeof objectId === 'string' ? { id: objectId } : {}),
    ...(isRecord(ACL) ? { acl: aclOf(ACL) } : {}),
  };
}

function parseValue(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(parseValue);
  if (!isRecord(value)) return value;
  switch (value['__type']) {
    case 'Date':
      return value['iso'];
    case 'Pointer':
      return value['objectId'];
    case 'File':
      return value['name'];
    case 'Bytes':
      return value['base64'];
    case 'GeoPoint':
      return { type: 'Point', coordinates: [value['longitude'], value['latitude']] };
    default:
      return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, parseValue(inner)]));
  }
}

function aclOf(acl: Row): { read: string[]; write: string[] } {
  const named = (right: 'read' | 'write') =>
    Object.entries(acl).flatMap(([name, rights]) => {
      if (!isRecord(rights) || rights[right] !== true) return [];
      return [name === '*' ? '*' : name.startsWith('role:') ? name : `user:${name}`];
    });
  return { read: named('read'), write: named('write') };
}
