import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { TestServer } from '@mainstay/testing';
import { startTestServer, until } from '@mainstay/testing';
import { gzipSync } from 'node:zlib';
import { AnalyticsSettings, analyticsModule, createAnalytics } from '../index.ts';

type Item = Record<string, unknown>;
interface Answer {
  success: boolean;
  accepted: number;
  duplicates: number;
  rejected: { index: number; messageId: string | null; code: string; field: string; message: string }[];
}

const DAY_MS = 86_400_000;
let server: TestServer;
let messages = 0;

beforeAll(async () => {
  server = await startTestServer({
    modules: (frame) => [analyticsModule(createAnalytics(frame, { settings: AnalyticsSettings.parse({ namesPerProject: 12 }) }))],
  });
});
afterAll(() => server.end());

function track(fields: Item = {}): Item {
  messages += 1;
  return { type: 'track', messageId: `message-${messages}`, anonymousId: 'someone', event: 'Opened', ...fields };
}

const send = (batch: unknown[], extra: Item = {}) => server.as('anonymous').post<Answer>('/batch', { batch, ...extra });

async function countOf(event: string, project = server.project): Promise<number> {
  const { body } = await server.as('server', project).get<{ items: { event: string; count: number }[] }>('/analytics/names');
  return body.items.find((item) => item.event === event)?.count ?? 0;
}

describe('a batch', () => {
  it('is stored, and counts once however often it is sent', async () => {
    const batch = [track({ event: 'Once' }), track({ event: 'Once' })];
    expect(await send(batch)).toMatchObject({ status: 200, body: { success: true, accepted: 2, duplicates: 0, rejected: [] } });
    expect((await send(batch)).body).toMatchObject({ accepted: 0, duplicates: 2 });
    expect((await send([track({ event: 'Once' }), ...batch.reverse()])).body).toMatchObject({ accepted: 1, duplicates: 2 });
    await until('three are counted', async () => (await countOf('Once')) === 3);
  });

  it('counts once when it is sent at the same time, split differently', async () => {
    const events = Array.from({ length: 60 }, () => track({ event: 'Parallel' }));
    const splits = [
      [0, 60],
      [0, 20],
      [20, 60],
      [0, 59],
      [59, 60],
      [10, 50],
    ];
    const answers = await Promise.all(splits.map(([from, to]) => send(events.slice(from, to))));
    expect(answers.reduce((sum, { body }) => sum + body.accepted, 0)).toBe(60);
    expect(answers.every(({ status }) => status === 200)).toBe(true);
    await until('sixty are counted', async () => (await countOf('Parallel')) === 60);
  });

  it('counts the same message id in two projects for both', async () => {
    const batch = [track({ event: 'Shared' })];
    expect((await send(batch)).body.accepted).toBe(1);
    expect((await server.as('anonymous', server.otherProject).post<Answer>('/batch', { batch })).body).toMatchObject({
      accepted: 1,
      duplicates: 0,
    });
    await until('both count it', async () => (await countOf('Shared')) === 1 && (await countOf('Shared', server.otherProject)) === 1);
  });

  it('may be compressed, or plain text from a beacon', async () => {
    const base = `${server.origin}/p/${server.project.id}/v1/batch`;
    const body = gzipSync(JSON.stringify({ batch: [track()] }));
    const zipped = await fetch(base, {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/json', 'content-encoding': 'gzip', 'x-mainstay-key': 'pk_test' },
    });
    expect(await zipped.json()).toMatchObject({ accepted: 1 });
    const plain = await fetch(base, {
      method: 'POST',
      body: JSON.stringify({ batch: [track()] }),
      headers: { 'content-type': 'text/plain', 'x-mainstay-key': 'pk_test' },
    });
    expect(await plain.json()).toMatchObject({ accepted: 1 });
  });

  it("may carry its key as Segment's libraries send it", async () => {
    const authorization = `Basic ${Buffer.from('pk_test:').toString('base64')}`;
    const body = JSON.stringify({ batch: [track()], sentAt: new Date().toISOString(), writeKey: 'pk_test' });
    const answer = await fetch(`${server.origin}/p/${server.project.id}/v1/batch`, {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/json', authorization },
    });
    expect(await answer.json()).toEqual({ success: true, accepted: 1, duplicates: 0, rejected: [] });
  });

  it('takes the good events and says what is wrong with each bad one', async () => {
    const { status, body } = await send([track(), track({ event: 7 }), 'nonsense', track()]);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      accepted: 2,
      rejected: [
        { index: 1, code: 'invalid_field', field: 'event' },
        { index: 2, messageId: null, code: 'not_an_event' },
      ],
    });
  });

  it('is refused as a whole when it is too large or no batch', async () => {
    expect(await send(Array.from({ length: 2_001 }, () => track()))).toMatchObject({ status: 413, body: { code: 'batch_too_large' } });
    expect(await send([track({ properties: { text: 'x'.repeat(600_000) } })])).toMatchObject({
      status: 413,
      body: { code: 'body_too_large' },
    });
    expect(await server.as('anonymous').post('/batch', { events: [] })).toMatchObject({ status: 422, body: { code: 'invalid_input' } });
    expect(await server.as('anonymous').post('/batch', '{"batch":[')).toMatchObject({ status: 400, body: { code: 'malformed_json' } });
  });
});

