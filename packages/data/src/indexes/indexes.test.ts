import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { TestServer } from '@mainstay/testing';
import { aContext, startTestServer, until } from '@mainstay/testing';
import { DataSettings } from '../data.settings.ts';
import { createData, dataModule } from '../index.ts';
import { IndexBuildKind } from './indexes.model.ts';

const OPEN = { list: true, get: true, create: true, update: true, delete: true };
const FIELDS = {
  slug: { type: 'string' },
  group: { type: 'string' },
  rank: { type: 'integer' },
  place: { type: 'geopoint' },
  body: { type: 'text' },
  until: { type: 'date' },
};

interface State {
  readonly name: string;
  readonly state: string;
  readonly failure: { code: string; detail: string; duplicates?: { count: number; sample: unknown[] } } | null;
}

let server: TestServer;
const developer = () => server.as('server');
const states = async (collection: string) => (await developer().get<{ items: State[] }>(`/schema/${collection}/indexes`)).body.items;
const settled = (collection: string) =>
  until('the indexes are built', async () => {
    const items = await states(collection);
    return items.every(({ state }) => state === 'ready' || state === 'failed') ? items : undefined;
  });
const fill = (collection: string, documents: object[]) =>
  developer().post('/data/batch', { operations: documents.map((document) => ({ op: 'create', collection, document })) });

beforeAll(async () => {
  const settings = DataSettings.parse({ slowQueryMs: '0', indexesPerCollection: '6' });
  server = await startTestServer({ modules: (frame) => [dataModule(createData(frame, { settings }))] });
});
afterAll(() => server.end());

