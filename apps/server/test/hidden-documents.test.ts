import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { TestAnswer, TestClient } from '@mainstay/testing';
import { until } from '@mainstay/testing';
import type { Socket } from 'socket.io-client';
import { io } from 'socket.io-client';
import type { AppUser, Tenant, Tenants } from './start-tenants.ts';
import { startTenants } from './start-tenants.ts';

/** What a user may not read is not told by any other way, and what may not be written is not written (SECURITY-CASES 27 to 35). */
let all: Tenants;
let tenant: Tenant;
let mallory: AppUser;
let alice: AppUser;
const OWN = { owner: { $var: 'user.id' } };
const ALL = { list: OWN, get: OWN, create: OWN, update: OWN, delete: OWN, subscribe: OWN };
const NEVER = 'never-there';
const TREASURE = 'treasure-4711';
const open: Socket[] = [];

beforeAll(async () => {
  all = await startTenants();
  tenant = all.victim;
  [mallory, alice] = [await tenant.signUp('mallory'), await tenant.signUp('alice')];
  await tenant.server.put('/schema/notes', {
    fields: {
      owner: { type: 'string' },
      text: { type: 'string' },
      slug: { type: 'string', unique: true },
      secret: { type: 'string', readable: false },
      level: { type: 'integer', writable: false },
      tags: { type: 'array', of: 'string', writable: false },
      place: { type: 'json', writable: false },
      friend: { type: 'reference', collection: 'people' },
    },
    rules: ALL,
    realtime: true,
    history: true,
    softDelete: true,
  });
  await tenant.server.put('/schema/people', { fields: { owner: { type: 'string' }, phone: { type: 'string' } }, rules: ALL });
  await tenant.server.put('/schema/closed', { fields: { text: { type: 'string' } }, realtime: true });
  await tenant.server.post('/data/people', { id: 'friend', owner: alice.id, phone: TREASURE });
  await tenant.server.post('/data/closed', { id: 'one', text: TREASURE });
  const hidden = { id: 'hidden', owner: alice.id, text: TREASURE, slug: TREASURE, secret: TREASURE, friend: 'friend' };
  await tenant.server.post('/data/notes', hidden);
  await tenant.server.post('/data/notes', {
    id: 'own',
    owner: mallory.id,
    text: 'mine',
    slug: 'mine',
    secret: TREASURE,
    level: 1,
    friend: 'friend',
  });
}, 60_000);
afterAll(async () => {
  for (const socket of open) socket.disconnect();
  await all.server.stop();
});

/** The answer without what differs in every answer, and without the id that was asked for. */
const seen = ({ status, body }: TestAnswer, id: string): string =>
  JSON.stringify({ status, body: { ...body, requestId: '' } }).replaceAll(id, 'ID');
const tells = (value: unknown): boolean => JSON.stringify(value).includes(TREASURE);

function dial(auth: Record<string, unknown>, headers: Record<string, string> = {}): Socket {
  const options = { path: '/realtime', transports: ['websocket'], forceNew: true, reconnection: false, extraHeaders: headers };
  const socket = io(all.server.ready.origin, { ...options, auth: { project: tenant.project, ...auth } });
  open.push(socket);
  return socket;
}
const asMallory = () => dial({ key: tenant.publishableKey, token: mallory.token });
interface Subscribed {
  readonly items?: readonly { id: string }[];
  readonly sequence?: number;
  readonly resync?: boolean;
  readonly problem?: { code: string };
}
const ask = (socket: Socket, message: string, body: unknown) => socket.timeout(8_000).emitWithAck(message, body) as Promise<Subscribed>;
/** Why the socket was cut or not let in. */
const cut = (socket: Socket) =>
  new Promise<string>((resolve) => {
    socket.once('disconnect', (reason) => resolve(reason));
    socket.once('connect_error', (error: Error & { data?: { code?: string } }) => resolve(error.data?.code ?? error.message));
  });

