import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Project } from '@mainstay/kernel';
import type { Draw, TestClient, TestServer } from '@mainstay/testing';
import { createDraw, startTestServer } from '@mainstay/testing';
import { createData, dataModule } from '../index.ts';

/**
 * Two projects that differ only in what the caller may not read: documents that no rule shows to it, and values of fields that it may not
 * read. Whatever it asks or writes, it gets the same answers in both, so that it can learn nothing of them.
 */
const REQUESTS = 10_000;
const AT_ONCE = 20;
const SEED = 20_261_121;

const OWN = { owner: { $var: 'user.id' } };
const SEEN = { $or: [{ public: true }, OWN] };
const PEOPLE = {
  fields: {
    name: { type: 'string' },
    team: { type: 'enum', values: ['red', 'green', 'blue'] },
    age: { type: 'integer', min: 0, max: 200 },
    email: { type: 'string', unique: true },
    tags: { type: 'array', of: 'string' },
    meta: { type: 'object' },
    boss: { type: 'reference', collection: 'people' },
    owner: { type: 'string' },
    public: { type: 'boolean' },
    salary: { type: 'integer', readable: false, min: 0, max: 1_000 },
    plan: { type: 'object', readable: false, writable: false },
    note: { type: 'string', readable: OWN, writable: OWN },
    label: { type: 'string', readable: false, computed: '{name} {salary}' },
  },
  indexes: [
    {
      fields: [
        ['team', 1],
        ['age', -1],
      ],
    },
    { fields: [['salary', 1]] },
  ],
  softDelete: true,
  rules: { list: SEEN, get: SEEN, create: OWN, update: OWN, delete: OWN },
};
const POSTS = {
  fields: {
    text: { type: 'string' },
    author: { type: 'reference', collection: 'people' },
    stars: { type: 'integer' },
    draft: { type: 'boolean' },
  },
  rules: { list: { draft: { $ne: true } }, get: { draft: { $ne: true } } },
};

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ modules: (frame) => [dataModule(createData(frame))] });
  await fill(server.project, { hidden: 40, draw: createDraw(1) });
  await fill(server.otherProject, { hidden: 95, draw: createDraw(2) });
}, 60_000);
afterAll(() => server.end());

/** The same to everybody's eyes, and with secrets drawn at random. */
async function fill(project: Project, { hidden, draw }: { hidden: number; draw: Draw }): Promise<void> {
  const developer = server.as('server', project);
  await developer.put('/schema/people', PEOPLE);
  await developer.put('/schema/posts', POSTS);
  const secrets = (isOwn: boolean) => ({
    salary: draw.below(1_000),
    plan: { next: draw.word(), steps: Array.from({ length: draw.below(4) }, () => draw.below(9)) },
    ...(isOwn ? {} : { note: draw.word() }),
  });
  const shown = createDraw(3);
  const people = Array.from({ length: 60 }, (_one, n) => ({
    id: `p${n}`,
    name: shown.word(),
    team: shown.oneOf(['red', 'green', 'blue']),
    age: shown.below(90),
    email: `p${n}@example.com`,
    tags: [shown.word(), shown.word()],
    meta: { a: shown.below(5), b: { c: shown.word() } },
    boss: `p${shown.below(60)}`,
    owner: n % 3 === 0 ? 'ann' : 'bob',
    public: n % 2 === 0,
    ...(n % 3 === 0 ? { note: shown.word() } : {}),
    ...secrets(n % 3 === 0),
  }));
  const strangers = Array.from({ length: hidden }, (_one, n) => ({
    id: `h${n}`,
    name: draw.word(),
    team: draw.oneOf(['red', 'green', 'blue']),
    age: draw.below(90),
    email: `h${n}@hidden.example.com`,
    tags: [draw.word()],
    boss: `p${draw.below(60)}`,
    owner: 'bob',
    public: false,
    ...secrets(false),
  }));
  // Of bob's documents that are not public the caller sees nothing, so that they may differ altogether.
  const unseen = people.map((person) =>
    person.owner === 'bob' && !person.public ? { ...person, age: draw.below(90), name: draw.word() } : person,
  );
  const posts = Array.from({ length: 40 }, (_one, n) => ({
    id: `t${n}`,
    text: shown.word(),
    author: `p${shown.below(60)}`,
    stars: shown.below(6),
  }));
  const drafts = Array.from({ length: hidden }, (_one, n) => ({
    id: `d${n}`,
    text: draw.word(),
    author: 'p1',
    stars: draw.below(6),
    draft: true,
  }));
  for (const [collection, documents] of [
    ['people', [...unseen, ...strangers]],
    ['posts', [...posts, ...drafts]],
  ] as const)
    await developer.post('/data/batch', { operations: documents.map((document) => ({ op: 'create', collection, document })) });
}