describe('indexes', () => {
  it('of every kind are built behind the definition, which is stored at once', async () => {
    await developer().put('/schema/things', { fields: FIELDS, rules: OPEN });
    const documents = Array.from({ length: 200 }, (_one, rank) => ({ slug: `s${rank}`, group: `g${rank % 3}`, rank, body: `word${rank}` }));
    await fill('things', documents);
    const indexes = [
      {
        fields: [
          ['group', 1],
          ['rank', -1],
        ],
      },
      { fields: [['slug', 1]], unique: true },
      { fields: [['rank', 1]], unique: true, where: { group: 'g1' } },
      { fields: [['until', 1]], expireAfterSeconds: 0 },
      { fields: [['body', 'text']] },
      { fields: [['place', '2dsphere']] },
    ];
    expect(await developer().patch('/schema/things', { indexes })).toMatchObject({ status: 200, body: { indexes } });
    const items = await settled('things');
    expect(items.map(({ state }) => state)).toEqual(Array.from({ length: 6 }, () => 'ready'));
    expect(await developer().post('/data/things', { slug: 's1' })).toMatchObject({ status: 409, body: { code: 'unique_violation' } });
    expect(await developer().post('/data/things', { rank: 1, group: 'g1' })).toMatchObject({ status: 409 });
    expect(await developer().post('/data/things', { rank: 1, group: 'g2' })).toMatchObject({ status: 201 });
    expect(await developer().post('/data/things', { place: { type: 'Point', coordinates: [7, 47] } })).toMatchObject({ status: 201 });
    await developer().patch('/schema/things', { indexes: indexes.slice(0, 1) });
    expect(await states('things')).toHaveLength(1);
    expect(await developer().post('/data/things', { slug: 's1' })).toMatchObject({ status: 201 });
  });

  it('are there at once where there are no documents', async () => {
    await developer().put('/schema/fresh', { fields: { slug: { type: 'string', unique: true } }, rules: OPEN });
    expect(await states('fresh')).toMatchObject([{ state: 'ready', definition: { fields: [['slug', 1]], unique: true } }]);
  });

  it('that documents contradict fail by name, and are built when the documents are mended', async () => {
    await developer().put('/schema/doubles', { fields: { slug: { type: 'string' } }, rules: OPEN });
    await fill('doubles', [{ slug: 'a', id: 'one' }, { slug: 'a' }, { slug: 'b' }, { slug: 'b' }, { slug: 'b' }, {}]);
    const unique = { fields: { slug: { type: 'string', unique: true } } };
    expect(await developer().patch('/schema/doubles', unique)).toMatchObject({ status: 200 });
    const [failed] = await settled('doubles');
    expect(failed).toMatchObject({
      state: 'failed',
      failure: {
        code: 'duplicate_values',
        duplicates: {
          count: 2,
          sample: [
            { values: ['b'], documents: 3 },
            { values: ['a'], documents: 2 },
          ],
        },
      },
    });
    expect(await developer().post('/data/doubles', { slug: 'c' })).toMatchObject({ status: 201 });
    await developer().post('/data/doubles/bulk', { operation: 'delete', where: { slug: { $in: ['a', 'b'] } } });
    await until('the doubles are gone', async () => {
      const { body } = await developer().post<{ count: number }>('/data/doubles/count', { where: { slug: { $in: ['a', 'b'] } } });
      return body.count === 0 ? true : undefined;
    });
    await developer().patch('/schema/doubles', unique);
    expect(await settled('doubles')).toMatchObject([{ state: 'ready', failure: null }]);
  });

  it('are built also when the worker comes before the definition that asks for them is stored', async () => {
    const rank = [{ fields: [['rank', 1]] }];
    for (const name of ['early', 'other']) {
      await developer().put(`/schema/${name}`, { fields: { rank: { type: 'integer' } }, rules: OPEN });
      await fill(name, [{ rank: 1 }, { rank: 2 }]);
    }
    const context = aContext(server.project, server.log);
    const builds = server.frame.store.kind(context, IndexBuildKind);
    const queued = { collection: 'early', name: 'i_rank_1', state: 'queued', progress: null, failure: null, endedAt: null } as const;
    await builds.insert({ id: 'early:i_rank_1', ...queued, createdAt: new Date() });
    // The worker takes the oldest first: when the other one is ready, it has looked at ours.
    await developer().patch('/schema/other', { indexes: rank });
    expect((await settled('other')).map(({ state }) => state)).toEqual(['ready']);
    expect(await builds.get('early:i_rank_1')).toMatchObject({ state: 'queued' });
    await developer().patch('/schema/early', { indexes: rank });
    expect((await settled('early')).map(({ state }) => state)).toEqual(['ready']);
  });

  it('are bounded in number', async () => {
    const indexes = Array.from({ length: 7 }, (_one, position) => ({ fields: [[`f${position}`, 1]] }));
    expect(await developer().put('/schema/many', { mode: 'open', indexes })).toMatchObject({
      status: 422,
      body: { errors: [{ path: 'indexes', code: 'too_many_indexes' }] },
    });
  });
});

describe('advice on indexes', () => {
  it('follows from slow queries, and names fields only', async () => {
    await developer().put('/schema/slow', { fields: FIELDS, rules: OPEN });
    await developer().post('/data/slow', { group: 'secret-group', rank: 1 });
    const ann = server.as({ user: 'ann' });
    await ann.post('/data/slow/query', { where: { group: 'secret-group', rank: { $gt: 0 } }, sort: ['-createdAt'] });
    const index = {
      fields: [
        ['group', 1],
        ['createdAt', -1],
        ['rank', 1],
      ],
    };
    const advice = await developer().get<{ items: unknown[] }>('/schema/slow/index-advice');
    expect(advice).toMatchObject({
      status: 200,
      body: { items: [{ shape: { where: ['group', 'rank'], sort: ['-createdAt'] }, queries: 1, advice: 'create-index', index }] },
    });
    expect(JSON.stringify(advice.body)).not.toContain('secret-group');
    await developer().patch('/schema/slow', { indexes: [index] });
    expect(await developer().get('/schema/slow/index-advice')).toMatchObject({ body: { items: [{ advice: 'exists', index: null }] } });
    expect(await ann.get('/schema/slow/index-advice')).toMatchObject({ status: 403 });
    expect(server.leaks).toEqual([]);
  });
});
