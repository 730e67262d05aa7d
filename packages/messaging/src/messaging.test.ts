import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { TestServer, WebPushService } from '@mainstay/testing';
import { startTestServer, startWebPushService, until } from '@mainstay/testing';
import { createMessaging, messagingModule, MessagingSettings } from './index.ts';

let server: TestServer;
let strict: TestServer;
let service: WebPushService;
beforeAll(async () => {
  service = await startWebPushService();
  const start = (settings: Record<string, unknown>) =>
    startTestServer({
      modules: (frame) => [
        messagingModule(createMessaging(frame, { settings: MessagingSettings.parse(settings), masterKey: Buffer.alloc(32, 5) })),
      ],
    });
  server = await start({ allowPrivateEndpoints: 'true', retrySeconds: '1' });
  strict = await start({});
});
afterAll(async () => {
  await server.end();
  await strict.end();
  await service.stop();
});

interface Message {
  id: string;
  status: string;
  counts: { targeted: number; delivered: number; failed: number; opened: number };
  failures: { reason: string; count: number }[];
}

async function register(user: string, id: string, tags: string[] = []) {
  const subscription = service.createSubscription();
  const answer = await server.as({ user }).put(`/push/installations/${id}`, { platform: 'web', subscription, tags });
  return { endpoint: subscription.endpoint, answer };
}
const send = async (audience: unknown, title: string, headers?: Record<string, string>) =>
  (await server.as('server').post<Message>('/push/messages', { audience, notification: { title, body: 'Hello' } }, headers)).body;
const sent = (id: string) =>
  until('the message is sent', async () => {
    const { body } = await server.as('server').get<Message>(`/push/messages/${id}`);
    return body.status === 'sent' && body;
  });