interface Request {
  readonly method: 'get' | 'post' | 'put' | 'patch' | 'delete';
  readonly path: string;
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
}

/** Paths that a caller may try: what it may read, what it may not, and what is not there. */
const PATHS = ['name', 'team', 'age', 'email', 'tags', 'meta.a', 'meta.b.c', 'boss', 'owner', 'public', 'id', 'version'];
const SECRET_PATHS = ['salary', 'plan', 'plan.next', 'plan.steps', 'note', 'label', 'nothing'];
const path = (draw: Draw): string => (draw.chance(0.9) ? draw.oneOf(PATHS) : draw.oneOf(SECRET_PATHS));
const value = (draw: Draw): unknown =>
  draw.oneOf<() => unknown>([
    () => draw.word(),
    () => draw.below(90),
    () => draw.chance(0.5),
    () => null,
    () => `p${draw.below(60)}`,
    () => 'red',
  ])();

function condition(draw: Draw, depth = 0): unknown {
  if (depth < 2 && draw.chance(0.3))
    return { [draw.oneOf(['$and', '$or', '$nor'])]: [condition(draw, depth + 1), condition(draw, depth + 1)] };
  if (draw.chance(0.05)) return `${path(draw)} == ${JSON.stringify(value(draw))}`;
  const at = path(draw);
  return draw.oneOf<() => unknown>([
    () => ({ [at]: value(draw) }),
    () => ({ [at]: { [draw.oneOf(['$gt', '$gte', '$lt', '$lte', '$ne'])]: value(draw) } }),
    () => ({ [at]: { $exists: draw.chance(0.5) } }),
    () => ({ [at]: { [draw.oneOf(['$in', '$nin'])]: [value(draw), value(draw)] } }),
    () => ({ [at]: { $regex: `^${draw.word().slice(0, 2)}` } }),
    () => ({ [at]: { $not: { $type: draw.oneOf(['string', 'number', 'object']) } } }),
    () => ({ $not: { [at]: value(draw) } }),
  ])();
}

function pipeline(draw: Draw): unknown[] {
  const at = path(draw);
  const by = path(draw);
  const group = { $group: { _id: draw.chance(0.5) ? `$${by}` : null, n: { $sum: 1 }, most: { $max: `$${at}` } } };
  const stages = draw.oneOf<() => unknown[]>([
    () => [group],
    () => [{ $match: condition(draw) }, group],
    () => [{ $addFields: { copy: `$${at}` } }, { $group: { _id: '$copy', n: { $sum: 1 } } }],
    () => [{ $project: { whole: '$$ROOT' } }],
    () => [{ $sort: { [at]: 1, _id: 1 } }, { $limit: 5 }],
    () => [{ $count: 'n' }],
    () => [{ $group: { _id: null, all: { $push: { $objectToArray: '$$ROOT' } } } }, { $project: { size: { $size: '$all' } } }],
    () => [{ $lookup: { from: 'posts', localField: 'id', foreignField: 'author', as: 'posts' } }, { $project: { n: { $size: '$posts' } } }],
    () => [{ $lookup: { from: 'people', localField: 'boss', foreignField: 'id', as: 'bosses' } }],
    () => [{ $unwind: '$tags' }, { $group: { _id: '$tags', n: { $sum: 1 } } }],
  ])();
  return [...stages, { $sort: { _id: 1 } }];
}