describe('a hidden document', () => {
  it.each<[string, (client: TestClient, id: string) => Promise<TestAnswer>]>([
    ['reading', (client, id) => client.get(`/data/notes/${id}`)],
    ['changing', (client, id) => client.patch(`/data/notes/${id}`, { text: 'x' })],
    ['changing the version it has', (client, id) => client.patch(`/data/notes/${id}`, { text: 'x' }, { 'if-match': '"1"' })],
    ['changing another version', (client, id) => client.patch(`/data/notes/${id}`, { text: 'x' }, { 'if-match': '"9"' })],
    ['adding to a field', (client, id) => client.patch(`/data/notes/${id}`, { $inc: { level: 1 } })],
    ['deleting', (client, id) => client.delete(`/data/notes/${id}`)],
    ['deleting the version it has', (client, id) => client.delete(`/data/notes/${id}`, { 'if-match': '"1"' })],
    ['its versions', (client, id) => client.get(`/data/notes/${id}/revisions`)],
    ['one of its versions', (client, id) => client.get(`/data/notes/${id}/revisions/1`)],
    ['going back', (client, id) => client.post(`/data/notes/${id}/revert`, { version: 1 })],
    ['taking it out of the trash', (client, id) => client.post(`/data/notes/${id}/restore`, {})],
    ['reading many', (client, id) => client.post('/data/notes/query', { where: { id: { $in: [id] } } })],
    ['counting', (client, id) => client.post('/data/notes/count', { where: { id } })],
    [
      'a batch',
      (client, id) => client.post('/data/batch', { operations: [{ op: 'update', collection: 'notes', id, update: { text: 'x' } }] }),
    ],
    [
      'a whole batch',
      (client, id) => client.post('/data/batch', { atomic: true, operations: [{ op: 'delete', collection: 'notes', id }] }),
    ],
  ])('answers %s like one that is not there', async (_name, act) => {
    const [hidden, never] = [await act(mallory.client, 'hidden'), await act(mallory.client, NEVER)];
    expect(seen(hidden, 'hidden')).toBe(seen(never, NEVER));
    expect(tells(hidden.body)).toBe(false);
    expect(await tenant.server.get('/data/notes/hidden')).toMatchObject({ status: 200, body: { version: 1 } });
  });

  it('tells nothing of its values when one is taken', async () => {
    const clash = await mallory.client.post('/data/notes', { owner: mallory.id, slug: TREASURE });
    expect(clash.status).toBe(409);
    expect(tells(clash.body)).toBe(false);
    const taken = await mallory.client.post('/data/notes', { id: 'hidden', owner: mallory.id });
    expect([taken.status, tells(taken.body)]).toEqual([409, false]);
    const moved = await mallory.client.patch('/data/notes/own', { slug: TREASURE });
    expect([moved.status, tells(moved.body)]).toEqual([409, false]);
  });

  it('is in no list, count, group, search, description or file', async () => {
    const answers = await Promise.all([
      mallory.client.get('/data/notes?total=true&include=friend'),
      mallory.client.get('/data/notes?sort=-slug&limit=1'),
      mallory.client.post('/data/notes/query', { where: { slug: { $gte: '' } }, total: true }),
      mallory.client.post('/data/notes/distinct', { field: 'slug' }),
      mallory.client.post('/data/notes/aggregate', { pipeline: [{ $group: { _id: '$slug', n: { $count: {} } } }] }),
      mallory.client.get('/sync'),
      mallory.client.get('/realtime/poll?collection=notes&waitSeconds=0'),
      mallory.client.get('/openapi.json'),
      mallory.client.get('/auth/me'),
    ]);
    for (const { body } of answers) expect(tells(body)).toBe(false);
    expect(answers[0]?.body).toMatchObject({ total: 1, items: [{ id: 'own' }] });
    for (const path of ['/data/notes/export', '/data/notes/export?format=csv', '/imports', '/bulk-changes', '/schema/notes']) {
      const { status, body } = await mallory.client.get(path);
      expect([path, status, tells(body)]).toEqual([path, 403, false]);
    }
    for (const field of ['secret', 'friend.phone']) {
      for (const request of [{ where: { [field]: TREASURE } }, { where: { $not: { [field]: { $exists: false } } } }, { sort: [field] }]) {
        const { status, body } = await mallory.client.post('/data/notes/query', request);
        // A path into the document that a reference names leads nowhere: nothing is told apart by it.
        const ids = ((body['items'] ?? []) as { id: string }[]).map(({ id }) => id).filter((id) => id !== 'own');
        expect([field !== 'secret' || status >= 400, ids, tells(body)]).toEqual([true, [], false]);
      }
    }
  });

  it('is not reached by the place in a list of somebody who sees it', async () => {
    await tenant.server.post('/data/notes', { id: 'hidden-2', owner: alice.id, text: TREASURE });
    const page = await alice.client.get<{ nextCursor: string }>('/data/notes?limit=1&sort=id');
    expect(page.body.nextCursor).toMatch(/\S/);
    const { body } = await mallory.client.get<{ items?: { owner: string }[] }>(
      `/data/notes?limit=5&sort=id&cursor=${page.body.nextCursor}`,
    );
    expect((body.items ?? []).filter(({ owner }) => owner !== mallory.id)).toEqual([]);
    expect(tells(body)).toBe(false);
  });
});