describe('push', () => {
  it('reaches exactly its audience, encrypted for each browser', async () => {
    const ada = await register('ada', 'ada-laptop', ['beta']);
    const bob = await register('bob', 'bob-laptop');
    expect(ada.answer).toMatchObject({ status: 201, body: { userId: 'ada', tags: ['beta'] } });
    expect(await server.as('server').post('/push/audiences/count', { audience: { tags: 'beta' } })).toMatchObject({ body: { count: 1 } });
    const inWords = { audience: '"beta" in tags && platform == "web"' };
    expect(await server.as('server').post('/push/audiences/count', inWords)).toMatchObject({ body: { count: 1 } });
    const message = await sent((await send({ tags: 'beta' }, 'To the beta')).id);
    expect(message.counts).toMatchObject({ targeted: 1, delivered: 1, failed: 0 });
    expect(service.received(ada.endpoint).map((text) => JSON.parse(text) as unknown)).toEqual([
      { messageId: message.id, title: 'To the beta', body: 'Hello' },
    ]);
    expect(service.received(bob.endpoint)).toEqual([]);
    await server.as({ user: 'ada' }).post(`/push/messages/${message.id}/opened`, { installationId: 'ada-laptop' });
    expect((await sent(message.id)).counts.opened).toBe(1);
  });

  it('forgets installations that are gone, and tries again where a service is busy', async () => {
    const gone = await register('carol', 'carol-phone', ['flaky']);
    const busy = await register('dave', 'dave-phone', ['flaky']);
    service.answer(gone.endpoint, 410);
    service.answer(busy.endpoint, 503);
    const { id } = await send({ tags: 'flaky' }, 'Again');
    await until(
      'the first is given up',
      async () => (await server.as('server').get<Message>(`/push/messages/${id}`)).body.counts.failed === 1,
    );
    service.answer(busy.endpoint, null);
    const message = await sent(id);
    expect(message).toMatchObject({
      counts: { targeted: 2, delivered: 1, failed: 1 },
      failures: [{ reason: 'installation_gone', count: 1 }],
    });
    expect(service.received(busy.endpoint)).toHaveLength(1);
    const { items } = (await server.as('server').get<{ items: { id: string }[] }>('/push/installations')).body;
    expect(items.map((installation) => installation.id)).not.toContain('carol-phone');
  });

  it('sends one message per idempotency key', async () => {
    const eve = await register('eve', 'eve-phone', ['once']);
    const key = { 'idempotency-key': 'push-once' };
    const [first, second] = [await send({ tags: 'once' }, 'Once', key), await send({ tags: 'once' }, 'Once', key)];
    expect(second.id).toBe(first.id);
    await sent(first.id);
    expect(service.received(eve.endpoint)).toHaveLength(1);
  });

  it('moves an endpoint to whoever registers it last, in its own project only', async () => {
    const subscription = service.createSubscription();
    await server.as({ user: 'old' }).put('/push/installations/shared-1', { platform: 'web', subscription, tags: ['moved'] });
    await server.as({ user: 'new' }).put('/push/installations/shared-2', { platform: 'web', subscription, tags: ['moved'] });
    expect(await server.as('server').post('/push/audiences/count', { audience: { tags: 'moved' } })).toMatchObject({ body: { count: 1 } });
    expect(await server.as('server', server.otherProject).post('/push/audiences/count', { audience: {} })).toMatchObject({
      body: { count: 0 },
    });
    expect(server.leaks).toEqual([]);
  });

  it('leaves an installation and its address with its user, unless the device itself comes', async () => {
    const { endpoint, keys } = service.createSubscription();
    const mine = { platform: 'web', subscription: { endpoint, keys }, tags: ['kept'] };
    const foreign = { platform: 'web', subscription: service.createSubscription() };
    const knowsEndpoint = { platform: 'web', subscription: { endpoint, keys: foreign.subscription.keys } };
    await server.as({ user: 'owner' }).put('/push/installations/owners', mine);
    for (const who of [server.as({ user: 'thief' }), server.as('anonymous')]) {
      const refused = { status: 403, body: { code: 'installation_of_another' } };
      expect(await who.put('/push/installations/owners', foreign)).toMatchObject(refused);
      expect(await who.put('/push/installations/thiefs', knowsEndpoint)).toMatchObject(refused);
    }
    expect(await server.as({ user: 'owner' }).put('/push/installations/owners', { ...foreign, tags: ['kept'] })).toMatchObject({
      status: 200,
      body: { userId: 'owner' },
    });
    expect(await server.as({ user: 'next' }).put('/push/installations/owners', foreign)).toMatchObject({ body: { userId: 'next' } });
    expect(await server.as('anonymous').put('/push/installations/owners', foreign)).toMatchObject({ body: { userId: null } });
  });

  it('counts as opened only what the user of the installation reports', async () => {
    await register('reader', 'readers', ['read']);
    const { id } = await send({ tags: 'read' }, 'Read me');
    await sent(id);
    const report = (who: ReturnType<typeof server.as>) => who.post(`/push/messages/${id}/opened`, { installationId: 'readers' });
    expect(await report(server.as({ user: 'forger' }))).toMatchObject({ status: 404, body: { code: 'message_not_found' } });
    expect(await report(server.as('anonymous'))).toMatchObject({ status: 404 });
    expect((await sent(id)).counts.opened).toBe(0);
    expect(await report(server.as({ user: 'reader' }))).toMatchObject({ status: 204 });
    expect(await report(server.as({ user: 'reader' }))).toMatchObject({ status: 204 });
    expect((await sent(id)).counts.opened).toBe(1);
  });

  it.each([['tags ='], ['address == "x"'], [{ $where: '1' }], [{ address: 'x' }], [{ userId: { $regex: 'a.*b' } }]])(
    'refuses the audience %j',
    async (audience) => {
      expect(await server.as('server').post('/push/messages', { audience, notification: { title: 'x', body: '' } })).toMatchObject({
        status: 422,
        body: { code: 'audience_invalid' },
      });
    },
  );

  it.each([
    'https://127.0.0.1:9/x',
    'https://[::1]/x',
    'https://10.0.0.1/x',
    'https://[::ffff:127.0.0.1]/x',
    'https://0x7f000001/x',
    'https://2130706433/x',
    'http://example.com/x',
  ])('refuses the endpoint %s, which lies inside', async (endpoint) => {
    const subscription = { endpoint, keys: service.createSubscription().keys };
    const answer = await strict.as({ user: 'mallory' }).put('/push/installations/x', { platform: 'web', subscription });
    expect(answer).toMatchObject({ status: 422, body: { code: 'endpoint_refused' } });
  });

  it('needs server access to send and to look', async () => {
    expect(await server.as({ user: 'ada' }).post('/push/messages', {})).toMatchObject({ status: 403 });
    expect(await server.as('anonymous').get('/push/installations')).toMatchObject({ status: 403 });
    expect((await server.as('anonymous').get<{ publicKey: string }>('/push/vapid-public-key')).body.publicKey).toMatch(/^[\w-]{87}$/);
  });
});
