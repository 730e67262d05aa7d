import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { TestServer } from '@mainstay/testing';
import { startTestServer } from '@mainstay/testing';
import { createData, dataModule } from '../index.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ modules: (frame) => [dataModule(createData(frame))] });
  await server.as('server').put('/schema/counters', { fields: { n: { type: 'integer' }, owner: { type: 'string' } }, rules: RULES });
});
afterAll(() => server.end());

/** The rule looks at what the update touches, so that each update is a transaction. */
const RULES = { get: true, update: { n: { $lt: 1_000 } } };
const MOST = 500;

interface Result {
  readonly status: number;
  readonly document?: { readonly n: number; readonly version: number };
  readonly problem?: { readonly code: string };
}
const run = async (operations: readonly object[]) =>
  (await server.as('server').post<{ results: Result[] }>('/data/batch', { operations })).body.results;

describe('a batch', () => {
  it('counts as many requests as it has operations', async () => {
    const few = await startTestServer({
      modules: (frame) => [dataModule(createData(frame))],
      project: { limits: { ...server.project.limits, requestsPerSecond: 50 } },
    });
    try {
      await few.as('server').put('/schema/counters', { fields: { n: { type: 'integer' } } });
      const operations = Array.from({ length: 200 }, (_one, n) => ({ op: 'create', collection: 'counters', document: { n } }));
      expect((await few.as('server').post('/data/batch', { operations })).status).toBe(200);
      const after = await few.as('server').get('/data/counters');
      expect(after).toMatchObject({ status: 429, body: { code: 'limit_exceeded' } });
      expect(Number(after.headers.get('retry-after'))).toBeGreaterThan(1);
    } finally {
      await few.end();
    }
  });
});

describe('a batch that is not atomic', () => {
  it('does what concerns one document in its order', async () => {
    const at = { collection: 'counters', id: 'ordered' };
    const results = await run([
      { op: 'create', collection: 'counters', document: { id: 'ordered', n: 1 } },
      { op: 'update', ...at, update: { $inc: { n: 1 } } },
      { op: 'replace', ...at, document: { n: 10 } },
      { op: 'update', ...at, update: { $inc: { n: 1 } }, ifVersion: 3 },
      { op: 'delete', ...at },
      { op: 'update', ...at, update: { n: 5 } },
    ]);
    expect(results.map(({ status, document }) => [status, document?.n])).toEqual([
      [201, 1],
      [200, 2],
      [200, 10],
      [200, 11],
      [204, undefined],
      [404, undefined],
    ]);
  });

  it('of the most transactions on one document ends with all of them, and leaves the database to others', async () => {
    await run([{ op: 'create', collection: 'counters', document: { id: 'busy', n: 0 } }]);
    const operations = Array.from({ length: MOST }, () => ({
      op: 'update',
      collection: 'counters',
      id: 'busy',
      update: { $inc: { n: 1 } },
    }));
    const changing = server.as({ user: 'ann', roles: [] }).post<{ results: Result[] }>('/data/batch', { operations });
    const meanwhile = await Promise.all(Array.from({ length: 20 }, () => server.as('server').get('/data/counters/busy')));
    expect(meanwhile.map(({ status }) => status)).toEqual(Array.from({ length: 20 }, () => 200));
    const { results } = (await changing).body;
    expect(results.filter(({ status }) => status === 200)).toHaveLength(MOST);
    expect((await server.as('server').get<{ n: number }>('/data/counters/busy')).body.n).toBe(MOST);
  }, 60_000);

  it('of many requests at once on one document refuses some as busy and loses none that it acknowledged', async () => {
    await run([{ op: 'create', collection: 'counters', document: { id: 'contended', n: 0 } }]);
    const ann = server.as({ user: 'ann', roles: [] });
    const answers = await Promise.all(Array.from({ length: 120 }, () => ann.patch('/data/counters/contended', { $inc: { n: 1 } })));
    const done = answers.filter(({ status }) => status === 200).length;
    expect(new Set(answers.map(({ status }) => status)).size).toBeLessThanOrEqual(2);
    expect(answers.every(({ status }) => status === 200 || status === 503)).toBe(true);
    expect((await server.as('server').get<{ n: number }>('/data/counters/contended')).body.n).toBe(done);
  }, 60_000);
});
