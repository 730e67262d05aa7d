import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { TestClient } from '@mainstay/testing';
import { createTestClient, freePort, until } from '@mainstay/testing';
import mqtt from 'mqtt';
import { io } from 'socket.io-client';
import type { StartedProcess, StartedServer } from './start-server.ts';
import { startServer } from './start-server.ts';

/** Limits hold over all processes together, and what was used is told. */
let server: StartedServer;
let second: StartedProcess;
let adminPort: number;
let owner: TestClient;
beforeAll(async () => {
  adminPort = await freePort();
  server = await startServer({ MAINSTAY_SEED: 'true', MAINSTAY_ADMIN_PORT: String(adminPort) });
  second = await server.again({ MAINSTAY_SEED: 'false', MAINSTAY_ROLES: 'api,broker' });
  const platform = `${server.ready.origin}/platform/v1`;
  const link = new URL(server.ready.dashboard).searchParams.get('link');
  const signedIn = await createTestClient(platform, {}).post<{ csrfToken: string }>('/login/link', { token: link });
  const cookie = signedIn.headers.get('set-cookie')?.split(';')[0] ?? '';
  owner = createTestClient(platform, { cookie, 'x-csrf-token': signedIn.body.csrfToken });
}, 90_000);
afterAll(() => server.stop());

const clientOf = (origin: string) =>
  createTestClient(`${origin}/p/${server.ready.project}/v1`, { 'x-mainstay-key': server.ready.secretKey });
/** Whether a socket was let in, or the code of why not; it is closed either way. */
const outcomeOf = (socket: ReturnType<typeof io>): Promise<string> =>
  new Promise<string>((resolve) => {
    socket.once('connect', () => resolve('connected'));
    socket.once('connect_error', (error: Error & { data?: { code?: string } }) => resolve(error.data?.code ?? error.message));
  }).finally(() => socket.disconnect());
const usage = async () => (await owner.get<Record<string, number>>(`/projects/${server.ready.project}/usage`)).body;

describe('a limit', () => {
  it('on requests is shared by the processes, which answer 429 with the time to wait', async () => {
    const perSecond = 40;
    expect(await owner.patch(`/projects/${server.ready.project}`, { limits: { requestsPerSecond: perSecond } })).toMatchObject({
      status: 200,
    });
    const doors = [clientOf(server.ready.origin), clientOf(second.ready.origin)];
    const seconds = 4;
    const until429 = performance.now() + seconds * 1_000;
    const answered = { allowed: 0, refused: 0 };
    const keepAsking = async (door: TestClient): Promise<void> => {
      while (performance.now() < until429) {
        const { status, headers } = await door.get('/data/todos?limit=1');
        if (status === 200) answered.allowed += 1;
        else {
          answered.refused += 1;
          expect([status, headers.get('retry-after')]).toEqual([429, expect.stringMatching(/^\d+$/)]);
        }
      }
    };
    await Promise.all(doors.flatMap((door) => [keepAsking(door), keepAsking(door)]));
    // Each process lets a burst of two seconds pass before it hears of the other; without the news it would be twice the rate after that.
    const withoutNews = 2 * perSecond * (2 + seconds);
    expect(answered.refused).toBeGreaterThan(0);
    expect(answered.allowed).toBeGreaterThan(perSecond * seconds);
    expect(answered.allowed).toBeLessThan(withoutNews * 0.85);
    await owner.patch(`/projects/${server.ready.project}`, { limits: { requestsPerSecond: 1_000 } });
  }, 60_000);

  it('on connections counts those of every process and both kinds', async () => {
    const { project, publishableKey: key } = server.ready;
    const connect = (origin: string) =>
      io(origin, { path: '/realtime', auth: { project, key }, transports: ['websocket'], forceNew: true, reconnection: false });
    const first = connect(server.ready.origin);
    await until('the socket is open', () => first.connected);
    const device = await mqtt.connectAsync(second.ready.mqtt, { username: server.ready.device.token, reconnectPeriod: 0 }, false);
    await until('both are told of', async () => (await usage())['connections'] === 2, 20_000);
    await owner.patch(`/projects/${project}`, { limits: { connections: 2 } });
    // The other process hears of the new limit a moment later.
    await until('the next one is refused', async () => (await outcomeOf(connect(second.ready.origin))) === 'limit_exceeded', 20_000);
    await device.endAsync();
    await until('there is room again', async () => (await usage())['connections'] === 1, 20_000);
    await until('the next one is let in', async () => (await outcomeOf(connect(second.ready.origin))) === 'connected', 20_000);
    expect(first.connected).toBe(true);
    first.disconnect();
    await owner.patch(`/projects/${project}`, { limits: { connections: 1_000 } });
  }, 60_000);
});

describe('usage', () => {
  it('tells of requests, messages, events, documents and bytes, of all processes', async () => {
    const before = await usage();
    await clientOf(second.ready.origin).get('/data/todos');
    await clientOf(server.ready.origin).post('/track', { event: 'Used', userId: 'u1' });
    const device = await mqtt.connectAsync(second.ready.mqtt, { username: server.ready.device.token, reconnectPeriod: 0 }, false);
    await device.publishAsync('v1/devices/me/telemetry', '{"temperature":20}', { qos: 1 });
    await device.endAsync();
    const grew = (now: Record<string, number>, name: string) => (now[name] ?? 0) > (before[name] ?? 0);
    await until(
      'all of it is counted',
      async () => {
        const now = await usage();
        return grew(now, 'requests') && grew(now, 'events') && grew(now, 'messages');
      },
      20_000,
    );
    expect(Object.keys(await usage())).toEqual(expect.arrayContaining(['documents', 'storageBytes', 'connections', 'limits']));
  }, 60_000);

  it('of the process is in its metrics', async () => {
    const text = await (await fetch(`http://127.0.0.1:${adminPort}/metrics`)).text();
    expect(text).toMatch(/^mainstay_mqtt_connections \d+$/m);
    expect(text).toMatch(/^mainstay_mqtt_refused_total|^# HELP mainstay_mqtt_messages_total/m);
    expect(text).toContain('mainstay_http_request_seconds_bucket');
  });
});
