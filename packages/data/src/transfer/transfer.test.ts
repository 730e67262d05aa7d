import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { TestServer } from '@mainstay/testing';
import { startTestServer, until } from '@mainstay/testing';
import { DataSettings } from '../data.settings.ts';
import { createData, dataModule } from '../index.ts';

let server: TestServer;
beforeAll(async () => {
  const settings = DataSettings.parse({ bulkSliceDocuments: '10', importMaxRows: '500' });
  server = await startTestServer({ modules: (frame) => [dataModule(createData(frame, { settings }))] });
  const fields = {
    name: { type: 'string', required: true, max: 50 },
    slug: { type: 'string', unique: true },
    rank: { type: 'integer', max: 100 },
    due: { type: 'date' },
    tags: { type: 'array', of: 'string' },
    done: { type: 'boolean' },
    place: { type: 'geopoint' },
  };
  for (const name of ['items', 'copies', 'csv', 'dry', 'undone', 'parse']) await server.as('server').put(`/schema/${name}`, { fields });
});
afterAll(() => server.end());

interface Imported {
  readonly id: string;
  readonly state: string;
  readonly rows: number;
  readonly created: number;
  readonly updated: number;
  readonly skipped: number;
  readonly failed: number;
  readonly removed: number;
}

const url = (path: string) => `${server.origin}/p/${server.project.id}/v1${path}`;
const headers = { 'x-mainstay-key': 'sk_test' };

async function send(path: string, body: string): Promise<{ status: number; body: Imported & { code?: string; rows: unknown } }> {
  const response = await fetch(url(path), { method: 'POST', headers, body });
  return { status: response.status, body: (await response.json()) as Imported & { code?: string } };
}

const ended = (id: string, state = 'done'): Promise<Imported> =>
  until(`the import is ${state}`, async () => {
    const { body } = await server.as('server').get<Imported>(`/imports/${id}`);
    return body.state === state ? body : undefined;
  });

async function run(path: string, body: string): Promise<Imported> {
  const begun = await send(path, body);
  expect(begun.status).toBe(202);
  return ended(begun.body.id);
}
const errorsOf = async (id: string) =>
  (await server.as('server').get<{ items: { row: number; code: string }[] }>(`/imports/${id}/errors`)).body.items;
const exported = async (path: string): Promise<string> => (await fetch(url(path), { headers })).text();
const total = async (collection: string) => (await server.as('server').post<{ count: number }>(`/data/${collection}/count`, {})).body.count;

