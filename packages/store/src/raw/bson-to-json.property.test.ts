import { describe, expect, it } from '@jest/globals';
import { BSON, Binary, Long, ObjectId } from 'mongodb';
import { BsonToJson, UnknownBsonError } from './bson-to-json.ts';
import { JsonBuffer } from './json-buffer.ts';

const SHOW_ALL = { fields: null, hidden: new Set<string>() };

/** A reproducible source of randomness (mulberry32). */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const TEXTS = [
  '',
  'plain',
  'with "quotes"',
  'back\\slash',
  'line\nbreak',
  '\u0000nul',
  '\u001f',
  'ünïcödé',
  '日本語',
  '😀',
  '\u2028',
  'x'.repeat(300),
];
const NUMBERS = [0, -0, 1, -1, 0.1, 1e21, 1e-7, 2 ** 31, -(2 ** 31), 2 ** 53, Number.MAX_VALUE, Number.NaN, Infinity];

function valueOf(next: () => number, depth: number): unknown {
  const one = <T>(list: readonly T[]): T => list[Math.floor(next() * list.length)] as T;
  const kind = Math.floor(next() * (depth > 3 ? 8 : 10));
  if (kind < 2) return one(TEXTS);
  if (kind < 4) return one(NUMBERS);
  if (kind === 4) return next() < 0.5;
  if (kind === 5) return null;
  if (kind === 6) return new Date(one([0, -1, 1_700_000_000_123, 253_402_300_799_999, -62_167_219_200_000, Number.NaN]));
  if (kind === 7) return one([new ObjectId(), new Binary(Buffer.from('bytes')), Long.fromNumber(2 ** 40)]);
  const size = Math.floor(next() * 4);
  if (kind === 8) return Array.from({ length: size }, () => valueOf(next, depth + 1));
  return Object.fromEntries(
    Array.from({ length: size }, (_one, position) => [one(TEXTS.slice(1, 5).concat('k')) + position, valueOf(next, depth + 1)]),
  );
}

const jsonOf = (document: object, writer = new BsonToJson(SHOW_ALL)): string => {
  const buffer = new JsonBuffer();
  writer.write(Buffer.from(BSON.serialize(document)), 0, buffer);
  return buffer.take().toString();
};

/** What the driver and JSON.stringify make of the same bytes. */
function expectedOf(document: object): unknown {
  const { _id, ...rest } = BSON.deserialize(BSON.serialize(document)) as { _id?: unknown };
  return JSON.parse(JSON.stringify({ id: _id, ...rest }, (_key, value: unknown) => (value instanceof Long ? value.toNumber() : value)));
}

describe('JSON that is written from bytes', () => {
  it('is what the driver and JSON.stringify make of them, for any document', () => {
    const next = random(20_261_121);
    const writer = new BsonToJson(SHOW_ALL);
    for (let round = 0; round < 3_000; round += 1) {
      const fields = Array.from({ length: Math.floor(next() * 8) }, (_one, position) => [
        `f${(position * 7) % 5}${position}`,
        valueOf(next, 0),
      ]);
      const document = { _id: `id-${round}`, ...(Object.fromEntries(fields) as object), createdAt: new Date(round), version: 1 };
      expect(JSON.parse(jsonOf(document, writer))).toEqual(expectedOf(document));
    }
  });

  it('leaves out what is hidden or not asked for, and keeps what every document has', () => {
    const document = {
      _id: 'a',
      shown: 1,
      secret: { deep: [1, 'x', null, new Date(0), true, 1.5] },
      other: 'o',
      createdAt: new Date(0),
      version: 3,
    };
    expect(JSON.parse(jsonOf(document, new BsonToJson({ fields: null, hidden: new Set(['secret']) })))).toEqual({
      id: 'a',
      shown: 1,
      other: 'o',
      createdAt: '1970-01-01T00:00:00.000Z',
      version: 3,
    });
    const only = new BsonToJson({ fields: new Set(['shown', 'secret']), hidden: new Set(['secret']) });
    expect(JSON.parse(jsonOf(document, only))).toEqual({ id: 'a', shown: 1, createdAt: '1970-01-01T00:00:00.000Z', version: 3 });
  });

  it('is refused for types that only the driver reads', () => {
    expect(() => jsonOf({ _id: 'a', pattern: /x/ })).toThrow(UnknownBsonError);
  });
});
