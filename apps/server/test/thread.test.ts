import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createTestClient, until } from '@mainstay/testing';
import mqtt from 'mqtt';
import { io } from 'socket.io-client';
import type { StartedServer } from './start-server.ts';
import { startServer } from './start-server.ts';

/** One thread through every room, against the program itself in a process of its own. */
let server: StartedServer;
beforeAll(async () => {
  server = await startServer({ MAINSTAY_SEED: 'true' });
}, 60_000);
afterAll(() => server.stop());

interface SignedIn {
  user: { id: string };
  session: { token: string };
}

const asServer = () => createTestClient(server.ready.api, { 'x-mainstay-key': server.ready.secretKey });
const asApp = (token?: string) =>
  createTestClient(server.ready.api, {
    'x-mainstay-key': server.ready.publishableKey,
    ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
  });
const signUp = async (name: string) =>
  (await asApp().post<SignedIn>('/auth/signup', { email: `${name}@thread.example.com`, password: 'correct horse' })).body;

function subscribe(token: string, request: object) {
  const { origin, project, publishableKey: key } = server.ready;
  const socket = io(origin, { path: '/realtime', auth: { project, key, token }, transports: ['websocket'], forceNew: true });
  const changes: { type: string; document: { id: string } }[] = [];
  socket.on('change', (change: (typeof changes)[number]) => changes.push(change));
  return { socket, changes, subscribed: socket.emitWithAck('subscribe', request) as Promise<{ items: unknown[]; sequence: number }> };
}

describe('an app', () => {
  it('signs users up and keeps their todos apart', async () => {
    const [ada, bob] = [await signUp('ada'), await signUp('bob')];
    const app = asApp(ada.session.token);
    const { status, body } = await app.post('/data/todos', { title: 'Buy milk', owner: ada.user.id });
    expect(status).toBe(201);
    const path = `/data/todos/${String(body['id'])}`;
    expect(await app.patch(path, { done: true })).toMatchObject({ status: 200, body: { done: true, version: 2 } });
    expect(await app.get('/data/todos')).toMatchObject({ body: { items: [{ title: 'Buy milk' }], nextCursor: null } });
    expect(await asApp(bob.session.token).get(path)).toMatchObject({ status: 404, body: { code: 'document_not_found' } });
    expect(await asApp().get(path)).toMatchObject({ status: 403, body: { code: 'rule_denied' } });
    expect(await createTestClient(server.ready.api, { 'x-mainstay-key': 'pk_wrong' }).get(path)).toMatchObject({
      status: 401,
      body: { code: 'key_invalid' },
    });
    expect(await app.delete(path)).toMatchObject({ status: 204 });
  });

  it('hears exactly the changes that its subscription describes', async () => {
    const { user, session } = await signUp('carol');
    const app = asApp(session.token);
    const { socket, changes, subscribed } = subscribe(session.token, { collection: 'todos', where: { done: false } });
    expect(await subscribed).toMatchObject({ items: [] });
    const { body } = await app.post('/data/todos', { title: 'Seen', owner: user.id });
    await app.post('/data/todos', { title: 'Not seen', done: true, owner: user.id });
    await asServer().post('/data/todos', { title: 'Of somebody else', owner: 'nobody' });
    await app.patch(`/data/todos/${String(body['id'])}`, { done: true });
    await until('the change that ends it arrives', () => changes.length >= 2);
    socket.disconnect();
    expect(changes.map(({ type, document }) => [type, document.id])).toEqual([
      ['added', body['id']],
      ['removed', body['id']],
    ]);
  });

  it('uploads a picture and gets it back, whole and by range', async () => {
    const { session } = await signUp('dave');
    const bytes = Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), Buffer.alloc(1_000, 7)]);
    const form = new FormData();
    form.append('file', new Blob([bytes]), 'picture.png');
    const { body } = await asApp(session.token).post<{ id: string; contentType: string }>('/files', form);
    expect(body.contentType).toBe('image/png');
    const headers = { 'x-mainstay-key': server.ready.publishableKey, authorization: `Bearer ${session.token}` };
    const url = `${server.ready.api}/files/${body.id}/content`;
    expect(Buffer.from(await (await fetch(url, { headers })).arrayBuffer())).toEqual(bytes);
    const part = await fetch(url, { headers: { ...headers, range: 'bytes=8-11' } });
    expect([part.status, Buffer.from(await part.arrayBuffer()).toString('hex')]).toEqual([206, '07070707']);
  });
});

