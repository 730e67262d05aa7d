import * as os from 'node:os';
import { inspect as inspectDeep } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { bindVariables, compileFilter, compilePredicate, parseCelCondition, parseCondition, printCel } from '@mainstay/conditions';
import type { Condition } from '@mainstay/conditions';
import type { Collection, Document } from 'mongodb';
import { MongoClient } from 'mongodb';

/*
 * The law of the condition language: for every condition, every document and all variables, mongod with the compiled filter, the compiled
 * predicate, the predicate of the bound condition and that of the condition printed as CEL and read again give one answer. And where a condition is also a MongoDB filter as it stands, its
 * answer is MongoDB's. A failure shows the smallest part of the condition and of a document that still fails, and the seed: CONDITIONS_SEED repeats it, CONDITIONS_ROUNDS searches longer.
 */
const rounds = Number(process.env['CONDITIONS_ROUNDS'] ?? 10);
const documentsPerRound = 300;
const conditionsPerRound = 320;
const firstSeed = Number(process.env['CONDITIONS_SEED'] ?? Date.now() % 1_000_000_000);

interface Random {
  readonly next: () => number;
  readonly chance: (probability: number) => boolean;
  readonly pick: <T>(choices: readonly T[]) => T;
  readonly several: <T>(least: number, most: number, make: () => T) => T[];
}

const inspect = (subject: unknown): string => inspectDeep(subject, { depth: 20, breakLength: Infinity });

/** mulberry32: small, seeded, and good enough to wander. */
function createRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  const below = (bound: number): number => Math.floor(next() * bound);
  const pick = <T>(choices: readonly T[]): T => choices[below(choices.length)] as T;
  const several = <T>(least: number, most: number, make: () => T): T[] => Array.from({ length: least + below(most - least + 1) }, make);
  return { next, chance: (probability) => next() < probability, pick, several };
}

const keys = ['a', 'a', 'a', 'a', 'a', 'b', 'b', 'b', 'c', '0', '1', '2', 'toString', '01'];
const texts = [
  '',
  'a',
  'a',
  'b',
  'ab',
  'abc',
  'a.b',
  'aa',
  'A',
  'é',
  'e\u0301',
  'ß',
  'ss',
  'İ',
  'a\n',
  'a\u2028b',
  'a b',
  '\uD7FF',
  '\uE000',
  '\uFFFF',
  '😀',
  '\u{10FFFF}',
  'a😀',
  'a\uFFFD',
  'a\0b',
  '0',
  '1',
];
const numbers = [0, -0, 1, 1, 1, 2, 2, 3, -1, 1.5, 0.1, 2 ** 31, -(2 ** 31) - 1, 2 ** 53, 1e300, 5e-324];
const instants = ['1969-12-31T23:59:59.999Z', '1970-01-01T00:00:00.000Z', '2026-01-31T12:00:00.000Z', '9999-12-31T23:59:59.999Z'];
const patterns = [
  '^a',
  '^a$',
  '^ab*',
  '^a.',
  '^a.b',
  '^a.*b$',
  '^a[^b]',
  '^\\Qa.b\\E',
  '^a\\s?b',
  '^a[\\w.]+',
  '^\\n',
  '^é',
  '^😀',
  '^a\\W',
  '^A',
  '^a[a-c]{1,2}$',
  '^a\\.',
  '^ab{0,2}',
  '^aé?',
  '^a\\.*',
];
const kinds = ['string', 'number', 'boolean', 'bool', 'date', 'object', 'array', 'null'];
const paths = [
  'user.id',
  'user.n',
  'user.list',
  'user.at',
  'user.none',
  'user.object',
  'user.missing',
  'user.bad',
  'user.toString',
  'nobody.id',
  'user.list.0',
  'user.list.length',
];

/** A scalar as JSON, dates as {"$date"}. */
function scalar(random: Random): unknown {
  const make = random.pick([
    () => random.pick(texts),
    () => random.pick(texts),
    () => random.pick(numbers),
    () => random.pick(numbers),
    () => null,
    () => random.chance(0.5),
    () => ({ $date: random.pick(instants) }),
  ]);
  return make();
}