describe('a field that may not be written', () => {
  it.each<[string, object]>([
    ['set', { level: 5 }],
    ['added to', { $inc: { level: 5 } }],
    ['made larger', { $max: { level: 5 } }],
    ['pushed to', { $push: { tags: 'x' } }],
    ['added as a member', { $addToSet: { tags: 'x' } }],
    ['pulled from', { $pull: { tags: 'x' } }],
    ['taken away', { $unset: { level: true } }],
    ['reached inside', { $set: { 'place.x': 1 } }],
    ['reached at a place', { $set: { 'tags.0': 'x' } }],
    ['dated', { $currentDate: { level: true } }],
    ['renamed', { $rename: { text: 'level' } }],
    ['given to somebody else', { owner: 'somebody' }],
    ['given to somebody else by an operator', { $set: { owner: 'somebody' } }],
    ['a time of ours', { createdAt: '2000-01-01T00:00:00.000Z' }],
    ['a version', { version: 99 }],
    ['a version, added to', { $inc: { version: 5 } }],
    ['an id', { id: 'other' }],
    ['an _id', { _id: 'other' }],
    ['an _id by an operator', { $set: { _id: 'other' } }],
    ['the owner of the row', { _acl: {}, $set: { _project: 'x' } }],
  ])('is not %s', async (_name, update) => {
    const before = await tenant.server.get('/data/notes/own');
    const answer = await mallory.client.patch('/data/notes/own', update);
    expect([answer.status >= 400 && answer.status < 500, answer.status]).toEqual([true, answer.status]);
    const inBatch = await mallory.client.post('/data/batch', {
      atomic: true,
      operations: [{ op: 'update', collection: 'notes', id: 'own', update }],
    });
    expect(inBatch.status).toBeGreaterThanOrEqual(400);
    expect(await tenant.server.get('/data/notes/own')).toMatchObject({ body: before.body });
  });

  it('is not set when a document is made either', async () => {
    for (const extra of [
      { level: 5 },
      { createdAt: '2000-01-01T00:00:00.000Z' },
      { version: 9 },
      { owner: alice.id },
      { _id: 'x' },
      { tags: ['x'] },
    ]) {
      const { status } = await mallory.client.post('/data/notes', { owner: mallory.id, ...extra });
      expect([extra, [403, 422].includes(status)]).toEqual([extra, true]);
    }
    const own = await mallory.client.post('/data/notes', { owner: mallory.id, acl: { read: [`user:${alice.id}`], write: ['*'] } });
    if (own.status === 201) expect((await alice.client.get(`/data/notes/${String(own.body['id'])}`)).status).toBe(404);
  });
});

