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

const DOCUMENT = 0x03;
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
  const { id, firstBatch } = BSON.deserialize(reply.cursor, { raw: true, promoteBuffers: true }) as { id: unknown; firstBatch: Buffer[] };
  if (String(id) !== '0') return null;
  const shown = Math.min(firstBatch.length, command.limit - 1);
  try {
    return { items: write(firstBatch, shown, writer), hasMore: firstBatch.length > shown, last: lastOf(firstBatch, shown) };
  } catch (error) {
    if (error instanceof UnknownBsonError) return null;
    throw error;
  }
}

function write(documents: readonly Buffer[], count: number, writer: BsonToJson): Buffer {
  buffer.reset();
  buffer.byte(OPEN);
  for (let position = 0; position < count; position += 1) {
    if (position > 0) buffer.byte(COMMA);
    const document = documents[position];
    if (document === undefined || document.length < DOCUMENT) throw new UnknownBsonError();
    writer.write(document, 0, buffer);
  }
  buffer.byte(CLOSE);
  return buffer.take();
}

/** Only when there is a next page does anybody need it. */
function lastOf(documents: readonly Buffer[], count: number): StoredDocument | null {
  const last = documents[count - 1];
  return documents.length <= count || last === undefined ? null : (BSON.deserialize(last) as unknown as StoredDocument);
}
