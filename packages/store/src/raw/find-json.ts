import { BSON } from 'mongodb';
import type { FindCommand, FindTarget } from '../find-batch.ts';
import { sendFind } from '../find-batch.ts';
import type { StoredDocument } from '../documents/document.ts';
import type { BsonToJson } from './bson-to-json.ts';
import { UnknownBsonError } from './bson-to-json.ts';
import { JsonBuffer } from './json-buffer.ts';

/** A page as JSON: at most `limit` documents, and whether there are more. */
export interface JsonPage {
  /** `[…]`, as bytes. */
  readonly items: Buffer;
  readonly hasMore: boolean;
  /** The last document that was written. */
  readonly last: StoredDocument | null;
}

// Types of BSON.
const STRING = 0x02;
const DOCUMENT = 0x03;
const LIST = 0x04;
const BOOLEAN = 0x08;
const TIMESTAMP = 0x11;
const INT64 = 0x12;

const OPEN = 0x5b;
const CLOSE = 0x5d;
const COMMA = 0x2c;
const buffer = new JsonBuffer();

/**
 * The first `limit` documents of a query (which asks for one more) as JSON. Null when the answer can't be written from its bytes:
 * it did not fit one reply, or holds a type that only the driver reads; then ask again for objects.
 */
export async function findJson(
  target: FindTarget,
  command: FindCommand & { readonly limit: number },
  writer: BsonToJson,
): Promise<JsonPage | null> {
  const reply = (await sendFind(target, command, { raw: true })) as { cursor: Buffer } | null;
  if (reply === null) return null;
  const starts = startsOf(reply.cursor);
  if (starts === null) return null;
  const shown = starts.slice(0, command.limit - 1);
  try {
    const items = write(reply.cursor, shown, writer);
    const hasMore = starts.length > shown.length;
    return { items, hasMore, last: hasMore ? documentAt(reply.cursor, shown.at(-1)) : null };
  } catch (error) {
    if (error instanceof UnknownBsonError) return null;
    throw error;
  }
}

function write(source: Buffer, starts: readonly number[], writer: BsonToJson): Buffer {
  buffer.reset();
  buffer.byte(OPEN);
  for (const [position, start] of starts.entries()) {
    if (position > 0) buffer.byte(COMMA);
    writer.write(source, start, buffer);
  }
  buffer.byte(CLOSE);
  return buffer.take();
}

function documentAt(source: Buffer, start: number | undefined): StoredDocument | null {
  if (start === undefined) return null;
  return BSON.deserialize(source.subarray(start, start + source.readInt32LE(start))) as unknown as StoredDocument;
}

/** Where the documents of a reply's first batch begin; null when it is not the whole answer, or holds what we don't know. */
function startsOf(cursor: Buffer): number[] | null {
  let starts: number[] | null = null;
  let isWhole = false;
  for (let position = 4; cursor[position] !== 0;) {
    const type = cursor[position] ?? 0;
    const nameEnd = cursor.indexOf(0, position + 1);
    const name = cursor.toString('latin1', position + 1, nameEnd);
    const value = nameEnd + 1;
    if (name === 'firstBatch' && type === LIST) starts = elementsOf(cursor, value);
    if (name === 'id' && type === INT64) isWhole = cursor.readInt32LE(value) === 0 && cursor.readInt32LE(value + 4) === 0;
    const length = lengthOf(cursor, value, type);
    if (length === null) return null;
    position = value + length;
  }
  return isWhole ? starts : null;
}

function elementsOf(source: Buffer, list: number): number[] {
  const starts: number[] = [];
  for (let position = list + 4; source[position] === DOCUMENT;) {
    const start = source.indexOf(0, position + 1) + 1;
    starts.push(start);
    position = start + source.readInt32LE(start);
  }
  return starts;
}

/** How many bytes a value of a cursor's reply has. */
function lengthOf(source: Buffer, value: number, type: number): number | null {
  if (type === DOCUMENT || type === LIST) return source.readInt32LE(value);
  if (type === STRING) return 4 + source.readInt32LE(value);
  if (type === INT64 || type === TIMESTAMP) return 8;
  return type === BOOLEAN ? 1 : null;
}