describe('an event', () => {
  const nested = { a: { b: { c: { d: 1 } } } };
  it.each<[string, Item, string, string]>([
    ['of 1970', { timestamp: '1970-01-01T00:00:00Z' }, 'too_old', 'timestamp'],
    ['of 2100', { timestamp: '2100-01-01T00:00:00Z' }, 'in_future', 'timestamp'],
    ['with a time that is none', { timestamp: 'yesterday' }, 'invalid_field', 'timestamp'],
    ['of an unknown type', { type: 'scream' }, 'invalid_field', 'type'],
    ['without anybody', { anonymousId: null }, 'missing_identity', 'anonymousId'],
    ['with a reserved name', { event: '$page' }, 'reserved_name', 'event'],
    ['with a long name', { event: 'x'.repeat(65) }, 'name_too_long', 'event'],
    ['without a name', { event: '' }, 'invalid_field', 'event'],
    ['with an object for a user', { userId: { $ne: null } }, 'invalid_field', 'userId'],
    ['with a reserved property', { properties: { $set: 1 } }, 'reserved_name', 'properties.$set'],
    ['with a driver type as property', { properties: { a: { _bsontype: 'ObjectId' } } }, 'reserved_name', 'properties.a._bsontype'],
    ['with NUL in a property name', { properties: { 'a\0b': 1 } }, 'invalid_name', 'properties.a\0b'],
    ['with a list as properties', { properties: [1] }, 'invalid_field', 'properties'],
    ['with deep properties', { properties: nested }, 'too_deep', 'properties.a.b.c'],
    [
      'with many properties',
      { properties: Object.fromEntries(Array.from({ length: 65 }, (_, i) => [`p${i}`, i])) },
      'too_many_fields',
      'properties',
    ],
    ['with a long text', { properties: { text: 'ü'.repeat(600) } }, 'text_too_long', 'properties.text'],
    ['of more than 32 kB', { context: { list: Array.from({ length: 40 }, () => 'x'.repeat(1_000)) } }, 'event_too_large', ''],
  ])('%s is rejected alone', async (_name, fields, code, field) => {
    const { status, body } = await send([track(), track(fields)]);
    expect(status).toBe(200);
    expect(body).toMatchObject({ accepted: 1, rejected: [{ index: 1, code, field }] });
  });

  it('with a property called __proto__ is refused with its whole body, and nothing is polluted', async () => {
    const item = JSON.stringify(track()).replace('"event"', '"properties":{"__proto__":{"polluted":true}},"event"');
    const answer = await server.as('anonymous').post<Answer>('/batch', `{"batch":[${item}]}`);
    expect(answer).toMatchObject({ status: 400, body: { code: 'malformed_json' } });
    expect(({} as Item)['polluted']).toBeUndefined();
  });

  it('may not claim traits that Mainstay computes', async () => {
    const { body } = await send([track({ type: 'identify', userId: 'u1', traits: { segments: ['vip'] } })]);
    expect(body.rejected).toMatchObject([{ code: 'reserved_name', field: 'traits.segments' }]);
  });

  it('is put right in time when the clock of its device is wrong by a day', async () => {
    const now = Date.now();
    const wrong = (at: number): string => new Date(at - DAY_MS).toISOString();
    await send([track({ event: 'Skewed', timestamp: wrong(now - 60_000) })], { sentAt: wrong(now) });
    const { body } = await server.as('server').get<{ items: { event: string; at: string }[] }>('/analytics/events?limit=1');
    expect(body.items[0]?.event).toBe('Skewed');
    expect(Math.abs(Date.parse(body.items[0]?.at ?? '') - (now - 60_000))).toBeLessThan(5_000);
  });

  it('belongs to the signed-in user when it names nobody', async () => {
    await server.as({ user: 'alice' }).post('/track', { event: 'Signed', messageId: 'signed-1' });
    const { body } = await server.as('server').get<{ items: Item[] }>('/analytics/events?limit=1');
    expect(body.items[0]).toMatchObject({ event: 'Signed', userId: 'alice' });
  });
});