const anId = (draw: Draw): string => draw.oneOf([`p${draw.below(60)}`, `p${draw.below(60)}`, `h${draw.below(120)}`, `n${draw.below(30)}`]);
const some = <T>(draw: Draw, probability: number, entries: () => T): T | object => (draw.chance(probability) ? entries() : {});

function read(draw: Draw): Request {
  const collection = draw.chance(0.85) ? 'people' : 'posts';
  const at = `/data/${collection}`;
  const query = (): object => ({
    ...some(draw, 0.7, () => ({ where: condition(draw) })),
    ...some(draw, 0.5, () => ({ sort: [`${draw.chance(0.5) ? '-' : ''}${path(draw)}`, 'id'] })),
    ...some(draw, 0.5, () => ({ limit: 1 + draw.below(30) })),
    ...some(draw, 0.3, () => ({ total: true })),
    ...some(draw, 0.3, () => ({ fields: [path(draw), path(draw)] })),
    ...some(draw, 0.2, () => ({ include: [draw.oneOf(['boss', 'boss.boss', 'author', 'author.boss', 'salary'])] })),
  });
  return draw.oneOf<() => Request>([
    () => ({ method: 'post', path: `${at}/query`, body: query() }),
    () => ({ method: 'post', path: `${at}/query`, body: query() }),
    () => ({ method: 'get', path: `${at}/${anId(draw)}${draw.chance(0.2) ? '?include=boss' : ''}` }),
    () => ({ method: 'get', path: `${at}?where=${encodeURIComponent(JSON.stringify(condition(draw)))}&sort=${path(draw)},id` }),
    () => ({ method: 'post', path: `${at}/count`, body: draw.chance(0.3) ? { estimated: true } : { where: condition(draw) } }),
    () => ({ method: 'post', path: `${at}/distinct`, body: { field: path(draw), ...some(draw, 0.5, () => ({ where: condition(draw) })) } }),
    () => ({ method: 'post', path: `${at}/aggregate`, body: { pipeline: pipeline(draw) } }),
    () => ({ method: 'get', path: `${at}/${anId(draw)}/revisions` }),
  ])();
}

function change(draw: Draw): Record<string, unknown> {
  const at = draw.chance(0.7) ? draw.oneOf(['name', 'age', 'tags', 'meta.a', 'note', 'email', 'team', 'boss']) : path(draw);
  return draw.oneOf<() => Record<string, unknown>>([
    () => ({ [at]: value(draw) }),
    () => ({ name: draw.word(), age: draw.below(90) }),
    () => ({ $set: { [at]: value(draw) } }),
    () => ({ $inc: { [draw.oneOf(['age', 'salary', 'plan.steps', 'note'])]: draw.below(300) - 100 } }),
    () => ({ $push: { [draw.oneOf(['tags', 'plan.steps', 'name'])]: draw.word() } }),
    () => ({ $unset: { [at]: '' } }),
    () => ({ $max: { [at]: draw.below(90) } }),
    () => ({ email: `p${draw.below(70)}@example.com` }),
    () => ({ owner: draw.oneOf(['ann', 'bob']) }),
  ])();
}