function value(random: Random, depth = 0): unknown {
  const sort = random.next() + depth * 0.15;
  if (sort > 0.4) return scalar(random);
  if (sort > 0.18) return random.several(0, 3, () => value(random, depth + 1));
  return Object.fromEntries(random.several(0, 3, () => [random.pick(keys), value(random, depth + 1)]));
}

/** Extended JSON to what the driver stores: dates, and now and then a number that JSON has not. */
function stored(json: unknown, random?: Random): unknown {
  if (Array.isArray(json)) return json.map((item) => stored(item, random));
  if (typeof json === 'number' && random?.chance(0.03) === true)
    return random.pick([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]);
  if (typeof json !== 'object' || json === null) return json;
  if ('$date' in json) return new Date(String(json.$date));
  return Object.fromEntries(Object.entries(json).map(([key, part]) => [key, stored(part, random)]));
}

/** A document; what it holds goes into the pool, so that conditions can ask for just that. */
function document(random: Random, id: number, pool: [string, unknown][]): Document {
  const fields = random.several(random.pick([0, 3]), 6, () => {
    const [key, json] = [random.pick(keys), value(random)] as const;
    pool.push([key, json]);
    return [key, stored(json, random)] as const;
  });
  return { ...Object.fromEntries(fields), _id: id };
}

const reordered = (json: unknown): unknown =>
  typeof json === 'object' && json !== null && !Array.isArray(json) ? Object.fromEntries(Object.entries(json).reverse()) : json;

/** A part of what a document holds. */
function known({ random, pool }: Style): unknown {
  let [, json] = random.pick(pool);
  while (typeof json === 'object' && json !== null && !('$date' in json) && Object.keys(json).length > 0 && random.chance(0.4))
    json = random.pick(Object.values(json));
  return json;
}

const path = (random: Random): string => random.several(1, random.pick([1, 1, 2, 3]), () => random.pick(keys)).join('.');

/** Whether the condition may use what MongoDB has not: variables, negation of whole conditions, constants, our patterns. */
interface Style {
  readonly random: Random;
  readonly extended: boolean;
  readonly pool: readonly (readonly [key: string, json: unknown])[];
}

function operand(style: Style): unknown {
  const { random, extended } = style;
  if (extended && random.chance(0.35)) return { $var: random.pick(paths) };
  const json = random.chance(0.4) ? known(style) : value(random, 1);
  return extended && Array.isArray(json) && random.chance(0.2) ? [...json, { $var: random.pick(paths) }] : json;
}

function list(style: Style): unknown {
  const { random, extended } = style;
  return extended && random.chance(0.25)
    ? { $var: random.pick(paths) }
    : random.several(0, 4, () => operand({ ...style, extended: extended && random.chance(0.2) }));
}

function operators(style: Style, depth: number): Record<string, unknown> {
  const { random, extended } = style;
  const one = (): [string, unknown] => {
    const name = random.pick([
      '$eq',
      '$ne',
      '$gt',
      '$gte',
      '$lt',
      '$lte',
      '$in',
      '$nin',
      '$all',
      '$size',
      '$exists',
      '$type',
      '$elemMatch',
      '$elemMatch',
      '$not',
      '$regex',
    ]);
    switch (name) {
      case '$gt':
      case '$gte':
      case '$lt':
      case '$lte':
        return [name, extended && random.chance(0.35) ? { $var: random.pick(paths) } : scalar(random)];
      case '$in':
      case '$nin':
      case '$all':
        return [name, list(style)];
      case '$size':
        return [name, random.pick([0, 1, 2, 3])];
      case '$exists':
        return [name, random.chance(0.5)];
      case '$type':
        // "boolean" is ours, MongoDB says "bool".
        return [name, random.chance(0.5) ? [random.pick(kinds), random.pick(kinds)] : random.pick(kinds)];
      case '$regex':
        return extended ? [name, random.pick(patterns)] : ['$eq', random.pick(texts)];
      case '$elemMatch':
        if (depth > 3) return ['$eq', operand(style)];
        return [name, random.chance(0.5) ? operators(style, depth + 1) : condition(style, depth + 1, true)];
      case '$not':
        return depth > 3 ? ['$ne', operand(style)] : [name, operators(style, depth + 1)];
      default:
        return [name, operand(style)];
    }
  };
  return Object.fromEntries(random.several(1, random.pick([1, 1, 1, 2, 3]), one));
}

