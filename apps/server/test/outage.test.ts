import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { OwnStore, TestAnswer } from '@mainstay/testing';
import { createTestClient, freePort, startOwnMongo, startOwnRedis, until } from '@mainstay/testing';
import mqtt from 'mqtt';
import { io } from 'socket.io-client';
import type { StartedServer } from './start-server.ts';
import { startServer } from './start-server.ts';

/** MongoDB and Redis killed, frozen and away from the start: each test breaks one and says what still holds. */
let mongo: OwnStore;
let redis: OwnStore;
let server: StartedServer;
let adminPort: number;
beforeAll(async () => {
  [mongo, redis, adminPort] = await Promise.all([startOwnMongo(), startOwnRedis(), freePort()]);
  const environment = { MAINSTAY_SEED: 'true', MAINSTAY_LOG_LEVEL: 'info', MAINSTAY_ADMIN_PORT: String(adminPort) };
  server = await startServer(environment, { mongoUrl: mongo.url, redisUrl: redis.url });
  await asServer().put('/schema/notes', { fields: { text: { type: 'string' } }, rules: { list: true, get: true, subscribe: true } });
  await asServer().post('/data/notes', { id: 'first', text: 'before' });
}, 120_000);
afterAll(async () => {
  await server.stop();
  await mongo.end();
  await redis.end();
}, 60_000);

/** The longest that a request may take while a store is away. */
const BOUND_MS = 20_000;

const asServer = () => createTestClient(server.ready.api, { 'x-mainstay-key': server.ready.secretKey });
const asApp = () => createTestClient(server.ready.api, { 'x-mainstay-key': server.ready.publishableKey });
const create = (id: string) => asServer().post<{ code?: string }>('/data/notes', { id, text: id }, { 'idempotency-key': id });
const put = (id: string) => asServer().put(`/data/notes/${id}`, { text: id });
const said = (text: string) => server.log().filter(({ msg }) => msg.includes(text)).length;
const statusOf = async (url: string): Promise<number> => (await fetch(url)).status;
const readyz = () => statusOf(`http://127.0.0.1:${adminPort}/readyz`);

/** Publishes with QoS 1. @throws Error when the broker ends the connection instead of acknowledging */
async function publish(temperature: number): Promise<void> {
  const options = { username: server.ready.device.token, reconnectPeriod: 0, connectTimeout: 15_000 };
  const client = await mqtt.connectAsync(server.ready.mqtt, options, false);
  await new Promise<void>((resolve, reject) => {
    client.once('close', () => reject(new Error('closed without PUBACK')));
    client.publish('v1/devices/me/telemetry', JSON.stringify({ temperature }), { qos: 1 }, (error) => (error ? reject(error) : resolve()));
  });
  await client.endAsync(true);
}

async function timed<T>(run: () => Promise<T>): Promise<{ result: T; ms: number }> {
  const startedAt = performance.now();
  const result = await run();
  return { result, ms: performance.now() - startedAt };
}

/** Documents that a subscriber of `notes` hears of. */
function listen() {
  const { origin, project, publishableKey: key } = server.ready;
  const socket = io(origin, { path: '/realtime', auth: { project, key }, transports: ['websocket'], forceNew: true });
  const heard = new Set<string>();
  socket.on('change', ({ document }: { document: { id: string } }) => heard.add(document.id));
  return { socket, heard, subscribed: socket.emitWithAck('subscribe', { collection: 'notes' }) as Promise<{ sequence: number }> };
}

