import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { TestServer, WebPushService } from '@mainstay/testing';
import { aContext, startTestServer, startWebPushService, until } from '@mainstay/testing';
import { createMessaging, messagingModule, MessagingSettings } from '../index.ts';
import type { DeliveryRow } from '../messaging.model.ts';
import { DeliveryKind, InstallationKind } from '../messaging.model.ts';

const SETTINGS = {
  requestTimeoutMs: '400',
  claimSeconds: '1',
  retrySeconds: '1',
  maxAttempts: '2',
  maxAnswerBytes: '1000',
  announceMs: '60000',
};
let server: TestServer;
let strict: TestServer;
let service: WebPushService;
let byName: WebPushService;
beforeAll(async () => {
  service = await startWebPushService();
  byName = await startWebPushService({ host: 'localhost' });
  const start = (settings: Record<string, unknown>) =>
    startTestServer({
      modules: (frame) => [
        messagingModule(createMessaging(frame, { settings: MessagingSettings.parse(settings), masterKey: Buffer.alloc(32, 5) })),
      ],
    });
  server = await start({ ...SETTINGS, allowPrivateEndpoints: 'true' });
  strict = await start(SETTINGS);
});
afterAll(async () => {
  await server.end();
  await strict.end();
  await service.stop();
  await byName.stop();
});

interface Message {
  id: string;
  status: string;
  counts: { targeted: number; delivered: number; failed: number };
  failures: { reason: string; count: number }[];
}

async function register(id: string, tags: string[]): Promise<string> {
  const subscription = service.createSubscription();
  const answer = await server.as({ user: id }).put(`/push/installations/${id}`, { platform: 'web', subscription, tags });
  expect(answer.status).toBe(201);
  return subscription.endpoint;
}
const post = (audience: unknown, notification: object = { title: 'Hi', body: '' }, to = server) =>
  to.as('server').post<Message>('/push/messages', { audience, notification });
const sent = (id: string, of = server) =>
  until('the message is sent', async () => {
    const { body } = await of.as('server').get<Message>(`/push/messages/${id}`);
    return body.status === 'sent' && body;
  });

describe('a push service', () => {
  it.each(['silent', 'dripping'] as const)('that is %s is given up after the time that a call may take', async (how) => {
    const endpoint = await register(`app-${how}`, [how]);
    service.answer(endpoint, how);
    const message = await sent((await post({ tags: how })).body.id);
    expect(message.failures).toEqual([{ reason: 'provider_unreachable', count: 1 }]);
    expect(service.requests(endpoint)).toBe(2);
    await until('nothing is open any more', () => service.openAnswers === 0);
  });

  it('that took the message and never ends its answer is cut off, and the message counts', async () => {
    const endpoint = await register('app-endless', ['endless']);
    service.answer(endpoint, 'endless');
    expect((await sent((await post({ tags: 'endless' })).body.id)).counts).toMatchObject({ delivered: 1, failed: 0 });
    await until('nothing is open any more', () => service.openAnswers === 0);
    expect(service.requests(endpoint)).toBe(1);
  });

  it.each([
    [302, { location: 'https://127.0.0.1:1/' }],
    [403, {}],
    [413, {}],
  ])('that answers %i is not asked again, nor is another one', async (status, headers) => {
    const endpoint = await register(`app-${status}`, [`s${status}`]);
    service.answer(endpoint, status, headers as Record<string, string>);
    const message = await sent((await post({ tags: `s${status}` })).body.id);
    expect(message.failures).toEqual([{ reason: `provider_answered_${status}`, count: 1 }]);
    expect(service.requests(endpoint)).toBe(1);
  });

  it('that asks for a pause gets it', async () => {
    const endpoint = await register('app-busy', ['busy']);
    service.answer(endpoint, 429, { 'retry-after': '3600' });
    const { id } = (await post({ tags: 'busy' })).body;
    const rows = server.frame.store.kind(aContext(server.project, server.log), DeliveryKind);
    const row = await until('it is put off', () => rows.findOne({ messageId: id, state: 'queued', attempts: 1 }));
    expect(row.dueAt.getTime() - Date.now()).toBeGreaterThan(3_500_000);
    await rows.deleteMany({ messageId: id });
  });

  it('on an address that is not public is not even connected to, whatever its name led to when it was registered', async () => {
    const context = aContext(strict.project, strict.log);
    const endpoints = [byName.createSubscription(), service.createSubscription()];
    for (const [index, { endpoint, keys }] of endpoints.entries()) {
      const now = new Date();
      await strict.frame.store.kind(context, InstallationKind).insert({
        id: `rebound-${index}`,
        platform: 'web',
        address: endpoint,
        keys,
        userId: null,
        locale: null,
        tags: ['rebound'],
        createdAt: now,
        updatedAt: now,
      });
    }
    const message = await sent((await post({ tags: 'rebound' }, undefined, strict)).body.id, strict);
    expect(message.failures).toEqual([{ reason: 'endpoint_refused', count: 2 }]);
    expect([byName.connections, byName.requests(endpoints[0]?.endpoint ?? '')]).toEqual([0, 0]);
  });
});