describe('a role', () => {
  it('is not taken by who wants it', async () => {
    await tenant.server.post('/roles', { name: 'admin' });
    const tries = await Promise.all([
      mallory.client.post('/roles', { name: 'admin', userIds: [mallory.id] }),
      mallory.client.patch('/roles/admin', { userIds: [mallory.id] }),
      mallory.client.patch(`/users/${mallory.id}`, { roles: ['admin'] }),
      mallory.client.patch('/auth/me', { roles: ['admin'] }),
      mallory.client.patch('/auth/me', { claims: { admin: true } }),
      mallory.client.patch('/auth/me', { profile: { roles: ['admin'] } }),
      mallory.client.post('/data/roles', { name: 'admin' }),
      mallory.client.get('/data/users'),
    ]);
    expect(tries.map(({ status }) => status >= 400 && status < 500)).toEqual(tries.map(() => true));
    expect((await tenant.server.get(`/users/${mallory.id}`)).body).toMatchObject({ roles: [] });
  });

  it('has no name that is somebody else’s, and none that is everybody', async () => {
    for (const name of ['*', `user:${alice.id}`, 'role:admin', 'device:x', '', '.', '..', 'a\nb', 'a/b']) {
      expect([name, (await tenant.server.post('/roles', { name })).status]).toEqual([name, 422]);
    }
  });

  it('of a hundred levels is found quickly, and a circle is none', async () => {
    const depth = 100;
    for (let level = 0; level < depth; level += 1) {
      const { status } = await tenant.server.post('/roles', { name: `level-${level}`, roles: level === 0 ? [] : [`level-${level - 1}`] });
      expect(status).toBe(201);
    }
    const circle = await tenant.server.patch('/roles/level-0', { roles: [`level-${depth - 1}`] });
    expect(circle.status).toBeGreaterThanOrEqual(400);
    await tenant.server.patch('/roles/level-0', { userIds: [alice.id] });
    const since = performance.now();
    expect((await alice.client.get('/auth/me')).status).toBe(200);
    expect(performance.now() - since).toBeLessThan(5_000);
  });
});

describe('a subscription', () => {
  it('shows nothing that its user may not list', async () => {
    const socket = asMallory();
    const heard: unknown[] = [];
    socket.onAny((...message) => heard.push(message));
    for (const request of [
      { collection: 'closed' },
      { collection: 'people', id: 'friend' },
      { collection: 'notes', where: { secret: TREASURE } },
      { collection: 'notes', sort: ['secret'], limit: 1 },
      { collection: 'notes', fields: ['secret'] },
      { collection: 'notes', id: 'hidden' },
      { collection: 'users' },
      { collection: '__proto__' },
    ]) {
      const answer = await ask(socket, 'subscribe', request);
      expect([request, tells(answer)]).toEqual([request, false]);
      expect((answer.items ?? []).filter(({ id }) => id !== 'own')).toEqual([]);
    }
    expect(await ask(socket, 'subscribe', { collection: 'notes' })).toMatchObject({ items: [{ id: 'own' }] });
    await tenant.server.patch('/data/notes/hidden', { text: `${TREASURE} again` });
    await tenant.server.patch('/data/closed/one', { text: `${TREASURE} again` });
    await tenant.server.patch('/data/notes/own', { text: 'heard' });
    await until('her own change is heard', () => JSON.stringify(heard).includes('heard'));
    expect(tells(heard)).toBe(false);
    // A document that goes to somebody else is told to be gone, and no more.
    heard.length = 0;
    await tenant.server.patch('/data/notes/own', { owner: alice.id, text: TREASURE });
    await until('it is told to be gone', () => JSON.stringify(heard).includes('removed'));
    expect(tells(heard)).toBe(false);
    expect(JSON.stringify(heard)).not.toContain('"owner"');
    await tenant.server.patch('/data/notes/own', { owner: mallory.id, text: 'mine' });
  });

  it('from a sequence of the future, or from another project, starts anew', async () => {
    for (const since of [Number.MAX_SAFE_INTEGER, 2 ** 40, 1_000_000]) {
      expect([since, (await ask(asMallory(), 'subscribe', { collection: 'notes', since })).resync]).toEqual([since, true]);
    }
  });

  it('that is too large, too much or no request at all ends its socket or is refused', async () => {
    const large = asMallory();
    await new Promise((resolve) => large.once('connect', () => resolve('connected')));
    const ended = cut(large);
    large.emit('subscribe', { collection: 'notes', where: { text: 'x'.repeat(1_000_000) } });
    expect(await ended).toMatch(/transport|server/);
    const many = asMallory();
    const flooded = cut(many);
    for (let n = 0; n < 10_000; n += 1) many.emit('subscribe', { collection: 'notes', where: { text: String(n) } });
    expect(await flooded).toMatch(/transport|server/);
    for (const body of [
      null,
      7,
      [],
      'x',
      { collection: 7 },
      { collection: 'notes', where: { $where: '1' } },
      { collection: 'notes', since: -1 },
    ]) {
      expect((await ask(asMallory(), 'subscribe', body)).problem?.code).toMatch(/^(invalid_input|condition_invalid)$/);
    }
  }, 40_000);

  it('is not opened by the page of another site with the cookie of a member', async () => {
    const { cookie = '', 'x-csrf-token': csrfToken } = tenant.cookie;
    expect(await cut(dial({ csrfToken }, { cookie, origin: 'https://evil.example' }))).toMatch(/csrf_token_wrong|key_missing/);
    expect(await cut(dial({}, { cookie, origin: 'https://evil.example' }))).toMatch(/csrf_token_wrong|key_missing/);
    expect(await cut(dial({ key: tenant.secretKey }, { origin: 'https://evil.example' }))).toBe('secret_key_in_browser');
  });

  it('and a channel without a rule tell nobody of anybody', async () => {
    const socket = asMallory();
    for (const [message, body] of [
      ['presence.join', { channel: 'room' }],
      ['presence.list', { channel: 'room' }],
      ['broadcast', { channel: 'room', event: 'x', data: 1 }],
      ['watch', { topics: ['devices', 'feed'] }],
    ] as const) {
      expect((await ask(socket, message, body)).problem?.code).toMatch(/channel_denied|server_access_needed|not_in_channel/);
    }
  });
});