describe('without Redis', () => {
  it.each([
    ['killed', () => redis.kill(), () => redis.restart()],
    ['frozen', () => redis.pause(), () => redis.resume()],
  ])(
    'that is %s, everything that is acknowledged works as before, and freshness comes back with it',
    async (how, breakIt, mendIt) => {
      const { socket, heard, subscribed } = listen();
      await subscribed;
      await breakIt();
      const { result, ms } = await timed(async () => [
        (await create(`redis-${how}`)).status,
        (await asServer().get('/data/notes/first')).status,
        (await asApp().post('/auth/signup', { email: `${how}@outage.example.com`, password: 'correct horse' })).status,
        (await asApp().post('/auth/login', { email: `${how}@outage.example.com`, password: 'correct horse' })).status,
      ]);
      expect(result).toEqual([201, 200, 201, 200]);
      expect(ms).toBeLessThan(BOUND_MS);
      await publish(21);
      expect(await readyz()).toBe(200);
      await mendIt();
      await until(
        'the subscriber hears of what it missed, and of what is new',
        async () => {
          await create(`after-${how}`);
          return heard.has(`redis-${how}`) && heard.has(`after-${how}`);
        },
        30_000,
      );
      socket.disconnect();
    },
    90_000,
  );

  it('says so once, and once that it is back', async () => {
    await until('Redis is back', () => said('Redis is back') >= 1, 30_000);
    expect(said('Redis is away')).toBeLessThanOrEqual(2);
    expect(said('request failed')).toBe(0);
  }, 40_000);
});

describe('without MongoDB', () => {
  it('that is killed, requests are told so within bounds; nothing acknowledged is lost, nothing is done twice', async () => {
    const { socket, heard, subscribed } = listen();
    await subscribed;
    const ids = Array.from({ length: 120 }, (_one, n) => `killed-${n}`);
    const answers = new Map<string, TestAnswer<{ code?: string }>>();
    const sending = ids.map(async (id, n) => {
      if (n === 60) await mongo.kill();
      answers.set(id, await create(id));
    });
    const { ms } = await timed(() => Promise.all(sending));
    expect(ms).toBeLessThan(BOUND_MS);
    const lost = [...answers].filter(([, { status }]) => status !== 201);
    expect(lost.length).toBeGreaterThan(0);
    for (const [, { status, body, headers }] of lost) {
      expect(status).toBe(503);
      expect(['service_unavailable', 'outcome_unknown']).toContain(body.code);
      expect(headers.get('retry-after')).toMatch(/^\d+$/);
    }
    expect(await statusOf(`${server.ready.origin}/healthz`)).toBe(200);
    expect(await readyz()).toBe(503);
    await expect(publish(22)).rejects.toThrow(/PUBACK|refused|timeout|closed|unavailable|connect/i);
    await mongo.restart();
    await until('it is ready again', async () => (await readyz()) === 200, 60_000);
    for (const id of ids) await until(`${id} is stored`, async () => (await create(id)).status === 201, 30_000);
    const { body } = await asServer().post<{ count: number }>('/data/notes/count', { where: { id: { $regex: '^killed-' } } });
    expect(body.count).toBe(ids.length);
    await until('the subscriber heard of all of them', () => ids.every((id) => heard.has(id)), 60_000);
    await publish(23);
    socket.disconnect();
  }, 180_000);

  it('that hangs, requests are told so within bounds, and it goes on when it goes on', async () => {
    await mongo.pause();
    const answers = await Promise.all([timed(() => put('frozen')), timed(() => asServer().get('/data/notes/first'))]);
    for (const { result, ms } of answers) {
      expect(result.status).toBe(503);
      expect(ms).toBeLessThan(BOUND_MS);
    }
    await mongo.resume();
    await until('it works again', async () => (await put('frozen')).status < 300, 60_000);
    expect((await asServer().get('/data/notes/frozen')).status).toBe(200);
  }, 120_000);

  it('says so once per outage, however many requests met it', async () => {
    await until('MongoDB is back', () => said('MongoDB is back') >= 2, 30_000);
    expect(said('MongoDB is away')).toBe(said('MongoDB is back'));
    expect(said('request failed')).toBe(0);
  }, 40_000);

  it('at start, ends with one clear line when its patience ends', async () => {
    const mongoUrl = `mongodb://127.0.0.1:${await freePort()}/?replicaSet=rs0`;
    const starting = startServer({ MAINSTAY_STORE_START_PATIENCE_MS: '100' }, { mongoUrl, redisUrl: redis.url });
    await expect(starting).rejects.toThrow(/MongoDB did not answer[^]*MAINSTAY_MONGO_URL/);
  }, 60_000);
});
