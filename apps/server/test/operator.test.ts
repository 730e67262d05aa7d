import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createTestClient, until } from '@mainstay/testing';
import type { StartedServer } from './start-server.ts';
import { startServer } from './start-server.ts';

/** What an operator does to it: kills a worker in the middle of its work, and ends the others. */
let server: StartedServer;
beforeAll(async () => {
  server = await startServer({ MAINSTAY_SEED: 'true', MAINSTAY_ROLES: 'api,broker' });
}, 60_000);
afterAll(() => server.stop());

const BATCHES = 40;
const EVENTS_PER_BATCH = 100;

const asServer = () => createTestClient(server.ready.api, { 'x-mainstay-key': server.ready.secretKey });

async function sendBatch(batch: number): Promise<void> {
  const events = Array.from({ length: EVENTS_PER_BATCH }, (_, n) => ({
    type: 'track',
    event: 'Drilled',
    userId: `u${n}`,
    messageId: `drill-${batch}-${n}`,
    timestamp: new Date().toISOString(),
  }));
  const { body } = await asServer().post('/batch', { batch: events });
  expect(body).toMatchObject({ accepted: EVENTS_PER_BATCH });
}

async function rolledUp(): Promise<number> {
  const from = new Date(Date.now() - 7_200_000).toISOString();
  const to = new Date(Date.now() + 3_600_000).toISOString();
  const query = { event: 'Drilled', measure: 'count', from, to, interval: 'hour' };
  const { body } = await asServer().post<{ series: { points: { value: number }[] }[] }>('/analytics/query', query);
  return body.series.flatMap(({ points }) => points).reduce((sum, { value }) => sum + value, 0);
}

describe('an operator', () => {
  it('kills the worker in the middle of the roll-up and starts another: the counts are right', async () => {
    const first = await server.again({ MAINSTAY_ROLES: 'worker', MAINSTAY_SEED: 'false' });
    for (let batch = 0; batch < BATCHES / 2; batch += 1) await sendBatch(batch);
    await until('the worker has begun', async () => (await rolledUp()) > 0);
    const sending = Promise.all(Array.from({ length: BATCHES / 2 }, (_, n) => sendBatch(BATCHES / 2 + n)));
    first.process.kill('SIGKILL');
    await sending;
    await server.again({ MAINSTAY_ROLES: 'worker', MAINSTAY_SEED: 'false' });
    await until('everything is rolled up', async () => (await rolledUp()) >= BATCHES * EVENTS_PER_BATCH, 60_000);
    expect(await rolledUp()).toBe(BATCHES * EVENTS_PER_BATCH);
  }, 120_000);

  it('ends a process in order with SIGTERM, while others go on', async () => {
    const process = await server.again({ MAINSTAY_ROLES: 'api,broker,worker', MAINSTAY_SEED: 'false' });
    const exited = new Promise((resolve) => process.process.once('exit', resolve));
    process.process.kill('SIGTERM');
    expect(await exited).toBe(0);
  });
});