describe('a rule that changes', () => {
  it('holds within a second for requests, copies and what is followed', async () => {
    const rules = { ...ALL, list: true, get: true, subscribe: true };
    await tenant.server.put('/schema/board', { fields: { owner: { type: 'string' }, text: { type: 'string' } }, rules, realtime: true });
    await tenant.server.post('/data/board', { id: 'one', owner: alice.id, text: TREASURE });
    const { client } = mallory;
    expect(tells((await client.get('/data/board/one')).body)).toBe(true);
    const copy = await client.get<{ next: string }>('/sync?collections=board');
    expect(tells(copy.body)).toBe(true);
    const socket = asMallory();
    const heard: unknown[] = [];
    socket.onAny((...message) => heard.push(message));
    await ask(socket, 'subscribe', { collection: 'board' });
    await tenant.server.patch('/schema/board', { rules: ALL });
    await tenant.server.patch('/data/board/one', { text: `${TREASURE} is moved` });
    expect((await client.get('/data/board/one')).status).toBe(404);
    expect(tells((await client.get('/data/board')).body)).toBe(false);
    const again = await client.get(`/sync?collections=board&since=${encodeURIComponent(copy.body.next)}`);
    expect(tells(again.body)).toBe(false);
    await until('she is told that it ended or begins anew', () => heard.length > 0);
    expect(JSON.stringify(heard)).not.toContain('is moved');
  });
});

describe('a batch', () => {
  it('does nothing that each of its operations may not', async () => {
    const operations = [
      { op: 'create', collection: 'notes', document: { id: 'batched', owner: mallory.id } },
      { op: 'create', collection: 'notes', document: { owner: alice.id } },
      { op: 'create', collection: 'closed', document: { text: 'x' } },
      { op: 'update', collection: 'notes', id: 'hidden', update: { text: 'x' } },
      { op: 'delete', collection: 'people', id: 'friend' },
    ];
    const { body } = await mallory.client.post<{ results: { status: number }[] }>('/data/batch', { operations });
    expect(body.results.map(({ status }) => status)).toEqual([201, 403, 403, 404, 404]);
    expect(tells(body)).toBe(false);
    const whole = await mallory.client.post('/data/batch', {
      atomic: true,
      operations: [{ ...operations[0], document: { id: 'whole', owner: mallory.id } }, operations[3]],
    });
    expect(whole.status).toBeGreaterThanOrEqual(400);
    expect((await tenant.server.get('/data/notes/whole')).status).toBe(404);
    const many = Array.from({ length: 2_001 }, () => operations[0]);
    expect((await mallory.client.post('/data/batch', { operations: many })).status).toBe(422);
  });
});
