import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { TestServer } from '@mainstay/testing';
import { startTestServer, until } from '@mainstay/testing';
import { createData, dataModule } from '../index.ts';
import { DataSettings } from '../data.settings.ts';

const settings = DataSettings.parse({ schemaSettleMs: 300, schemaSliceDocuments: 40 });
let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ modules: (frame) => [dataModule(createData(frame, { settings }))] });
});
afterAll(() => server.end());

const COUNT = 150;
const developer = () => server.as('server');
const ann = () => server.as({ user: 'ann' });
let name = '';
let made = 0;
beforeEach(async () => {
  made += 1;
  name = `people${made}`;
  await developer().put(`/schema/${name}`, {
    fields: {
      nick: { type: 'string', unique: true },
      age: { type: 'string' },
      owner: { type: 'string' },
      label: { type: 'string', computed: 'called {nick}' },
      score: { type: 'integer' },
    },
    indexes: [
      {
        fields: [
          ['nick', 1],
          ['score', -1],
        ],
      },
    ],
    rules: {
      list: { $or: [{ nick: { $ne: 'secret' } }, { owner: { $var: 'user.id' } }] },
      get: 'nick != "secret" || owner == user.id',
      update: 'previous.nick == document.nick || owner == user.id',
    },
  });
  const operations = Array.from({ length: COUNT }, (_one, n) => ({
    op: 'create',
    collection: name,
    document: { id: `d${String(n).padStart(3, '0')}`, nick: `n${n}`, age: n % 10 === 0 ? `about ${n}` : ` ${n} `, owner: 'ann', score: 0 },
  }));
  await developer().post('/data/batch', { operations });
});

interface Change {
  readonly id: string;
  readonly state: string;
  readonly changed: number;
  readonly unfit: number;
}
const begin = async (change: object) => (await developer().post<Change>(`/schema/${name}/changes`, change)).body.id;
const ended = async (id: string): Promise<Change> => {
  const look = async () => (await developer().get<Change>(`/schema-changes/${id}`)).body;
  await until('the change is done', async () => (await look()).state === 'done', 30_000);
  return look();
};
const stored = async (query: object = {}) =>
  (await developer().post<{ items: Record<string, unknown>[] }>(`/data/${name}/query`, { limit: 1_000, ...query })).body.items;

describe('a field that is renamed', () => {
  it('keeps every value, also those written meanwhile, under all that names it', async () => {
    const id = await begin({ type: 'rename', field: 'nick', to: 'handle' });
    let isDone = false;
    const numbers = { written: 0 };
    const writing = (async () => {
      // Whoever writes knows one of the two names at a time; the other is refused as unknown.
      while (!isDone) {
        const at = `/data/${name}/d${String(numbers.written % COUNT).padStart(3, '0')}`;
        const body = { $inc: { score: 1 } };
        const value = `w${numbers.written}`;
        const old = await developer().patch(at, { ...body, $set: { nick: value } });
        const answer = old.status === 422 ? await developer().patch(at, { ...body, $set: { handle: value } }) : old;
        expect(answer.status).toBe(200);
        expect(Object.keys(answer.body)).not.toEqual(expect.arrayContaining(['nick', 'handle']));
        expect(answer.body['nick'] ?? answer.body['handle']).toBe(value);
        numbers.written += 1;
      }
    })();
    await ended(id);
    isDone = true;
    await writing;
    const documents = await stored({ sort: ['id'] });
    expect(documents).toHaveLength(COUNT);
    const last = (n: number): string => {
      const rounds = Math.floor((numbers.written - 1 - n) / COUNT);
      return numbers.written > n ? `w${n + rounds * COUNT}` : `n${n}`;
    };
    expect(documents.map(({ handle, nick }) => [handle, nick])).toEqual(documents.map((_one, n) => [last(n), undefined]));
    expect(documents.reduce((sum, { score }) => sum + Number(score), 0)).toBe(numbers.written);
    expect(documents[0]?.['label']).toBe(`called ${last(0)}`);
    const { body } = await developer().get<{ fields: object; rules: object; indexes: object[] }>(`/schema/${name}`);
    expect(Object.keys(body.fields)).toEqual(['handle', 'age', 'owner', 'label', 'score']);
    expect(body.rules).toMatchObject({
      list: { $or: [{ handle: { $ne: 'secret' } }, { owner: { $var: 'user.id' } }] },
      get: 'handle != "secret" || owner == user.id',
    });
    expect(JSON.stringify(body)).not.toContain('nick');
    expect(await developer().post(`/data/${name}`, { handle: last(0) })).toMatchObject({ status: 409, body: { code: 'unique_violation' } });
    await developer().patch(`/data/${name}/d001`, { handle: 'secret', owner: 'bob' });
    expect((await ann().get(`/data/${name}/d001`)).status).toBe(404);
  }, 60_000);

  it('can not take a name that is taken, and holds up other changes of the definition until it is done', async () => {
    expect(await developer().post(`/schema/${name}/changes`, { type: 'rename', field: 'nick', to: 'age' })).toMatchObject({
      status: 409,
      body: { code: 'field_in_use' },
    });
    expect(await developer().post(`/schema/${name}/changes`, { type: 'rename', field: 'nothing', to: 'x' })).toMatchObject({ status: 422 });
    const id = await begin({ type: 'rename', field: 'owner', to: 'keeper' });
    const busy = { status: 409, body: { code: 'schema_change_running' } };
    expect(await developer().patch(`/schema/${name}`, { realtime: false })).toMatchObject(busy);
    expect(await developer().put(`/schema/${name}`, {})).toMatchObject(busy);
    expect(await developer().post(`/schema/${name}/changes`, { type: 'remove', field: 'age' })).toMatchObject(busy);
    await ended(id);
    expect((await developer().patch(`/schema/${name}`, { realtime: false })).status).toBe(200);
  }, 40_000);
});

