import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { TestServer } from '@mainstay/testing';
import { startTestServer, until } from '@mainstay/testing';
import { createData, dataModule } from '../index.ts';

let server: TestServer;
const developer = () => server.as('server');
const ann = () => server.as({ user: 'ann' });
beforeAll(async () => {
  server = await startTestServer({ modules: (frame) => [dataModule(createData(frame))] });
  await developer().put('/schema/places', {
    fields: {
      name: { type: 'string' },
      about: { type: 'text' },
      at: { type: 'geopoint' },
      owner: { type: 'string' },
      secret: { type: 'text', readable: false },
    },
    indexes: [
      {
        fields: [
          ['name', 'text'],
          ['about', 'text'],
        ],
      },
      { fields: [['at', '2dsphere']] },
    ],
    rules: { list: { owner: { $ne: 'bob' } }, get: true },
  });
  await developer().put('/schema/visits', {
    fields: {
      place: { type: 'reference', collection: 'places' },
      by: { type: 'string' },
      stars: { type: 'integer' },
      note: { type: 'string', readable: false },
    },
    rules: { list: { by: { $var: 'user.id' } } },
  });
  const create = (collection: string, document: object) => ({ op: 'create', collection, document });
  await developer().post('/data/batch', {
    operations: [
      create('places', { id: 'cafe', name: 'Café Central', about: 'coffee and cake', at: { type: 'Point', coordinates: [16.365, 48.21] } }),
      create('places', {
        id: 'bar',
        name: 'Night bar',
        about: 'coffee, coffee and more coffee',
        at: { type: 'Point', coordinates: [16.37, 48.2] },
      }),
      create('places', { id: 'far', name: 'Far away', about: 'tea', at: { type: 'Point', coordinates: [2.35, 48.85] } }),
      create('places', {
        id: 'bobs',
        name: 'Bob’s coffee',
        about: 'coffee',
        owner: 'bob',
        at: { type: 'Point', coordinates: [16.365, 48.21] },
      }),
      create('visits', { id: 'v1', place: 'cafe', by: 'ann', stars: 5, note: 'x' }),
      create('visits', { id: 'v2', place: 'far', by: 'eve', stars: 5 }),
      create('visits', { id: 'v3', place: 'bar', by: 'ann', stars: 1 }),
    ],
  });
  await until('the indexes are built', async () => {
    const { body } = await developer().get<{ items: { state: string }[] }>('/schema/places/indexes');
    return body.items.every(({ state }) => state === 'ready');
  });
});
afterAll(() => server.end());

type Page = { items: { id: string }[]; nextCursor: string | null; total?: number; code?: string };
const ask = async (query: object, who = ann(), collection = 'places') => (await who.post<Page>(`/data/${collection}/query`, query)).body;
const idsOf = ({ items }: Page): string[] => items.map(({ id }) => id);

describe('words', () => {
  it('find the best documents first, of those that the caller may read', async () => {
    expect(idsOf(await ask({ where: { $text: 'coffee' } }))).toEqual(['bar', 'cafe']);
    expect(idsOf(await ask({ where: { $text: 'coffee' } }, developer()))).toHaveLength(3);
    expect(await ask({ where: { $text: 'coffee', name: { $regex: '^Café' } }, total: true })).toMatchObject({
      items: [{ id: 'cafe' }],
      total: 1,
    });
    expect(await ask({ where: { $text: 'coffee' }, limit: 1 })).toMatchObject({ items: [{ id: 'bar' }], nextCursor: null });
  });

  it('are paged in an order that is asked for', async () => {
    const first = await ask({ where: { $text: 'coffee' }, sort: ['name'], limit: 1 });
    expect(idsOf(first)).toEqual(['cafe']);
    expect(idsOf(await ask({ where: { $text: 'coffee' }, sort: ['name'], limit: 1, cursor: first.nextCursor }))).toEqual(['bar']);
  });

  it('need an index, of fields that the caller may read', async () => {
    expect(await ask({ where: { $text: 'x' } }, ann(), 'visits')).toMatchObject({ code: 'index_missing' });
    const index = { indexes: [{ fields: [['secret', 'text']] }] };
    expect(await developer().patch('/schema/places', index)).toMatchObject({ status: 422, body: { errors: [{ code: 'not_readable' }] } });
    expect(await ask({ where: { $or: [{ $text: 'x' }, { name: 'y' }] } })).toMatchObject({ code: 'invalid_input' });
  });
});

describe('what is near', () => {
  const at = { $near: { point: [16.366, 48.209], maxDistance: 5_000 } };

  it('comes nearest first', async () => {
    expect(idsOf(await ask({ where: { at } }))).toEqual(['cafe', 'bar']);
    expect(idsOf(await ask({ where: { at: { $near: { point: [16.37, 48.2] } } } }))).toEqual(['bar', 'cafe', 'far']);
    expect(await ask({ where: { at }, total: true })).toMatchObject({ code: 'invalid_input' });
    expect(await ask({ where: { owner: at } })).toMatchObject({ code: expect.stringMatching(/index_missing|invalid_input/) });
  });
});

describe('a subquery', () => {
  it('gives values of another collection, under the rules of that one', async () => {
    const where = (inner: object) => ({ id: { $inQuery: { collection: 'visits', where: inner, field: 'place' } } });
    expect(idsOf(await ask({ where: where({ stars: 5 }) }))).toEqual(['cafe']);
    expect(idsOf(await ask({ where: where({}), sort: ['name'] }))).toEqual(['cafe', 'bar']);
    expect(idsOf(await ask({ where: { $not: where({ stars: 5 }) }, sort: ['name'] }, developer()))).toEqual(['bobs', 'bar']);
    expect(await ask({ where: where({ note: 'x' }) })).toMatchObject({ code: 'field_not_readable' });
    expect((await server.as('anonymous').post<Page>('/data/places/query', { where: where({}) })).body).toMatchObject({
      code: 'rule_denied',
    });
    expect(await ask({ where: { id: { $inQuery: { collection: 'nothing', where: {} } } } })).toMatchObject({
      code: 'collection_not_found',
    });
  });
});
