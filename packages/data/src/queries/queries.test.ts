import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { TestServer } from '@mainstay/testing';
import { startTestServer } from '@mainstay/testing';
import { createData, dataModule } from '../index.ts';

const PUBLIC = { list: true, get: true };
const OWNER = { owner: { $var: 'user.id' } };

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({
    modules(frame) {
      const data = createData(frame);
      data.includes.offer('users', (_context, ids) => Promise.resolve(new Map(ids.map((id) => [id, { id, name: id.toUpperCase() }]))));
      return [dataModule(data)];
    },
  });
  const schema = (name: string, definition: object) => server.as('server').put(`/schema/${name}`, definition);
  await schema('countries', { fields: { name: { type: 'string' } }, rules: PUBLIC });
  await schema('authors', {
    fields: {
      name: { type: 'string' },
      country: { type: 'reference', collection: 'countries' },
      salary: { type: 'number', readable: false },
    },
    rules: PUBLIC,
  });
  await schema('diaries', { fields: { text: { type: 'text' }, owner: { type: 'string' } }, rules: { list: OWNER, get: OWNER } });
  await schema('posts', {
    fields: {
      title: { type: 'string' },
      author: { type: 'reference', collection: 'authors' },
      editors: { type: 'array', of: 'reference', collection: 'authors' },
      diary: { type: 'reference', collection: 'diaries' },
      owner: { type: 'reference', collection: 'users' },
      likes: { type: 'integer' },
      tags: { type: 'array', of: 'string' },
      draft: { type: 'boolean', default: false },
      note: { type: 'string', readable: false },
    },
    rules: { list: { draft: false }, get: { draft: false } },
  });
  await schema('loose', { mode: 'open', rules: PUBLIC });
  const make = (collection: string, document: object) => server.as('server').post(`/data/${collection}`, document);
  await make('countries', { id: 'fr', name: 'France' });
  await make('authors', { id: 'anna', name: 'Anna', country: 'fr', salary: 9 });
  await make('authors', { id: 'ben', name: 'Ben', salary: 7 });
  await make('diaries', { id: 'd1', text: 'dear', owner: 'alice' });
  await make('posts', {
    id: 'p1',
    title: 'One',
    author: 'anna',
    editors: ['ben', 'gone'],
    diary: 'd1',
    owner: 'alice',
    likes: 5,
    tags: ['a', 'b'],
    note: 'x',
  });
  await make('posts', { id: 'p2', title: 'Two', author: 'ben', likes: 3, tags: ['b'], note: 'y' });
  await make('posts', { id: 'p3', title: 'Three', author: 'anna', likes: 100, tags: ['secret'], draft: true, note: 'z' });
});
afterAll(() => server.end());

const alice = () => server.as({ user: 'alice' });
const bob = () => server.as({ user: 'bob' });
const aggregate = (pipeline: object[], who = alice()) =>
  who.post<{ code?: string; items: Record<string, unknown>[] }>('/data/posts/aggregate', { pipeline });

describe('include', () => {
  it('puts documents in the place of references, through levels and arrays, under the rules of their collections', async () => {
    const { body } = await alice().get<{ items: object[] }>('/data/posts?sort=title&include=author.country,editors,diary,owner');
    expect(body.items[0]).toMatchObject({
      author: { id: 'anna', name: 'Anna', country: { id: 'fr', name: 'France' } },
      editors: [{ id: 'ben', name: 'Ben' }, 'gone'],
      diary: { id: 'd1', text: 'dear' },
      owner: { id: 'alice', name: 'ALICE' },
    });
    expect(JSON.stringify(body)).not.toContain('salary');
    expect(await bob().get('/data/posts/p1?include=diary,author')).toMatchObject({ body: { diary: 'd1', author: { id: 'anna' } } });
    expect(await alice().post('/data/posts/query', { where: { id: 'p2' }, include: ['author'] })).toMatchObject({
      body: { items: [{ author: { name: 'Ben' } }] },
    });
  });

  it('costs one query per level and collection', async () => {
    const path = '/data/posts?include=author.country,editors.country';
    await alice().get(path);
    expect(await server.countCommands(() => alice().get(path))).toBe(1 + 2 + 1);
  });

  it.each([
    ['a field that is no reference', 'title'],
    ['an unknown field', 'nothing'],
    ['too deep a path', 'author.country.a.b'],
    ['a path beyond users', 'owner.x'],
  ])('refuses %s', async (_name, path) => {
    expect(await alice().get(`/data/posts?include=${path}`)).toMatchObject({ status: 422, body: { code: 'include_not_possible' } });
  });
});

