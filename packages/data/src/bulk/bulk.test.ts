import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { TestServer } from '@mainstay/testing';
import { startTestServer, until } from '@mainstay/testing';
import { createData, dataModule } from '../index.ts';
import { DataSettings } from '../data.settings.ts';

let server: TestServer;
beforeAll(async () => {
  const settings = DataSettings.parse({ bulkSliceDocuments: '20' });
  server = await startTestServer({ modules: (frame) => [dataModule(createData(frame, { settings }))] });
  const rules = { list: true, get: true, create: true, update: true, delete: true };
  const fields = {
    rank: { type: 'integer', max: 100 },
    group: { type: 'string' },
    slug: { type: 'string', unique: true },
    count: { type: 'integer' },
  };
  for (const name of ['items', 'others', 'slugs']) await server.as('server').put(`/schema/${name}`, { fields, rules });
  await server.as('server').put('/schema/kept', { fields, rules, history: true, softDelete: true });
  for (const name of ['items', 'others', 'kept']) {
    const operations = Array.from({ length: 90 }, (_one, position) => ({
      op: 'create',
      collection: name,
      document: { rank: position, group: position % 3 === 0 ? 'a' : 'b' },
    }));
    await server.as('server').post('/data/batch', { operations });
  }
});
afterAll(() => server.end());

interface Change {
  readonly id: string;
  readonly state: string;
  readonly changed: number;
  readonly failed: number;
  readonly total: number;
  readonly errors: { code: string }[];
}
async function bulk(collection: string, body: object): Promise<Change> {
  const begun = await server.as('server').post<Change>(`/data/${collection}/bulk`, body);
  expect(begun.status).toBe(202);
  return until('the bulk change ends', async () => {
    const { body: change } = await server.as('server').get<Change>(`/bulk-changes/${begun.body.id}`);
    return change.state === 'done' ? change : undefined;
  });
}
const count = async (collection: string, where: object) =>
  (await server.as('server').post<{ count: number }>(`/data/${collection}/count`, { where })).body.count;

describe('a bulk change', () => {
  it('updates what matches, once each, and tells how far it is', async () => {
    const change = await bulk('items', { operation: 'update', where: { group: 'a' }, update: { group: 'c' } });
    expect(change).toMatchObject({ total: 30, changed: 30, failed: 0 });
    expect(await count('items', { group: 'c', version: 2 })).toBe(30);
    const counted = await bulk('items', { operation: 'update', where: {}, update: { $inc: { count: 1 } } });
    expect(counted).toMatchObject({ total: 90, changed: 90 });
    expect(await count('items', { count: 1 })).toBe(90);
  });

  it('goes on past documents that it can not change, and names them', async () => {
    const change = await bulk('others', { operation: 'update', where: { rank: { $gte: 50 } }, update: { $inc: { rank: 20 } } });
    expect(change).toMatchObject({ total: 40, changed: 31, failed: 9 });
    expect(change.errors[0]).toMatchObject({ code: 'invalid_input', detail: expect.stringMatching(/^rank: /) });
    expect(await count('others', { rank: { $gt: 89 } })).toBe(11);
  });

  it('deletes what matches, through the trash where there is one', async () => {
    expect(await bulk('others', { operation: 'delete', where: { group: 'a' } })).toMatchObject({ changed: 30 });
    expect(await count('others', {})).toBe(60);
    expect(await bulk('kept', { operation: 'delete', where: { rank: { $lt: 5 } } })).toMatchObject({ changed: 5 });
    expect((await server.as('server').post<{ items: object[] }>('/data/kept/trash', {})).body.items).toHaveLength(5);
  });

  it('is for servers, needs a condition, and an update that can be', async () => {
    const refused = async (body: object) => (await server.as('server').post<{ code: string }>('/data/items/bulk', body)).body.code;
    expect(await refused({ operation: 'delete' })).toBe('condition_required');
    expect(await refused({ operation: 'delete', where: { $where: '1' } })).toBe('invalid_input');
    expect(await refused({ operation: 'update', where: {}, update: { nope: 1 } })).toBe('invalid_input');
    expect(await server.as({ user: 'alice' }).post('/data/items/bulk', { operation: 'delete', where: {} })).toMatchObject({ status: 403 });
    expect(await server.as('server', server.otherProject).get('/bulk-changes')).toMatchObject({ body: { items: [] } });
    expect(server.leaks).toEqual([]);
  });
});

describe('an upsert', () => {
  const upsert = (body: object) => server.as({ user: 'alice' }).post<Record<string, unknown>>('/data/slugs/upsert', body);

  it('makes one document however many ask at the same time', async () => {
    const body = { where: { slug: 'same' }, create: { slug: 'same', count: 1 }, update: { $inc: { count: 1 } } };
    const answers = await Promise.all(Array.from({ length: 8 }, () => upsert(body)));
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 200, 200, 200, 200, 200, 200, 201]);
    expect(await server.as('server').get('/data/slugs?total=true')).toMatchObject({ body: { total: 1, items: [{ count: 8 }] } });
    expect(await upsert({ where: { id: 'mine' }, create: { id: 'mine', rank: 1 } })).toMatchObject({ status: 201 });
    expect(await upsert({ where: { id: 'mine' }, create: { rank: 2 } })).toMatchObject({ status: 200, body: { id: 'mine', rank: 2 } });
  });

  it('is refused where the condition could mean several', async () => {
    expect(await upsert({ where: { group: 'a' }, create: {} })).toMatchObject({ status: 422, body: { code: 'upsert_needs_unique' } });
    expect(await upsert({ where: { $or: [{ slug: 'a' }, { slug: 'b' }] }, create: {} })).toMatchObject({ status: 422 });
  });
});

describe('documents whose ids are words of the API', () => {
  it('are reached like any other', async () => {
    for (const id of ['query', 'count', 'bulk', 'upsert']) {
      expect(await server.as('server').post('/data/slugs', { id, slug: id })).toMatchObject({ status: 201 });
      expect(await server.as('server').get(`/data/slugs/${id}`)).toMatchObject({ status: 200, body: { id } });
    }
    expect(await server.as('server').post('/data/slugs/nothing', {})).toMatchObject({ status: 405 });
  });
});

describe('an atomic batch', () => {
  it('sees its own writes', async () => {
    const operations = [
      { op: 'create', collection: 'slugs', document: { id: 'own', rank: 1 } },
      { op: 'replace', collection: 'slugs', id: 'own', document: { rank: 2 } },
      { op: 'update', collection: 'slugs', id: 'own', update: { $inc: { rank: 1 } }, ifVersion: 2 },
    ];
    const { body } = await server.as('server').post<{ results: object[] }>('/data/batch', { atomic: true, operations });
    expect(body.results).toMatchObject([{ status: 201 }, { status: 200 }, { status: 200, document: { rank: 3, version: 3 } }]);
  });
});