function condition(style: Style, depth = 0, inElement = false): unknown {
  const { random, extended } = style;
  if (extended && !inElement && random.chance(0.04)) return random.pick<unknown>([true, false, { $var: random.pick(paths) }]);
  if (extended && !inElement && random.chance(0.04)) {
    const { $not: _not, ...tests } = operators(style, depth + 1);
    return { $var: random.pick(paths), ...tests };
  }
  const members = random.several(1, random.pick([1, 1, 1, 2, 3]), (): [string, unknown] => {
    if (depth < 3 && random.chance(0.25)) {
      if (extended && !inElement && random.chance(0.3)) return ['$not', condition(style, depth + 1)];
      return [random.pick(['$and', '$or', '$nor']), random.several(1, 3, () => condition(style, depth + 1))];
    }
    if (random.chance(0.1)) {
      const [key, json] = random.pick(style.pool);
      return [key, { [random.pick(['$eq', '$ne'])]: random.chance(0.5) ? reordered(json) : json }];
    }
    return [path(random), random.chance(0.25) ? operand(style) : operators(style, depth + 1)];
  });
  return Object.fromEntries(members);
}

/** The same JSON with one part less, at any depth, or with a part in the place of the whole. */
function reductions(json: unknown): unknown[] {
  if (Array.isArray(json))
    return json.flatMap((item: unknown, index) => [json.toSpliced(index, 1), ...reductions(item).map((part) => json.with(index, part))]);
  if (typeof json !== 'object' || json === null || json instanceof Date) return [];
  return Object.entries(json).flatMap(([key, value]) => {
    const { [key]: _left, ...rest } = json as Record<string, unknown>;
    return [rest, ...reductions(value).map((part) => ({ ...rest, [key]: part }))];
  });
}

const variables = (random: Random) => ({
  user: {
    id: random.pick(texts),
    n: random.pick(numbers),
    list: stored(random.several(0, 3, () => value(random, 1))),
    at: new Date(random.pick(instants)),
    none: null,
    object: stored({ [random.pick(keys)]: value(random, 1) }),
    bad: random.pick<unknown>([{ $gt: '' }, Number.NaN, () => true, [{ $where: '1' }], '\uD800', new Map()]),
  },
});

/** MongoDB's spelling of a condition that is not extended. */
function asFilter(json: unknown): Document {
  return JSON.parse(JSON.stringify(json), (key, part: unknown) => (key === '$type' ? renamed(part) : part)) as Document;
}
const renamed = (part: unknown): unknown => (Array.isArray(part) ? part.map(renamed) : part === 'boolean' ? 'bool' : part);