describe('aggregate', () => {
  it('groups, sorts and joins what the caller may read', async () => {
    const grouped = await aggregate([{ $group: { _id: '$author', likes: { $sum: '$likes' } } }, { $sort: { _id: 1 } }]);
    expect(grouped.body.items).toEqual([
      { _id: 'anna', likes: 5 },
      { _id: 'ben', likes: 3 },
    ]);
    expect((await aggregate([{ $match: { tags: 'b' } }, { $sort: { likes: -1 } }, { $limit: 1 }])).body.items).toMatchObject([
      { id: 'p1' },
    ]);
    const joined = await aggregate([
      { $lookup: { from: 'authors', localField: 'author', foreignField: 'id', as: 'people' } },
      { $match: { id: 'p1' } },
    ]);
    expect(joined.body.items).toMatchObject([{ people: [{ id: 'anna', name: 'Anna' }] }]);
    expect(JSON.stringify(joined.body)).not.toMatch(/salary|note/);
    expect((await aggregate([{ $count: 'n' }], server.as('server'))).body.items).toEqual([{ n: 3 }]);
  });

  it('joins nothing that the rules of the other collection hide', async () => {
    const pipeline = [{ $lookup: { from: 'diaries', localField: 'diary', foreignField: 'id', as: 'found' } }, { $match: { id: 'p1' } }];
    expect((await aggregate(pipeline)).body.items).toMatchObject([{ found: [{ id: 'd1' }] }]);
    expect((await aggregate(pipeline, bob())).body.items).toMatchObject([{ found: [] }]);
  });

  it.each([
    ['$out', [{ $out: 'x' }], 422, 'stage_not_allowed'],
    ['$merge', [{ $merge: { into: 'x' } }], 422, 'stage_not_allowed'],
    ['$unionWith', [{ $unionWith: 'diaries' }], 422, 'stage_not_allowed'],
    ['$function', [{ $set: { x: { $function: { body: 'function(){}', args: [], lang: 'js' } } } }], 422, 'stage_not_allowed'],
    ['$where', [{ $match: { $where: '1' } }], 422, 'invalid_input'],
    ['$expr', [{ $match: { $expr: true } }], 422, 'invalid_input'],
    ['a system variable', [{ $set: { x: '$$USER_ROLES' } }], 422, 'stage_not_allowed'],
    ['a lookup with a pipeline', [{ $lookup: { from: 'authors', pipeline: [], as: 'x' } }], 422, 'stage_not_allowed'],
    [
      'a lookup by a hidden field',
      [{ $lookup: { from: 'authors', localField: 'likes', foreignField: 'salary', as: 'x' } }],
      403,
      'field_not_readable',
    ],
    [
      'a lookup in a closed collection',
      [{ $lookup: { from: 'nothing', localField: 'likes', foreignField: 'a', as: 'x' } }],
      404,
      'collection_not_found',
    ],
    ['a hidden field in the first match', [{ $match: { note: 'x' } }], 403, 'field_not_readable'],
    ['a hidden field in the first sort', [{ $sort: { note: 1 } }], 403, 'field_not_readable'],
    ['a memory bomb', [{ $set: { x: { $concat: Array.from({ length: 65 }, () => '$title') } } }], 422, 'stage_not_allowed'],
    [
      'a loop in a loop',
      [{ $set: { x: { $map: { input: '$tags', in: { $map: { input: '$$ROOT.tags', in: 1 } } } } } }],
      422,
      'stage_not_allowed',
    ],
    ['a facet in a facet', [{ $facet: { a: [{ $facet: {} }] } }], 422, 'stage_not_allowed'],
    ['two stages in one', [{ $limit: 1, $skip: 1 }], 422, 'stage_not_allowed'],
    ['too many stages', Array.from({ length: 21 }, () => ({ $unset: 'x' })), 422, 'aggregation_too_large'],
    ['what mongod refuses', [{ $set: { x: { $divide: ['$likes', 0] } } }], 422, 'aggregation_not_possible'],
  ])('refuses %s', async (_name, pipeline, status, code) => {
    expect(await aggregate(pipeline)).toMatchObject({ status, body: { code } });
  });

  it('never sees hidden fields or documents, however it asks', async () => {
    for (const pipeline of [
      [{ $group: { _id: null, all: { $push: '$$ROOT' } } }],
      [{ $project: { all: { $objectToArray: '$$CURRENT' } } }],
      [{ $facet: { a: [{ $sortByCount: '$note' }], b: [{ $match: { note: { $exists: true } } }] } }],
      [{ $set: { note2: '$note' } }],
    ]) {
      const { status, body } = await aggregate(pipeline);
      expect(status).toBe(200);
      expect(JSON.stringify(body)).not.toMatch(/secret|"[xyz]"|p3/);
    }
  });
});