describe('the single calls', () => {
  it.each<[string, Item]>([
    ['track', { event: 'Single' }],
    ['identify', { traits: { plan: 'pro' } }],
    ['page', { name: 'Home', properties: { path: '/' } }],
    ['screen', { name: 'Start' }],
    ['group', { groupId: 'g1' }],
    ['alias', { previousId: 'old' }],
  ])('%s takes one event, with fields of SDKs that we do not know', async (type, fields) => {
    const call = { messageId: `single-${type}`, userId: 'u1', integrations: { All: true }, writeKey: 'x', ...fields };
    expect(await server.as('anonymous').post(`/${type}`, call)).toMatchObject({ status: 200, body: { accepted: 1, rejected: [] } });
    expect((await server.as('anonymous').post<Answer>(`/${type}`, call)).body.duplicates).toBe(1);
  });
});

describe('access and limits', () => {
  it('lets a publishable key write and read nothing', async () => {
    for (const path of ['/analytics/events', '/analytics/names', '/analytics/persons/u1']) {
      expect((await server.as('anonymous').get(path)).status).toBe(403);
      expect((await server.as({ user: 'alice' }).get(path)).status).toBe(403);
    }
    const question = { event: 'Once', from: '2026-01-01T00:00:00Z', to: '2026-01-02T00:00:00Z' };
    expect((await server.as('anonymous').post('/analytics/query', question)).status).toBe(403);
  });

  it('stops taking new event names at the limit, and still takes known ones', async () => {
    const project = server.otherProject;
    const names = Array.from({ length: 14 }, (_, i) => track({ event: `Name ${i}` }));
    const { body } = await server.as('anonymous', project).post<Answer>('/batch', { batch: names });
    expect(body.accepted).toBe(11);
    expect(body.rejected).toHaveLength(3);
    expect(body.rejected[0]).toMatchObject({ code: 'too_many_names', field: 'event' });
    const again = await server.as('anonymous', project).post<Answer>('/batch', { batch: [track({ event: 'Name 0' })] });
    expect(again.body.accepted).toBe(1);
  });

  it('announces events to open dashboards', async () => {
    const heard: unknown[] = [];
    const stop = server.frame.store.signals.onAnnounce((project, announcement) => {
      if (project === server.project.id) heard.push(announcement);
    });
    await until('an event and its roll-up are announced', async () => {
      // Only twenty events per second are announced, and the tests before may have used this second's.
      await send([track({ event: 'Announced' })]);
      const types = heard.map((one) => (one as { type: string }).type);
      return types.includes('event.ingested') && types.includes('analytics.rolled-up');
    });
    stop();
    expect(heard).toContainEqual(expect.objectContaining({ topic: 'events', data: expect.objectContaining({ event: 'Announced' }) }));
  });

  it('never sent a command that could meet another tenant', () => {
    expect(server.leaks).toEqual([]);
  });
});

describe('a project with a small rate', () => {
  it('answers 429 with Retry-After, and 200 for what fits', async () => {
    const small = await startTestServer({
      modules: (frame) => [analyticsModule(createAnalytics(frame, { settings: AnalyticsSettings.parse({ isUserIdProven: 'true' }) }))],
      project: { limits: { ...server.project.limits, eventsPerSecond: 1 } },
    });
    try {
      const client = small.as('anonymous');
      expect((await client.post('/batch', { batch: [track(), track()] })).status).toBe(200);
      const refused = await client.post('/batch', { batch: [track(), track()] });
      expect(refused).toMatchObject({ status: 429, body: { code: 'limit_exceeded' } });
      expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
      const forged = { messageId: 'forged', userId: 'alice', event: 'Forged' };
      const other = small.as({ user: 'mallory' }, small.otherProject);
      expect((await other.post<Answer>('/track', forged)).body.rejected).toMatchObject([{ code: 'identity_not_proven', field: 'userId' }]);
      expect((await small.as({ user: 'alice' }, small.otherProject).post<Answer>('/track', forged)).body.accepted).toBe(1);
    } finally {
      await small.end();
    }
  });
});