describe('a delivery whose worker died', () => {
  const abandoned = (messageId: string, installationId: string, attempts: number): DeliveryRow => ({
    id: `${messageId}.${installationId}`,
    messageId,
    installationId,
    state: 'sending',
    dueAt: new Date(Date.now() + 1_500),
    claim: 'somebody who is dead',
    attempts,
    reason: null,
    openedAt: null,
  });

  it('is tried when the claim has ended, without anybody asking, and not more often than others', async () => {
    const [tried, exhausted] = [await register('app-tried', ['orphan']), await register('app-exhausted', ['orphan'])];
    const { id } = (await post({ tags: 'nobody' })).body;
    await sent(id);
    const rows = server.frame.store.kind(aContext(server.project, server.log), DeliveryKind);
    await rows.insertMany([abandoned(id, 'app-tried', 1), abandoned(id, 'app-exhausted', 2)]);
    // Any run sees when the next claim ends; this one does.
    await register('app-other', ['other']);
    await sent((await post({ tags: 'other' })).body.id);
    expect(service.requests(tried)).toBe(0);
    const message = await sent(id);
    expect(message).toMatchObject({ counts: { delivered: 1, failed: 1 }, failures: [{ reason: 'attempts_exhausted', count: 1 }] });
    expect([service.requests(tried), service.requests(exhausted)]).toEqual([1, 0]);
  });
});

describe('messages', () => {
  it('that no push service would take are refused', async () => {
    const data = Object.fromEntries(Array.from({ length: 4 }, (_, index) => [`k${index}`, 'ü'.repeat(500)]));
    expect(await post({}, { title: 'x', body: '', data })).toMatchObject({ status: 422, body: { code: 'message_too_large' } });
    await register('app-large', ['large']);
    const largest = {
      title: 'x',
      body: '',
      data: { k: 'a'.repeat(1_000), l: 'a'.repeat(1_000), m: 'a'.repeat(1_000), n: 'a'.repeat(860) },
    };
    expect((await sent((await post({ tags: 'large' }, largest)).body.id)).counts.delivered).toBe(1);
  });

  it('for the far future hold up none that is due sooner', async () => {
    await register('app-sooner', ['sooner']);
    const at = (ms: number) => ({ sendAt: new Date(Date.now() + ms).toISOString() });
    const schedule = (when: object) =>
      server
        .as('server')
        .post<Message>('/push/messages', { audience: { tags: 'sooner' }, notification: { title: 'Hi', body: '' }, ...when });
    const far = await schedule(at(3_600_000));
    const near = await schedule(at(1_000));
    const status = async (id: string) => (await server.as('server').get<Message>(`/push/messages/${id}`)).body.status;
    // Well before the sweeper looks, which would find it anyhow.
    await until('the near one is sent', async () => (await status(near.body.id)) === 'sent', 4_000);
    expect(await status(far.body.id)).toBe('queued');
  });

  it('tell how they come along at most every announceMs, and how they ended', async () => {
    const many = Array.from({ length: 50 }, (_, index) => `crowd-${index}`);
    await Promise.all(many.map((id) => register(id, ['crowd'])));
    const told: string[] = [];
    const stop = server.frame.store.signals.onAnnounce((_project, { type, data }) => {
      if (type === 'message.updated') told.push((data as { id: string }).id);
    });
    const { id } = (await post({ tags: 'crowd' })).body;
    expect((await sent(id)).counts.delivered).toBe(50);
    await until('the end is told', () => told.filter((one) => one === id).length >= 2);
    stop();
    expect(told.filter((one) => one === id).length).toBeLessThan(8);
  });
});

describe('registrations at the same time', () => {
  it('of one installation are all taken, and one of them made it', async () => {
    const answers = await Promise.all(
      Array.from({ length: 12 }, () =>
        server.as({ user: 'racer' }).put('/push/installations/race', { platform: 'web', subscription: service.createSubscription() }),
      ),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([...Array.from({ length: 11 }, () => 200), 201]);
  });

  it('of one endpoint leave it to one of them', async () => {
    const subscription = service.createSubscription();
    const body = { platform: 'web', subscription, tags: ['contested'] };
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, index) => server.as('anonymous').put(`/push/installations/c${index}`, body)),
    );
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 8 }, () => 201));
    expect(await server.as('server').post('/push/audiences/count', { audience: { tags: 'contested' } })).toMatchObject({
      body: { count: 1 },
    });
  });

  it.each([
    [{ p256dh: 'A'.repeat(87) }, 'subscription.keys.p256dh'],
    [{ auth: 'A'.repeat(20) }, 'subscription.keys.auth'],
  ])('need keys that can be encrypted for: not %j', async (wrong, path) => {
    const { endpoint, keys } = service.createSubscription();
    const answer = await server
      .as('anonymous')
      .put('/push/installations/wrong', { platform: 'web', subscription: { endpoint, keys: { ...keys, ...wrong } } });
    expect(answer).toMatchObject({ status: 422, body: { code: 'invalid_input', errors: [{ path }] } });
  });
});