describe('counts and distinct values', () => {
  it('tell of what the caller may read only', async () => {
    expect(await alice().post('/data/posts/distinct', { field: 'tags' })).toMatchObject({ body: { isComplete: true } });
    const { body } = await alice().post<{ values: string[] }>('/data/posts/distinct', { field: 'tags' });
    expect(body.values.toSorted()).toEqual(['a', 'b']);
    expect(await alice().post('/data/posts/distinct', { field: 'note' })).toMatchObject({ status: 403 });
    expect(await alice().post('/data/posts/count', { estimated: true })).toMatchObject({ body: { count: 2 } });
    expect(await server.as('server').post('/data/posts/count', { estimated: true })).toMatchObject({ body: { count: 3 } });
    expect(await alice().post('/data/posts/count', { where: { likes: { $gt: 3 } } })).toMatchObject({ body: { count: 1 } });
  });
});

describe('pages', () => {
  it('go through values of different types, in both directions, once each', async () => {
    const values = [null, 3, 1, 'b', 'a', true, false, undefined, 2.5];
    for (const [position, value] of values.entries())
      await server.as('server').post('/data/loose', { id: `v${position}`, ...(value === undefined ? {} : { value }) });
    for (const sort of ['value', '-value']) {
      const seen: string[] = [];
      let cursor: string | null = null;
      do {
        const next: { body: { items: { id: string }[]; nextCursor: string | null } } = await alice().get(
          `/data/loose?sort=${sort}&limit=2${cursor === null ? '' : `&cursor=${cursor}`}`,
        );
        seen.push(...next.body.items.map(({ id }) => id));
        cursor = next.body.nextCursor;
      } while (cursor !== null);
      expect(seen.toSorted()).toEqual(values.map((_value, position) => `v${position}`));
    }
  });

  it('are refused in an order that has none', async () => {
    expect(await alice().get('/data/posts?sort=tags')).toMatchObject({ status: 422, body: { errors: [{ code: 'invalid_sort' }] } });
  });

  it('bring only the fields that were asked for', async () => {
    const { body } = await alice().get<{ items: object[] }>('/data/posts?sort=-likes&fields=title&limit=1');
    expect(Object.keys(body.items[0] ?? {}).toSorted()).toEqual(['createdAt', 'id', 'title', 'updatedAt', 'version']);
  });
});