/** New documents have ids and e-mail addresses that no hidden document has: that a name is taken is told to whoever wants to take it. */
function write(draw: Draw): Request {
  const at = `/data/people/${anId(draw)}`;
  const fresh = (): object => ({
    ...some(draw, 0.9, () => ({ name: draw.word(), team: 'red' })),
    owner: draw.oneOf(['ann', 'ann', 'ann', 'bob']),
    email: `${draw.oneOf(['n', 'p'])}${draw.below(60)}@example.com`,
    ...some(draw, 0.2, () => ({ salary: draw.below(9), note: draw.word() })),
    ...some(draw, 0.1, () => ({ plan: {} })),
  });
  const headers = draw.chance(0.3) ? { 'if-match': `"${1 + draw.below(3)}"` } : {};
  return draw.oneOf<() => Request>([
    () => ({ method: 'patch', path: at, body: change(draw), headers }),
    () => ({ method: 'patch', path: at, body: change(draw) }),
    () => ({
      method: 'post',
      path: '/data/people',
      body: { id: draw.oneOf([`n${draw.below(30)}`, `p${3 * draw.below(20)}`]), ...fresh() },
    }),
    () => ({ method: 'put', path: `/data/people/${draw.oneOf([`n${draw.below(30)}`, `p${3 * draw.below(20)}`])}`, body: fresh(), headers }),
    () => ({ method: 'delete', path: at, headers }),
    () => ({ method: 'post', path: '/data/batch', body: { atomic: draw.chance(0.5), operations: batch(draw) } }),
    () => ({
      method: 'post',
      path: '/data/people/upsert',
      body: { where: { id: anId(draw) }, create: { ...fresh(), id: `n${draw.below(30)}` } },
    }),
  ])();
}

const batch = (draw: Draw): object[] =>
  Array.from({ length: 1 + draw.below(4) }, () =>
    draw.oneOf<() => object>([
      () => ({ op: 'update', collection: 'people', id: anId(draw), update: change(draw) }),
      () => ({ op: 'delete', collection: 'people', id: `n${draw.below(30)}` }),
      () => ({
        op: 'create',
        collection: 'people',
        document: { id: `n${draw.below(30)}`, owner: 'ann', email: `n${draw.below(60)}@example.com` },
      }),
    ])(),
  );

interface Answer {
  readonly status: number;
  readonly text: string;
}

/** What the caller gets, without what every answer has for itself: the request's id and the moment. */
async function ask(client: TestClient, { method, path, body, headers }: Request): Promise<Answer> {
  const answer =
    method === 'get' || method === 'delete'
      ? await client[method]<unknown>(path, headers)
      : await client[method]<unknown>(path, body, headers);
  const text = JSON.stringify(answer.body)
    .replaceAll(/"requestId":"[^"]*"/g, '')
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'T');
  return { status: answer.status, text: `${answer.headers.get('etag') ?? ''} ${text}` };
}

describe('a caller in two projects that differ only in what it may not read', () => {
  it.each([
    ['ann', REQUESTS * 0.8],
    ['anonymous', REQUESTS * 0.2],
  ])(
    'gets the same answers: %s',
    async (who, count) => {
      const draw = createDraw(SEED + count);
      const clients = [server.project, server.otherProject].map((project) => server.as(who === 'anonymous' ? who : { user: who }, project));
      const statuses = new Map<number, number>();
      for (let done = 0; done < count; done += AT_ONCE) {
        // Reads together, then one write: so both projects are always in the same state.
        const groups = [Array.from({ length: AT_ONCE - 1 }, () => read(draw)), [write(draw)]];
        for (const group of groups) {
          const answers = await Promise.all(group.map((request) => Promise.all(clients.map((client) => ask(client, request)))));
          for (const [position, [here, there]] of answers.entries()) {
            expect({ request: group[position], answer: here }).toEqual({ request: group[position], answer: there });
            statuses.set(here?.status ?? 0, (statuses.get(here?.status ?? 0) ?? 0) + 1);
          }
        }
      }
      expect([...statuses.keys()].filter((status) => status >= 500)).toEqual([]);
      expect(statuses.get(200) ?? 0).toBeGreaterThan(count / 5);
      expect(statuses.get(403) ?? 0).toBeGreaterThan(count / 50);
    },
    240_000,
  );
});