describe('a device', () => {
  it.each(['tcp', 'websocket'])('publishes over %s; its reading is stored before PUBACK, and its rule acts once', async (transport) => {
    const { body } = await asServer().post<{ device: { id: string }; credentials: { token: string } }>('/devices', {
      name: `sensor-${transport}`,
    });
    const url = transport === 'tcp' ? server.ready.mqtt : `${server.ready.origin.replace('http', 'ws')}/mqtt`;
    const client = await mqtt.connectAsync(url, { username: body.credentials.token, reconnectPeriod: 0 }, false);
    await client.publishAsync('v1/devices/me/telemetry', JSON.stringify({ ts: Date.now(), values: { temperature: 31.5 } }), { qos: 1 });
    const stored = await asServer().get<{ items: { values: { temperature: number } }[] }>(
      `/devices/${body.device.id}/telemetry?keys=temperature`,
    );
    expect(stored.body.items.map(({ values }) => values.temperature)).toEqual([31.5]);
    const alerts = () => asServer().post<{ items: { temperature: number }[] }>('/data/alerts/query', { where: { device: body.device.id } });
    await until('the rule wrote its document', async () => (await alerts()).body.items.length > 0);
    expect((await alerts()).body.items).toMatchObject([{ temperature: 31.5 }]);
    await until(
      'the rule queued its push',
      async () => (await asServer().get<{ items: unknown[] }>('/push/messages')).body.items.length > 0,
    );
    await client.endAsync();
  });

  it('with a wrong token, or a topic that is not its own, is refused', async () => {
    await expect(mqtt.connectAsync(server.ready.mqtt, { username: 'dt_wrong', reconnectPeriod: 0 }, false)).rejects.toThrow(
      /refused|authorized|closed/i,
    );
    const client = await mqtt.connectAsync(server.ready.mqtt, { username: server.ready.device.token, reconnectPeriod: 0 }, false);
    const closed = new Promise((resolve) => client.once('close', () => resolve('closed')));
    client.publish('v1/devices/another/telemetry', '{"temperature":1}', { qos: 1 });
    expect(await closed).toBe('closed');
    expect((await fetch(`${server.ready.origin}/healthz`)).status).toBe(200);
  });
});

describe('analytics', () => {
  it('count a batch once however often it is sent, and roll it up', async () => {
    const batch = Array.from({ length: 20 }, (_, n) => ({
      type: 'track',
      event: 'Thread Pulled',
      userId: `u${n % 5}`,
      messageId: `thread-${n}`,
      timestamp: new Date().toISOString(),
    }));
    const first = await asApp().post('/batch', { batch });
    const again = await asApp().post('/batch', { batch });
    expect([first.body, again.body]).toMatchObject([
      { success: true, accepted: 20, duplicates: 0 },
      { success: true, accepted: 0, duplicates: 20 },
    ]);
    const from = new Date(Date.now() - 3_600_000).toISOString();
    const count = async () => {
      const query = {
        event: 'Thread Pulled',
        measure: 'count',
        from,
        to: new Date(Date.now() + 3_600_000).toISOString(),
        interval: 'hour',
      };
      const { body } = await asServer().post<{ series: { points: { value: number }[] }[] }>('/analytics/query', query);
      return body.series.flatMap(({ points }) => points).reduce((sum, { value }) => sum + value, 0);
    };
    await until('the roll-up has them', async () => (await count()) >= 20);
    expect(await count()).toBe(20);
  });
});

describe('the project', () => {
  it('describes itself', async () => {
    const document = await asApp().get<{ openapi: string; paths: Record<string, unknown> }>('/openapi.json');
    expect(document.body.openapi).toBe('3.1.0');
    expect(Object.keys(document.body.paths)).toEqual(
      expect.arrayContaining(['/data/todos', '/auth/login', '/devices', '/batch', '/push/messages', '/files']),
    );
  });
});