describe('a field that is retyped', () => {
  const change = { type: 'retype', field: 'age', definition: { type: 'integer', min: 0, default: -1 } };

  it('shows beforehand what would not fit', async () => {
    const { body } = await developer().post(`/schema/${name}/changes/preview`, { ...change, definition: { type: 'integer' } });
    expect(body).toMatchObject({ documents: COUNT, looked: COUNT, having: COUNT, converted: 135, unfit: 15, blockedBy: [] });
    expect(body['examples']).toContainEqual({ id: 'd000', value: 'about 0', code: 'not_a_number' });
    expect((await stored({ where: { id: 'd001' } }))[0]).toMatchObject({ age: ' 1 ' });
  });

  it('converts what fits and does with the rest what was asked', async () => {
    const kept = await ended(await begin({ ...change, definition: { type: 'integer' } }));
    expect(kept).toMatchObject({ changed: 135, unfit: 15 });
    expect((await stored({ where: { id: { $in: ['d010', 'd011'] } }, sort: ['id'] })).map(({ age }) => age)).toEqual(['about 10', 11]);
    await ended(await begin({ ...change, definition: { type: 'integer' }, unfit: 'remove' }));
    expect(await stored({ where: { age: { $exists: false } } })).toHaveLength(15);
    await ended(await begin({ type: 'retype', field: 'age', definition: { type: 'array', of: 'string' } }));
    expect((await stored({ where: { id: 'd011' } }))[0]).toMatchObject({ age: ['11'] });
  }, 40_000);
});

describe('a field that is removed', () => {
  it('is gone for everybody at once, and from the documents soon', async () => {
    expect(await developer().post(`/schema/${name}/changes`, { type: 'remove', field: 'nick' })).toMatchObject({
      status: 409,
      body: { code: 'field_in_use', detail: expect.stringContaining('rules.update') },
    });
    const id = await begin({ type: 'remove', field: 'age' });
    expect((await stored()).some((document) => 'age' in document)).toBe(false);
    expect((await developer().patch(`/data/${name}/d001`, { age: '1' })).status).toBe(422);
    expect(await ended(id)).toMatchObject({ changed: COUNT });
    await developer().patch(`/schema/${name}`, { fields: { age: { type: 'string' } } });
    expect((await stored()).some((document) => 'age' in document)).toBe(false);
  }, 40_000);
});

describe('versions and deleted documents', () => {
  it('follow a field that is renamed or removed, so that they can be restored and reverted to', async () => {
    await developer().patch(`/schema/${name}`, { history: true, softDelete: true });
    await ann().patch(`/data/${name}/d001`, { score: 1 });
    await developer().patch(`/data/${name}/d001`, { nick: 'later', age: '9' });
    await developer().patch(`/data/${name}/d002`, { score: 2 });
    await developer().delete(`/data/${name}/d002`);
    await ended(await begin({ type: 'rename', field: 'nick', to: 'handle' }));
    await ended(await begin({ type: 'remove', field: 'age' }));
    const versions = (await developer().get<{ items: { version: number }[] }>(`/data/${name}/d001/revisions`)).body.items;
    const first = versions.at(-1)?.version;
    expect(await developer().get(`/data/${name}/d001/revisions/${first}`)).toMatchObject({
      body: { document: { handle: 'n1', score: 1 } },
    });
    const reverted = await developer().post(`/data/${name}/d001/revert`, { version: first });
    expect(reverted).toMatchObject({ status: 200, body: { handle: 'n1', score: 1 } });
    const restored = await developer().post(`/data/${name}/d002/restore`);
    expect(restored).toMatchObject({ status: 200, body: { handle: 'n2', score: 2 } });
    expect([reverted.body, restored.body].some((document) => 'age' in (document as object) || 'nick' in (document as object))).toBe(false);
  }, 40_000);
});