describe('conditions', () => {
  const client = new MongoClient(process.env['MAINSTAY_MONGO_URL'] ?? 'mongodb://127.0.0.1:27017/?directConnection=true', {
    // The driver would import() the module itself, which jest's CommonJS sandbox refuses.
    runtimeAdapters: { os },
    // With the driver's own default, {}, an array in a field "toString" comes back as raw bytes: the name is looked up in the prototype.
    fieldsAsRaw: Object.create(null) as Document,
  });
  const database = client.db(`conditions-${process.pid}-${firstSeed}`);
  const idsOf = async (collection: Collection<Document>, filter: Document, hint?: Document): Promise<ReadonlySet<number>> =>
    new Set(
      await collection
        .find(filter, { projection: { _id: 1 }, ...(hint !== undefined && { hint }) })
        .map((found) => Number(found['_id']))
        .toArray(),
    );

  beforeAll(async () => {
    await client.connect();
  });
  afterAll(async () => {
    await database.dropDatabase();
    await client.close();
  });

  interface Case {
    readonly json: unknown;
    readonly document: Document;
    readonly values: ReturnType<typeof variables>;
  }

  /** Whether mongod and memory differ about one document. */
  async function isWrong({ json, document, values }: Case): Promise<boolean> {
    try {
      const parsed = parseCondition(json, { limits: { depth: 20 } });
      const collection = database.collection('shrunk');
      await collection.deleteMany({});
      await collection.insertOne({ ...document });
      const [stored] = await collection.find().toArray();
      const found = (await collection.countDocuments(compileFilter(parsed, values))) > 0;
      const again = parseCelCondition(printCel(parsed), { limits: { depth: 60, terms: 10_000 }, variables: ['user', 'nobody'] });
      return [parsed, bindVariables(parsed, values), again].some((one) => compilePredicate(one)(stored ?? {}, values) !== found);
    } catch {
      // Less than a condition.
      return false;
    }
  }

  /** Leaves out what can be left out of the condition and the document while they still differ. */
  async function shrunk(found: Case): Promise<Case> {
    const smaller = [
      ...reductions(found.json).map((json) => ({ ...found, json })),
      ...Object.keys(found.document)
        .filter((key) => key !== '_id')
        .flatMap((key) => reductions({ [key]: found.document[key] as unknown }).map((part) => ({ key, part: part as Document })))
        .map(({ key, part }) => {
          const { [key]: _left, ...rest } = found.document;
          return { ...found, document: { ...rest, ...part } as Document };
        }),
    ];
    for (const candidate of smaller) if (await isWrong(candidate)) return await shrunk(candidate);
    return found;
  }

  async function checkOne(collection: Collection<Document>, documents: readonly Document[], style: Style): Promise<boolean> {
    const { random, extended } = style;
    const json = condition(style);
    const values = variables(random);
    const parsed: Condition = parseCondition(json, { limits: { depth: 20 } });
    const filter = compileFilter(parsed, values);
    const cel = printCel(parsed);
    const reread = parseCelCondition(cel, { limits: { depth: 60, terms: 10_000 }, variables: ['user', 'nobody'] });
    const [predicate, bound, again] = [compilePredicate(parsed), compilePredicate(bindVariables(parsed, values)), compilePredicate(reread)];
    const found = await idsOf(collection, random.chance(0.2) ? compileFilter(reread, values) : filter);
    // What MongoDB means is what it says without an index; its planner fails on some filters that we spell differently.
    const asItStands = extended ? found : await idsOf(collection, stored(asFilter(json)) as Document, { $natural: 1 });
    const disagreements = documents.flatMap((document) => {
      const answers = [
        found.has(Number(document['_id'])),
        predicate(document, values),
        bound(document),
        again(document, values),
        asItStands.has(Number(document['_id'])),
      ];
      return new Set(answers).size === 1 ? [] : [{ answers, document }];
    });
    const [first] = disagreements;
    if (first !== undefined) {
      const minimal = await shrunk({ json, document: first.document, values });
      // A text, because a diff of objects would leave out what does not differ.
      const report = { minimal, json, cel, filter, values, disagreements: disagreements.slice(0, 3) };
      expect(Object.entries(report).map(([name, part]) => `${name}: ${inspect(part)}`)).toEqual([]);
    }
    return found.size > 0 && found.size < documents.length;
  }

  test.each(Array.from({ length: rounds }, (_, round) => firstSeed + round))(
    'match the same documents in MongoDB and in memory (CONDITIONS_SEED=%i)',
    async (seed) => {
      const random = createRandom(seed);
      const collection = database.collection(`round-${seed}`);
      const pool: [string, unknown][] = [];
      await collection.insertMany(Array.from({ length: documentsPerRound }, (_, id) => document(random, id, pool)));
      // An index may change the answer only if mongod has a bug; half of the rounds check that we don't rely on its absence.
      if (random.chance(0.5)) await collection.createIndexes([{ key: { a: 1 } }, { key: { 'a.b': 1 } }, { key: { b: 1 } }]);
      const documents = await collection.find().sort({ _id: 1 }).toArray();
      expect(documents).toHaveLength(documentsPerRound);
      let telling = 0;
      for (let checked = 0; checked < conditionsPerRound; checked += 1) {
        if (await checkOne(collection, documents, { random, extended: random.chance(0.6), pool })) telling += 1;
      }
      // Conditions that all or no documents meet would prove little.
      expect(telling).toBeGreaterThan(conditionsPerRound / 4);
      await collection.drop();
    },
    60_000,
  );
});
