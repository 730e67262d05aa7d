import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { UserId } from '@mainstay/kernel';
import { createId, unauthenticated } from '@mainstay/kernel';
import { createData, dataModule } from '@mainstay/data';
import type { Resolvers } from '@mainstay/http';
import type { TestServer } from '@mainstay/testing';
import { createDraw, startTestServer, until } from '@mainstay/testing';
import type { Socket } from 'socket.io-client';
import { io } from 'socket.io-client';
import { createRealtime, realtimeModule, RealtimeSettings } from '../index.ts';

const TASKS = {
  fields: { title: { type: 'string' }, rank: { type: 'number' }, owner: { type: 'string' }, at: { type: 'date' } },
  rules: { list: true, get: { owner: { $var: 'user.id' } }, create: true, update: true, delete: true, subscribe: true },
  realtime: true,
};

interface Item {
  readonly id: string;
  readonly title?: string;
  readonly rank?: number;
}
interface Answer {
  readonly subscription: string;
  readonly items: Item[];
  readonly problem?: { code: string };
}
interface Heard {
  readonly type: 'added' | 'changed' | 'removed';
  readonly document: Item;
  readonly position?: number;
}

let server: TestServer;
let collection = '';
const roles = new Map<string, string[]>();
const open: Socket[] = [];

beforeAll(async () => {
  let project: Resolvers['project'] = () => {
    throw unauthenticated({ reason: 'not yet' });
  };
  const resolvers: Resolvers = {
    project: (id, key) => project(id, key),
    principal: (_context, bearer) => ({
      type: 'user',
      id: bearer as UserId,
      sessionId: createId(),
      roles: roles.get(bearer) ?? [],
      email: undefined,
    }),
    account: () => null,
    accountRole: () => null,
  };
  server = await startTestServer({
    modules: (frame) => {
      const data = createData(frame);
      const settings = RealtimeSettings.parse({});
      return [dataModule(data), realtimeModule(createRealtime(frame, { settings, data, resolvers, tokenKey: Buffer.alloc(32, 7) }))];
    },
    roles: ['api', 'worker'],
  });
  project = () => ({ project: server.project, key: { id: createId(), kind: 'publishable' } });
});
afterAll(() => server.end());
beforeEach(async () => {
  collection = `tasks_${createId()}`.toLowerCase().replaceAll('-', '_');
  await server.as('server').put(`/schema/${collection}`, TASKS);
});
afterEach(() => {
  for (const socket of open.splice(0)) socket.disconnect();
});

async function connect(user: string): Promise<Socket> {
  const auth = { project: server.project.id, key: 'pk_test', token: user };
  const socket = io(server.origin, { path: '/realtime', auth, transports: ['websocket'], reconnection: false, forceNew: true });
  open.push(socket);
  await new Promise<void>((resolve) => void socket.once('connect', () => resolve()));
  return socket;
}

/** Subscribes and keeps what the subscriber holds by the changes that it hears. */
async function follow(user: string, request: object) {
  const socket = await connect(user);
  const heard: Heard[] = [];
  let held: Item[] = [];
  let isSubscribed = false;
  const apply = ({ type, document, position = held.length }: Heard): void => {
    held = held.filter(({ id }) => id !== document.id);
    if (type !== 'removed') held.splice(position, 0, document);
  };
  socket.on('change', (change: Heard) => {
    heard.push(change);
    if (isSubscribed) apply(change);
  });
  const answer = (await socket.timeout(8_000).emitWithAck('subscribe', { collection, ...request })) as Answer;
  held = [...(answer.items ?? [])];
  for (const change of heard) apply(change);
  isSubscribed = true;
  return { socket, answer, heard, ids: () => held.map(({ id }) => id), held: () => held };
}

const put = (id: string, body: object) => server.as('server').put(`/data/${collection}/${id}`, body);
const remove = (id: string) => server.as('server').delete(`/data/${collection}/${id}`);
const ranked = async (...ids: string[]) => {
  for (const [rank, id] of ids.entries()) await put(id, { title: id, rank });
};

