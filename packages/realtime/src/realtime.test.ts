import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { KeyId, Project, UserId } from '@mainstay/kernel';
import { createId, notFound, unauthenticated } from '@mainstay/kernel';
import { createData, dataModule } from '@mainstay/data';
import type { Resolvers } from '@mainstay/http';
import type { TestServer } from '@mainstay/testing';
import { startTestServer, until } from '@mainstay/testing';
import type { Socket } from 'socket.io-client';
import { io } from 'socket.io-client';
import { createRealtime, realtimeModule, RealtimeSettings } from './index.ts';

const OWNER = { owner: { $var: 'user.id' } };
const NOTES = {
  fields: { title: { type: 'string' }, owner: { type: 'string' }, list: { type: 'string' }, secret: { type: 'string', readable: false } },
  rules: { list: OWNER, get: OWNER, create: true, update: true, delete: true, subscribe: OWNER },
  realtime: true,
};

interface Answer {
  readonly subscription: string;
  readonly items: readonly { id: string }[];
  readonly sequence: number;
  readonly rights: string;
  readonly resync?: boolean;
  readonly problem?: { code: string; status: number };
}
interface Heard {
  readonly subscription: string;
  readonly type: string;
  readonly document: Record<string, unknown>;
  readonly sequence: number;
}

const blocked = new Set<string>();
const projects = new Map<string, Project>();
/** As the platform and auth rooms would answer: two keys, tokens `user:<id>`, and users that can be blocked. */
const resolvers: Resolvers = {
  project(projectId, key) {
    const project = projects.get(projectId);
    if (project === undefined) throw notFound();
    if (key === undefined) return { project, key: null };
    if (key !== 'sk_test' && key !== 'pk_test') throw unauthenticated({ reason: 'The key is not valid for this project.' });
    return { project, key: { id: createId<KeyId>(), kind: key === 'sk_test' ? 'secret' : 'publishable' } };
  },
  principal(_context, bearer) {
    const [type, id = ''] = bearer.split(':');
    if (type !== 'user' || blocked.has(id)) throw unauthenticated({ reason: 'The session has ended.' });
    return { type: 'user', id: id as UserId, sessionId: createId(), roles: [], email: undefined };
  },
  account: ({ cookie }) =>
    cookie === 'ann'
      ? { account: { id: createId(), email: 'ann@example.com', name: 'Ann' }, sessionId: createId(), csrfToken: 'csrf', scope: null }
      : null,
  accountRole: () => 'viewer',
};

let server: TestServer;
let collection = '';
const open: Socket[] = [];

beforeAll(async () => {
  server = await startTestServer({
    modules: (frame) => {
      const data = createData(frame);
      return [
        dataModule(data),
        realtimeModule(
          createRealtime(frame, {
            settings: RealtimeSettings.parse({ messagesPerSecond: 500, placeMs: 100 }),
            data,
            resolvers,
            tokenKey: Buffer.alloc(32, 7),
          }),
        ),
      ];
    },
    roles: ['api', 'worker'],
    resolvers: () => resolvers,
  });
  for (const project of [server.project, server.otherProject]) projects.set(project.id, project);
});
afterAll(() => server.end());
beforeEach(async () => {
  collection = `notes-${createId()}`.toLowerCase().replaceAll('-', '_');
  for (const project of [server.project, server.otherProject]) {
    await server.as('server', project).put(`/schema/${collection}`, NOTES);
  }
});
afterEach(() => {
  for (const socket of open.splice(0)) socket.disconnect();
});

function dial(auth: Record<string, unknown>, headers: Record<string, string> = {}): Socket {
  const socket = io(server.origin, {
    path: '/realtime',
    auth: { project: server.project.id, ...auth },
    transports: ['websocket'],
    reconnection: false,
    forceNew: true,
    extraHeaders: headers,
  });
  open.push(socket);
  return socket;
}

async function connect(auth: Record<string, unknown>, headers?: Record<string, string>): Promise<Socket> {
  const socket = dial(auth, headers);
  await once(socket, 'connect');
  return socket;
}

function once<T>(socket: Socket, message: string): Promise<T> {
  return new Promise((resolve) => void socket.once(message, resolve));
}

function ask(socket: Socket, message: string, body: unknown): Promise<Answer> {
  return socket.timeout(8_000).emitWithAck(message, body) as Promise<Answer>;
}

function changesOf(socket: Socket): Heard[] {
  const heard: Heard[] = [];
  socket.on('change', (change: Heard) => heard.push(change));
  return heard;
}

const asUser = (id: string) => ({ key: 'pk_test', token: `user:${id}` });

