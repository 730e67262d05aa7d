import * as os from 'node:os';
import { inspect as inspectDeep } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { compileFilter, compilePredicate, ConditionError, parseCondition } from '@mainstay/conditions';
import type { Condition } from '@mainstay/conditions';
import type { Document } from 'mongodb';
import { MongoClient } from 'mongodb';

/*
 * The law of the operators on places: mongod and the predicate give one answer, on the sphere, near the poles and over the date line.
 * Random positions have six decimals, so that none is within a rounding error of an edge, where no answer is promised.
 */
const rounds = Number(process.env['CONDITIONS_ROUNDS'] ?? 4);
const firstSeed = Number(process.env['CONDITIONS_SEED'] ?? Date.now() % 1_000_000_000);
const documentsPerRound = 200;
const conditionsPerRound = 120;
const perFacet = 20;

type Position = [number, number];
type Next = () => number;

const inspect = (subject: unknown): string => inspectDeep(subject, { depth: 20, breakLength: Infinity });

/** mulberry32. */
function createNext(seed: number): Next {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const pick = <T>(next: Next, choices: readonly T[]): T => choices[Math.floor(next() * choices.length)] as T;

/** Middles of the rounds: a city, the date line, the poles, the equator. */
const middles: readonly Position[] = [
  [13.4, 52.5],
  [179.7, -17],
  [20, 88.5],
  [-60, -88],
  [0, 0],
  [-179.9, 66],
];

const fixed = (value: number): number => Number(value.toFixed(6));
const wrap = (longitude: number): number => fixed(longitude > 180 ? longitude - 360 : longitude < -180 ? longitude + 360 : longitude);

/** A position up to `spread` degrees away from the middle; at the poles any longitude. */
function around(next: Next, [longitude, latitude]: Position, spread: number): Position {
  const width = Math.abs(latitude) > 80 ? 180 : Math.min(180, spread / Math.cos((latitude * Math.PI) / 180));
  return [
    wrap(longitude + (next() * 2 - 1) * width),
    fixed(Math.max(-89.9, Math.min(89.9, latitude + (next() * 2 - 1) * Math.min(spread, 60)))),
  ];
}

/** A ring around a centre, by bearing, so that its edges seldom cross; now and then they do, and both sides must refuse. */
function ring(next: Next, center: Position, size: number): Position[] {
  const count = 3 + Math.floor(next() * 6);
  const radians = Math.PI / 180;
  const [lambda, phi] = [center[0] * radians, center[1] * radians];
  const positions = Array.from({ length: count }, (_, index): Position => {
    const [bearing, distance] = [((index + next() * 0.8) / count) * 2 * Math.PI, size * radians * (0.2 + next())];
    const latitude = Math.asin(Math.sin(phi) * Math.cos(distance) + Math.cos(phi) * Math.sin(distance) * Math.cos(bearing));
    const east = Math.sin(bearing) * Math.sin(distance) * Math.cos(phi);
    const longitude = lambda + Math.atan2(east, Math.cos(distance) - Math.sin(phi) * Math.sin(latitude));
    return [wrap(((((longitude / radians + 540) % 360) + 360) % 360) - 180), fixed(latitude / radians)];
  });
  if (next() < 0.05) positions.reverse();
  return positions;
}

const sizes = [0.5, 2, 10, 40];

function place(next: Next, middle: Position): unknown {
  const sort = next();
  if (sort < 0.6) return { type: 'Point', coordinates: around(next, middle, pick(next, sizes)) };
  if (sort < 0.85) {
    const positions = ring(next, around(next, middle, pick(next, sizes)), pick(next, [0.5, 2, 10]));
    return { type: 'Polygon', coordinates: [[...positions, positions[0]]] };
  }
  return pick<unknown>(next, [
    null,
    'Point',
    7,
    {},
    { type: 'Point' },
    { type: 'Polygon', coordinates: [] },
    { type: 'Point', coordinates: ['a', 1] },
    [],
  ]);
}

function document(next: Next, middle: Position, id: number): Document {
  const at = place(next, middle);
  if (next() < 0.1) return { _id: id };
  return { _id: id, at: next() < 0.15 ? [at, place(next, middle)] : at, stops: [{ at: place(next, middle) }, { at: place(next, middle) }] };
}

function shape(next: Next, middle: Position): [operator: string, operand: unknown] {
  const center = around(next, middle, pick(next, sizes));
  const size = pick(next, sizes);
  switch (pick(next, ['polygon', 'polygon', 'box', 'circle', 'intersects', 'intersects', 'point'])) {
    case 'polygon':
      return ['$within', { polygon: ring(next, center, size) }];
    case 'intersects':
      return ['$intersects', { polygon: ring(next, center, size) }];
    case 'box': {
      const [west, south] = center;
      return [
        pick(next, ['$within', '$intersects']),
        { box: [[west, Math.max(-89, south - size)], [wrap(west + 1 + size * 2), Math.min(89, south + size)].map(fixed)] },
      ];
    }
    case 'circle':
      return ['$within', { circle: { center, radius: Math.round(size * 111_000 * (0.1 + next())) } }];
    default:
      return ['$intersects', { point: center }];
  }
}

function condition(next: Next, middle: Position): unknown {
  const path = pick(next, ['at', 'at', 'stops.at']);
  const [operator, operand] = shape(next, middle);
  const form = next();
  if (form < 0.7) return { [path]: { [operator]: operand } };
  if (form < 0.8) return { [path]: { $not: { [operator]: operand } } };
  if (form < 0.9) return { stops: { $elemMatch: { at: { [operator]: operand } } } };
  return { $or: [{ [path]: { [operator]: operand } }, { $nor: [{ at: { [operator]: operand } }] }] };
}

describe('conditions on places', () => {
  const client = new MongoClient(process.env['MAINSTAY_MONGO_URL'] ?? 'mongodb://127.0.0.1:27017/?directConnection=true', {
    runtimeAdapters: { os },
  });
  const database = client.db(`geo-conditions-${process.pid}-${firstSeed}`);

  beforeAll(async () => {
    await client.connect();
  });
  afterAll(async () => {
    await database.dropDatabase();
    await client.close();
  });

  function parsed(next: Next, middle: Position): { json: unknown; condition: Condition } {
    for (;;) {
      const json = condition(next, middle);
      try {
        return { json, condition: parseCondition(json) };
      } catch (error) {
        if (!(error instanceof ConditionError)) throw error;
      }
    }
  }

  test.each(Array.from({ length: rounds }, (_, round) => firstSeed + round))(
    'match the same places in MongoDB and in memory (CONDITIONS_SEED=%i)',
    async (seed) => {
      const next = createNext(seed);
      const middle = middles[seed % middles.length] ?? [0, 0];
      const collection = database.collection(`round-${seed}`);
      await collection.insertMany(Array.from({ length: documentsPerRound }, (_, id) => document(next, middle, id)));
      const documents = await collection.find().sort({ _id: 1 }).toArray();
      let telling = 0;
      for (let batch = 0; batch < conditionsPerRound / perFacet; batch += 1) {
        const asked = Array.from({ length: perFacet }, () => parsed(next, middle));
        const facets = asked.map(
          ({ condition }, index) => [`c${index}`, [{ $match: compileFilter(condition) }, { $project: { _id: 1 } }]] as const,
        );
        const [answers = {}] = await collection.aggregate([{ $facet: Object.fromEntries(facets) }]).toArray();
        for (const [index, { json, condition }] of asked.entries()) {
          const found = new Set((answers[`c${index}`] as Document[]).map(({ _id }) => Number(_id)));
          const predicate = compilePredicate(condition);
          const wrong = documents.filter((one) => predicate(one) !== found.has(Number(one['_id'])));
          expect({
            seed,
            json: inspect(json),
            wrong: wrong.slice(0, 1).map((one) => ({ document: inspect(one), inMongo: found.has(Number(one['_id'])) })),
          }).toMatchObject({ wrong: [] });
          if (found.size > 0 && found.size < documents.length) telling += 1;
        }
      }
      expect(telling).toBeGreaterThan(conditionsPerRound / 3);
    },
    60_000,
  );

  test('accept the polygons that MongoDB accepts', async () => {
    const next = createNext(firstSeed);
    const collection = database.collection('polygons');
    await collection.insertOne({ at: { type: 'Point', coordinates: [0, 0] } });
    let refused = 0;
    for (let asked = 0; asked < 100; asked += 1) {
      const positions = ring(next, pick(next, middles), pick(next, [0.001, 0.5, 10]));
      // Two that change places make edges cross, mostly; neighbours in a triangle only turn it around.
      if (next() < 0.3) positions.reverse().push(...positions.splice(1, 1));
      const $geometry = { type: 'Polygon', coordinates: [[...positions, positions[0]]] };
      const accepted = await collection.findOne({ at: { $geoWithin: { $geometry } } }).then(
        () => true,
        () => false,
      );
      const ours = () => parseCondition({ at: { $within: { polygon: positions } } });
      if (accepted) expect(compileFilter(ours())).toEqual({ at: { $geoWithin: { $geometry } } });
      else expect(ours).toThrow(ConditionError);
      if (!accepted) refused += 1;
    }
    expect(refused).toBeGreaterThan(5);
    expect(refused).toBeLessThan(60);
  });
});