describe('windows', () => {
  it('stay the first documents: who leaves is followed by the next, who enters pushes the last out', async () => {
    await ranked('a', 'b', 'c', 'd', 'e');
    const window = await follow('ann', { sort: ['rank'], limit: 3, fields: ['title'] });
    expect(window.ids()).toEqual(['a', 'b', 'c']);
    await remove('b');
    await until('d follows', () => window.ids().join('') === 'acd');
    await put('z', { title: 'z', rank: -1 });
    await until('z enters', () => window.ids().join('') === 'zac');
    await put('a', { title: 'a', rank: 1.5 });
    await put('e', { title: 'e', rank: 1 });
    await until('a and e moved', () => window.ids().join('') === 'zea');
    await put('z', { title: 'renamed', rank: -1 });
    await until('z is renamed', () => window.held()[0]?.title === 'renamed');
    expect(window.heard.at(-1)).toMatchObject({ type: 'changed', position: 0, document: { id: 'z' } });
    expect(window.held()[0]).not.toHaveProperty('rank');
    await put('far', { title: 'far', rank: 99 });
    await put('z', { title: 'again', rank: -1 });
    await until('that arrived', () => window.held()[0]?.title === 'again');
    expect(window.heard.map(({ document }) => document.id)).not.toContain('far');
  });

  it('end as a list would be, whatever is written how fast', async () => {
    const draw = createDraw(7);
    const window = await follow('ann', { where: { title: { $ne: 'out' } }, sort: ['-rank', 'title'], limit: 5 });
    const writes = Array.from({ length: 200 }, () => {
      const id = `d${draw.below(12)}`;
      if (draw.chance(0.2)) return () => remove(id);
      const body = {
        title: draw.oneOf(['x', 'y', 'é', '\u{1F600}', '\uFF5E', 'out']),
        ...(draw.chance(0.8) ? { rank: draw.below(4) } : {}),
      };
      return () => put(id, body);
    });
    for (let start = 0; start < writes.length; start += 8) await Promise.all(writes.slice(start, start + 8).map((write) => write()));
    const query = { where: { title: { $ne: 'out' } }, sort: ['-rank', 'title'], limit: 5 };
    const { body } = await server.as('server').post<{ items: Item[] }>(`/data/${collection}/query`, query);
    await until('the window is that list', () => JSON.stringify(window.held()) === JSON.stringify(body.items));
    expect(window.ids()).toHaveLength(5);
  });

  it('that ask the same for the same user are read together', async () => {
    await ranked('a', 'b', 'c');
    const request = { sort: ['rank'], limit: 2 };
    const windows = await Promise.all(Array.from({ length: 6 }, () => follow('ann', request)));
    let finds = 0;
    const stop = server.frame.store.observe(({ name, collection: read }) => {
      if (name === 'find' && read === collection) finds += 1;
    });
    await put('z', { title: 'z', rank: -1 });
    for (const window of windows) await until('z enters', () => window.ids().join('') === 'za');
    stop();
    expect(finds).toBeLessThan(windows.length);
  });

  it('are read anew when the rules change', async () => {
    await put('mine', { title: 'mine', rank: 1, owner: 'ann' });
    await put('theirs', { title: 'theirs', rank: 0, owner: 'bob' });
    const window = await follow('ann', { sort: ['rank'], limit: 2 });
    expect(window.ids()).toEqual(['theirs', 'mine']);
    const own = { owner: { $var: 'user.id' } };
    await server.as('server').put(`/schema/${collection}`, { ...TASKS, rules: { ...TASKS.rules, list: own, subscribe: own } });
    await until('only her own is left', () => window.ids().join() === 'mine');
    expect(window.heard.filter(({ type }) => type === 'removed').map(({ document }) => document)).toEqual([{ id: 'theirs' }]);
  });
});

describe('a subscription to one document', () => {
  it('hears of it alone, and starts with it only if it may be got', async () => {
    await put('one', { title: 'first', owner: 'ann' });
    const own = await follow('ann', { id: 'one' });
    const foreign = await follow('bob', { id: 'one' });
    expect(own.answer.items.map(({ title }) => title)).toEqual(['first']);
    expect(foreign.answer.items).toEqual([]);
    await put('other', { title: 'other', owner: 'ann' });
    await put('one', { title: 'second', owner: 'ann' });
    await remove('one');
    await until('it is gone', () => own.heard.length >= 2);
    expect(own.heard.map(({ type, document }) => [type, document.id, document.title])).toEqual([
      ['changed', 'one', 'second'],
      ['removed', 'one', undefined],
    ]);
    expect((await follow('ann', { id: 'one', where: { title: 'x' } })).answer.problem?.code).toBe('invalid_input');
  });
});

describe('a subscriber whose roles change', () => {
  it('is told to start anew, as other documents are visible now', async () => {
    const { socket, answer } = await follow('cat', {});
    const resync = new Promise<{ subscription: string }>((resolve) => void socket.once('resync', resolve));
    roles.set('cat', ['editor']);
    server.frame.store.signals.invalidate('principal', `${server.project.id}:user:cat`);
    expect(await resync).toEqual({ subscription: answer.subscription });
  });
});