const systemOf = ({ project, log }: TestServer) => ({
  project,
  principal: { type: 'system' as const, task: 'test' },
  requestId: 'test',
  log,
});

async function write(id: string, body: object, project?: Project): Promise<void> {
  const { status } = await server.as('server', project).put(`/data/${collection}/${id}`, body);
  if (status >= 300) throw new Error(`a write of the test was answered with ${status}`);
}

describe('subscriptions', () => {
  it('start with what matches and hear exactly the changes that match', async () => {
    await write('one', { title: 'a', owner: 'ann', list: 'x' });
    const socket = await connect(asUser('ann'));
    const heard = changesOf(socket);
    const answer = await ask(socket, 'subscribe', { collection, where: { list: 'x' } });
    expect(answer.items.map(({ id }) => id)).toEqual(['one']);
    await write('two', { title: 'b', owner: 'ann', list: 'x', secret: 'hush' });
    await write('foreign', { title: 'c', owner: 'bob', list: 'x' });
    await write('elsewhere', { title: 'd', owner: 'ann', list: 'y' });
    await write('two', { title: 'b2', owner: 'ann', list: 'x' });
    await server.as('server').delete(`/data/${collection}/one`);
    await until('all changes arrived', () => heard.length >= 3);
    expect(heard.map(({ type, document }) => [type, document['id'], document['title']])).toEqual([
      ['added', 'two', 'b'],
      ['changed', 'two', 'b2'],
      ['removed', 'one', undefined],
    ]);
    expect(heard[0]?.document).not.toHaveProperty('secret');
    expect(heard[0]).toMatchObject({ subscription: answer.subscription, document: { version: 1, createdAt: expect.any(String) } });
  });

  it('tell of a document that became invisible without its content', async () => {
    const socket = await connect(asUser('ann'));
    const heard = changesOf(socket);
    await ask(socket, 'subscribe', { collection });
    await write('one', { title: 'a', owner: 'ann' });
    await write('one', { title: 'for bob only', owner: 'bob' });
    await until('it was removed', () => heard.length >= 2);
    expect(heard[1]).toMatchObject({ type: 'removed' });
    expect(heard[1]?.document).toEqual({ id: 'one' });
  });

  it('are refused where the rule denies, on hidden fields, and on what does not exist', async () => {
    const anonymous = await connect({ key: 'pk_test' });
    expect(await ask(anonymous, 'subscribe', { collection })).toMatchObject({ problem: { code: 'rule_denied', status: 403 } });
    const ann = await connect(asUser('ann'));
    expect((await ask(ann, 'subscribe', { collection, where: { secret: 'hush' } })).problem?.status).toBeGreaterThanOrEqual(400);
    expect(await ask(ann, 'subscribe', { collection: 'nothing' })).toMatchObject({ problem: { status: 404 } });
  });

  it('resume after a gap without losing or repeating a change', async () => {
    const first = await connect({ key: 'sk_test' });
    const before = changesOf(first);
    const { sequence } = await ask(first, 'subscribe', { collection });
    const total = 200;
    const writing = (async () => {
      for (let n = 0; n < total; n += 1) await write(`n${n}`, { title: String(n) });
    })();
    await until('some changes arrived', () => before.length >= 20);
    first.disconnect();
    const since = before.at(-1)?.sequence ?? sequence;
    const second = await connect({ key: 'sk_test' });
    const after = changesOf(second);
    const answer = await ask(second, 'subscribe', { collection, since });
    expect(answer).toMatchObject({ items: [], sequence: since });
    expect(answer.resync).toBeUndefined();
    await writing;
    await until('all changes arrived', () => before.length + after.length >= total);
    const ids = [...before, ...after].map(({ document }) => document['id']);
    expect(ids).toEqual(Array.from({ length: total }, (_, n) => `n${n}`));
  });

  it('that look back learn nothing of what was deleted or withdrawn meanwhile, whatever they ask', async () => {
    const early = await connect(asUser('ann'));
    const { sequence: since } = await ask(early, 'subscribe', { collection });
    await write('deleted', { title: 'forget this', owner: 'ann' });
    await write('withdrawn', { title: 'not for ann any more', owner: 'ann' });
    await write('foreign', { title: 'never for ann', owner: 'bob' });
    await write('mine', { title: 'old', owner: 'ann' });
    const { sequence: later } = await ask(early, 'subscribe', { collection, limit: 0 });
    await until('the feed has them', async () => (await server.frame.store.feed.head(systemOf(server))) >= since + 4);
    await server.as('server').delete(`/data/${collection}/deleted`);
    await write('withdrawn', { title: 'for bob', owner: 'bob' });
    await write('mine', { title: 'new', owner: 'ann' });
    await until('the feed has these', async () => (await server.frame.store.feed.head(systemOf(server))) >= since + 7);
    const heardSince = async (from: number, where?: object): Promise<unknown[]> => {
      const socket = await connect(asUser('ann'));
      const heard = changesOf(socket);
      await ask(socket, 'subscribe', { collection, since: from, ...(where ? { where } : {}) });
      await write('last', { title: `last ${createId()}`, owner: 'ann', list: 'last' });
      await until('the newest arrived', () => heard.some(({ document }) => document['id'] === 'last'));
      return heard.map(({ type, document: { id, title } }) => [type, id, title]).filter(([, id]) => id !== 'last');
    };
    // Its copy may be from between: what the rules showed it then, it is told to let go.
    expect(await heardSince(since)).toEqual([
      ['removed', 'deleted', undefined],
      ['removed', 'withdrawn', undefined],
      ['added', 'mine', 'new'],
    ]);
    const probe = (title: string) => heardSince(Math.max(later, since + 4), { $or: [{ title }, { list: 'last' }] });
    const asked = await probe('forget this');
    expect(asked).toEqual(await probe('a wrong guess'));
    expect(JSON.stringify(asked)).not.toMatch(/forget|not for ann|never/);
  });

  it('that hear nothing are told how far they are', async () => {
    const socket = await connect(asUser('ann'));
    const places: { subscription: string; sequence: number }[] = [];
    socket.on('place', (place: { subscription: string; sequence: number }) => places.push(place));
    const { subscription, sequence } = await ask(socket, 'subscribe', { collection, where: { title: 'nothing' } });
    const operations = Array.from({ length: 120 }, () => ({ op: 'create', collection, document: { owner: 'ann' } }));
    await server.as('server').post('/data/batch', { operations });
    await until('it is told', () => places.length > 0);
    expect(places[0]?.subscription).toBe(subscription);
    expect(places[0]?.sequence).toBeGreaterThan(sequence);
  });

  it('start anew when the rules changed while nobody listened', async () => {
    await write('one', { title: 'a', owner: 'ann' });
    const first = await ask(await connect(asUser('ann')), 'subscribe', { collection });
    const { sequence: since, rights } = first;
    expect(await ask(await connect(asUser('ann')), 'subscribe', { collection, since, rights })).toMatchObject({ items: [], rights });
    await server.as('server').put(`/schema/${collection}`, { ...NOTES, rules: { ...NOTES.rules, subscribe: true, list: true } });
    const other = await ask(await connect(asUser('ann')), 'subscribe', { collection, since, rights });
    expect(other).toMatchObject({ resync: true, items: [{ id: 'one' }] });
    expect(other.rights).not.toBe(rights);
  });

  it('start anew when the feed cannot say what followed', async () => {
    const socket = await connect({ key: 'sk_test' });
    await write('one', { title: 'a' });
    const answer = await ask(socket, 'subscribe', { collection, since: 999_999_999 });
    expect(answer).toMatchObject({ resync: true, items: [{ id: 'one' }] });
  });

  it('neither lose nor repeat what is written while they begin', async () => {
    const socket = await connect({ key: 'sk_test' });
    const heard = changesOf(socket);
    const writes = Promise.all(Array.from({ length: 60 }, (_, n) => write(`n${n}`, { title: String(n) })));
    const { items } = await ask(socket, 'subscribe', { collection, limit: 1_000 });
    await writes;
    const seen = () => [...items.map(({ id }) => id), ...heard.map(({ document }) => String(document['id']))];
    await until('every document was seen', () => seen().length >= 60);
    expect([...seen()].sort()).toEqual(Array.from({ length: 60 }, (_, n) => `n${n}`).sort());
  });

  it('of two projects hear nothing of each other', async () => {
    const socket = await connect({ key: 'sk_test' });
    const heard = changesOf(socket);
    await ask(socket, 'subscribe', { collection });
    await write('theirs', { title: 'theirs' }, server.otherProject);
    await write('ours', { title: 'ours' });
    await until('ours arrived', () => heard.length > 0);
    expect(heard.map(({ document }) => document['id'])).toEqual(['ours']);
  });

  it('are at most 100 on one socket', async () => {
    const socket = await connect({ key: 'sk_test' });
    const answers = await Promise.all(Array.from({ length: 101 }, () => ask(socket, 'subscribe', { collection, limit: 1 })));
    expect(answers.filter(({ problem }) => problem === undefined)).toHaveLength(100);
    expect(answers.flatMap(({ problem }) => problem?.code ?? [])).toEqual(['too_many_subscriptions']);
  });

  it('end when the rule is taken away', async () => {
    const socket = await connect(asUser('ann'));
    const { subscription } = await ask(socket, 'subscribe', { collection });
    const ended = once<{ subscription: string; problem: { code: string } }>(socket, 'ended');
    await server.as('server').put(`/schema/${collection}`, { ...NOTES, rules: { ...NOTES.rules, subscribe: null } });
    expect(await ended).toMatchObject({ subscription, problem: { code: 'rule_denied' } });
  });

  it('hear nothing more after unsubscribe', async () => {
    const socket = await connect({ key: 'sk_test' });
    const heard = changesOf(socket);
    const [ended, kept] = [await ask(socket, 'subscribe', { collection }), await ask(socket, 'subscribe', { collection })];
    expect(await ask(socket, 'unsubscribe', { subscription: ended.subscription })).toEqual({ ok: true });
    await write('one', { title: 'a' });
    await until('the other one heard', () => heard.length > 0);
    expect(heard.map(({ subscription }) => subscription)).toEqual([kept.subscription]);
  });
});