describe('an import', () => {
  it('writes each good row once, and names the others with their reasons', async () => {
    const rows = Array.from({ length: 95 }, (_one, n) => ({
      id: `row-${n}`,
      name: `Row ${n}`,
      slug: `s${n % 90}`,
      rank: n === 7 ? 1_000 : n,
    }));
    const done = await run('/data/items/import?format=ndjson', rows.map((row) => JSON.stringify(row)).join('\n'));
    expect(done).toMatchObject({ rows: 95, created: 89, failed: 6 });
    const errors = await errorsOf(done.id);
    expect(errors.map(({ row, code }) => [row, code])).toEqual([
      [8, 'too_large'],
      ...[91, 92, 93, 94, 95].map((row) => [row, 'unique_violation']),
    ]);
    expect(await total('items')).toBe(89);
  });

  it('comes out as it went in, in every format', async () => {
    const json = JSON.parse(await exported('/data/items/export?format=json')) as { id: string }[];
    expect(json).toHaveLength(89);
    const lines = (await exported('/data/items/export')).trim().split('\n');
    expect(lines.map((line) => (JSON.parse(line) as { id: string }).id)).toEqual(json.map(({ id }) => id));
    expect(await run('/data/copies/import?format=ndjson', lines.join('\n'))).toMatchObject({ created: 89, failed: 0 });
    const csv = await exported(`/data/items/export?format=csv&where=${encodeURIComponent('{"rank":{"$lt":3}}')}&fields=name,rank`);
    expect(
      csv
        .split('\n')
        .slice(0, 2)
        .map((line) => line.split(',').slice(0, 3)),
    ).toEqual([
      ['id', 'name', 'rank'],
      ['row-0', 'Row 0', '0'],
    ]);
    expect((await fetch(url('/data/items/export'), { headers: { 'x-mainstay-key': 'pk_test' } })).status).toBe(403);
  });

  it('comes out whole however large it is, and ends when nobody reads on', async () => {
    await server.as('server').put('/schema/large', { fields: { text: { type: 'text' } } });
    const perBatch = 15;
    for (let batch = 0; batch < 8; batch += 1) {
      const document = { text: 'x'.repeat(60_000) };
      const operations = Array.from({ length: perBatch }, () => ({ op: 'create', collection: 'large', document }));
      expect((await server.as('server').post('/data/batch', { operations })).status).toBe(200);
    }
    const left = await fetch(url('/data/large/export'), { headers });
    const reader = left.body?.getReader();
    expect((await reader?.read())?.value?.length).toBeGreaterThan(0);
    await reader?.cancel();
    expect((await exported('/data/large/export')).trim().split('\n')).toHaveLength(8 * perBatch);
    expect(server.logged.filter(({ level }) => level === 'error')).toEqual([]);
  });

  it('reads csv by the types of the fields, through a mapping, and keeps spreadsheets from running anything', async () => {
    const mapping = encodeURIComponent(JSON.stringify({ Title: 'name', Ignored: null }));
    const text = 'Title,rank,due,tags,done,Ignored\n"=1+1",5,2026-12-24,"[""a"",""b""]",true,x\nSecond,,,,false,y\nThird,many,,,,z\n';
    const preview = await send(`/data/csv/import?format=csv&preview=true&mapping=${mapping}`, text);
    expect(preview).toMatchObject({
      status: 200,
      body: { rows: [{ name: '=1+1', rank: 5, tags: ['a', 'b'], done: true }, { done: false }, {}] },
    });
    const done = await run(`/data/csv/import?format=csv&mapping=${mapping}`, text);
    expect(done).toMatchObject({ created: 2, failed: 1 });
    expect(await errorsOf(done.id)).toMatchObject([{ row: 3, code: 'not_a_number' }]);
    const csv = await exported('/data/csv/export?format=csv&fields=name,due');
    expect(csv).toContain("'=1+1");
    expect(await run('/data/csv/import?format=csv', csv)).toMatchObject({ failed: 2 });
  });

  it('finds documents that are there by a key, and skips or updates them', async () => {
    const row = JSON.stringify([
      { slug: 's1', name: 'Changed' },
      { slug: 'fresh', name: 'New' },
    ]);
    expect(await run('/data/items/import?format=json&key=slug', row)).toMatchObject({ created: 1, skipped: 1, updated: 0 });
    expect(await run('/data/items/import?format=json&key=slug&onMatch=update', row)).toMatchObject({ created: 0, updated: 2 });
    expect(await server.as('server').get('/data/items/row-1')).toMatchObject({ body: { name: 'Changed' } });
    expect(await send('/data/items/import?format=json&key=rank', row)).toMatchObject({ status: 422, body: { code: 'invalid_input' } });
  });

  it('writes nothing in a dry run', async () => {
    const done = await run(
      '/data/dry/import?format=json&dryRun=true',
      JSON.stringify([{ name: 'a' }, { rank: 1 }, { name: 'b', nope: 1 }]),
    );
    expect(done).toMatchObject({ created: 1, failed: 2 });
    expect((await errorsOf(done.id)).map(({ code }) => code)).toEqual(['required', 'unknown_field']);
    expect(await total('dry')).toBe(0);
  });

  it('can be undone, except where somebody has worked on since', async () => {
    const done = await run(
      '/data/undone/import?format=json',
      JSON.stringify(Array.from({ length: 25 }, (_one, n) => ({ id: `u${n}`, name: `n${n}` }))),
    );
    await server.as('server').patch('/data/undone/u3', { name: 'mine now' });
    expect(await server.as('server').post(`/imports/${done.id}/undo`, undefined)).toMatchObject({
      status: 200,
      body: { state: 'undoing' },
    });
    expect(await ended(done.id, 'undone')).toMatchObject({ removed: 24 });
    expect(await total('undone')).toBe(1);
    expect(await server.as('server').post(`/imports/${done.id}/undo`, undefined)).toMatchObject({ status: 409 });
  });

  it('reads what Parse exports', async () => {
    const results = [
      {
        objectId: 'abc123',
        name: 'From Parse',
        due: { __type: 'Date', iso: '2026-01-01T00:00:00.000Z' },
        place: { __type: 'GeoPoint', latitude: 53.5, longitude: 10 },
        ACL: { '*': { read: true }, user1: { read: true, write: true }, 'role:staff': { write: true } },
        createdAt: '2020-01-01T00:00:00.000Z',
        updatedAt: '2020-01-01T00:00:00.000Z',
      },
    ];
    expect(await run('/data/parse/import?format=parse', JSON.stringify({ results }))).toMatchObject({ created: 1, failed: 0 });
    expect(await server.as('server').get('/data/parse/abc123')).toMatchObject({
      body: {
        name: 'From Parse',
        due: '2026-01-01T00:00:00.000Z',
        place: { type: 'Point', coordinates: [10, 53.5] },
        acl: { read: ['*', 'user:user1'], write: ['user:user1', 'role:staff'] },
      },
    });
  });

  it.each([
    ['ndjson that is none', '/data/items/import?format=ndjson', '{"a":1}\nnot json', 422, 'import_unreadable'],
    ['json that is no list', '/data/items/import?format=json', '{"a":1}', 422, 'import_unreadable'],
    ['csv with broken quotes', '/data/items/import?format=csv', 'a,b\n"x,1\n', 422, 'import_unreadable'],
    ['a format that is none', '/data/items/import?format=xml', '<x/>', 422, 'invalid_input'],
    ['a mapping that is none', '/data/items/import?format=json&mapping=[1]', '[]', 422, 'invalid_input'],
    ['too many rows', '/data/items/import?format=ndjson', '{"name":"x"}\n'.repeat(501), 413, 'import_too_large'],
    ['an unknown collection', '/data/nothing/import?format=json', '[]', 404, 'collection_not_found'],
  ])('refuses %s', async (_name, path, body, status, code) => {
    expect(await send(path, body)).toMatchObject({ status, body: { code } });
  });

  it('of another project is another one', async () => {
    expect(await server.as('server', server.otherProject).get('/imports')).toMatchObject({ body: { items: [] } });
    expect(server.leaks).toEqual([]);
  });
});