describe('sockets', () => {
  it('that are not let in learn why', async () => {
    const cases: [Record<string, unknown>, Record<string, string>, string][] = [
      [{}, {}, 'key_missing'],
      [{ key: 'pk_wrong' }, {}, 'unauthenticated'],
      [{ key: 'pk_test', token: 'other:x' }, {}, 'unauthenticated'],
      [{ key: 'pk_test', more: 1 }, {}, 'invalid_input'],
      [{ project: 'nowhere', key: 'pk_test' }, {}, 'not_found'],
      [{ key: 'sk_test' }, { origin: 'https://evil.example' }, 'secret_key_in_browser'],
      [{ csrfToken: 'csrf' }, { origin: 'http://evil.example', cookie: 'mainstay=ann' }, 'csrf_token_wrong'],
      [{ csrfToken: 'other' }, { origin: server.origin, cookie: 'mainstay=ann' }, 'csrf_token_wrong'],
    ];
    for (const [auth, headers, code] of cases) {
      const error = await once<Error & { data: { code: string; detail: string } }>(dial(auth, headers), 'connect_error');
      expect(error.data).toMatchObject({ code, detail: expect.any(String) });
    }
  });

  it('of revoked users are cut within a second', async () => {
    const socket = await connect(asUser('eve'));
    const cut = once(socket, 'disconnect');
    const at = Date.now();
    blocked.add('eve');
    server.frame.store.signals.invalidate('principal', `${server.project.id}:user:eve`);
    await cut;
    expect(Date.now() - at).toBeLessThan(1_000);
  });

  it('of servers and the dashboard watch announcements, those of users do not', async () => {
    const user = await connect(asUser('ann'));
    expect(await ask(user, 'watch', { topics: ['devices'] })).toMatchObject({ problem: { code: 'server_access_needed' } });
    const dashboard = await connect({ csrfToken: 'csrf' }, { origin: server.origin, cookie: 'mainstay=ann' });
    expect(await ask(dashboard, 'watch', { topics: ['devices'] })).toEqual({ ok: true });
    const event = once(dashboard, 'event');
    const context = systemOf(server);
    server.frame.store.signals.announce({ ...context, project: server.otherProject }, { topic: 'devices', type: 'theirs', data: {} });
    server.frame.store.signals.announce(context, { topic: 'other', type: 'unwatched', data: {} });
    server.frame.store.signals.announce(context, { topic: 'devices', type: 'device.online', data: { id: 'd' } });
    expect(await event).toEqual({ topic: 'devices', type: 'device.online', data: { id: 'd' }, at: expect.any(String) });
  });

  it('get a problem for what they got wrong', async () => {
    const socket = await connect({ key: 'sk_test' });
    expect(await ask(socket, 'subscribe', 'everything')).toMatchObject({ problem: { code: 'invalid_input', status: 422 } });
    expect(await ask(socket, 'subscribe', { collection, where: { $where: '1' } })).toMatchObject({ problem: { code: expect.any(String) } });
    expect(await ask(socket, 'subscribe', { collection, extra: 1 })).toMatchObject({ problem: { code: 'invalid_input' } });
    expect(await ask(socket, 'unsubscribe', { subscription: 'none' })).toMatchObject({ problem: { code: 'subscription_not_found' } });
    expect(await ask(socket, 'dance', {})).toMatchObject({ problem: { code: 'unknown_message' } });
  });

  it('that send without end are cut', async () => {
    const socket = await connect({ key: 'sk_test' });
    const cut = once(socket, 'disconnect');
    for (let n = 0; n < 3_000; n += 1) socket.emit('dance', {});
    expect(await cut).toBe('io server disconnect');
  });
});
