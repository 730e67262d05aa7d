import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createData, dataModule } from '@mainstay/data';
import type { Resolvers } from '@mainstay/http';
import { createRealtime, realtimeModule, RealtimeSettings } from '@mainstay/realtime';
import type { TestServer } from '@mainstay/testing';
import { startTestServer, until } from '@mainstay/testing';
import { once } from 'node:events';
import type { AddressInfo, Server, Socket } from 'node:net';
import { connect, createServer } from 'node:net';
import type { Client, LiveList, LiveStatus } from '../index.ts';
import { createClient, memoryStorage } from '../index.ts';

interface Schema {
  notes: { title: string; rank?: number; done?: boolean };
}
const RULES = { list: true, get: true, create: true, update: true, delete: true, subscribe: true };
const FIELDS = { title: { type: 'string' }, rank: { type: 'integer' }, done: { type: 'boolean', default: false } };

let server: TestServer;
let app: Client<Schema>;
const others: Client<Schema>[] = [];
/** A way to the server that can be cut. */
let line: Server;
const open = new Set<Socket>();
const cut = (): void => open.forEach((socket) => socket.destroy());

beforeAll(async () => {
  const resolvers: Partial<Resolvers> = {};
  server = await startTestServer({
    modules: (frame, loadProject) => {
      const data = createData(frame);
      const settings = RealtimeSettings.parse({ replayMaxEvents: 5 });
      resolvers.project = async (id) => {
        const project = await loadProject(id as never);
        if (project === null) throw new Error('there is no such project');
        return { project, key: { id: 'key' as never, kind: 'publishable' } };
      };
      resolvers.principal = () => ({ type: 'anonymous' });
      resolvers.account = () => null;
      resolvers.accountRole = () => null;
      return [
        dataModule(data),
        realtimeModule(createRealtime(frame, { settings, data, tokenKey: Buffer.alloc(32, 7), resolvers: resolvers as Resolvers })),
      ];
    },
  });
  line = createServer((near) => {
    const far = connect(Number(new URL(server.origin).port), '127.0.0.1');
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      open.add(one);
      one.pipe(other);
      one.on('error', () => other.destroy()).on('close', () => (open.delete(one), other.destroy()));
    }
  });
  line.listen(0, '127.0.0.1');
  await once(line, 'listening');
});
afterAll(async () => {
  cut();
  line.close();
  await server.end();
});
beforeEach(async () => {
  await server.as('server').delete('/schema/notes');
  await server.as('server').put('/schema/notes', { fields: FIELDS, rules: RULES });
  const url = `http://127.0.0.1:${(line.address() as AddressInfo).port}`;
  app = createClient<Schema>({ url, project: server.project.id, key: 'pk_test', storage: memoryStorage() });
});
afterEach(() => Promise.all([app.close(), ...others.splice(0).map((other) => other.close())]));

const notes = () => server.as('server');
const write = async (title: string, rank: number): Promise<string> =>
  String((await notes().post('/data/notes', { title, rank })).body['id']);
const titles = (list: LiveList<{ title: string }>): string =>
  list
    .items()
    .map(({ title }) => title)
    .join(' ');
const isLive = (list: LiveList<{ title: string }>) => until('it is live', () => list.status() === 'live');
const shows = (list: LiveList<{ title: string }>, expected: string) => until(`it shows ${expected}`, () => titles(list) === expected);

describe('a followed list', () => {
  it('shows what is there, then each change, in order and by the condition', async () => {
    await write('b', 2);
    const heard: string[] = [];
    const list = app
      .collection('notes')
      .subscribe(
        { where: { done: false }, sort: 'rank' },
        { onItems: (items) => heard.push(items.map(({ title }) => title).join('')), onChange: ({ type }) => heard.push(type) },
      );
    await isLive(list);
    expect(titles(list)).toBe('b');
    const a = await write('a', 1);
    await shows(list, 'a b');
    await notes().patch(`/data/notes/${a}`, { rank: 3 });
    await shows(list, 'b a');
    await notes().patch(`/data/notes/${a}`, { done: true });
    await shows(list, 'b');
    expect(heard).toEqual(['b', 'added', 'ab', 'changed', 'ba', 'removed', 'b']);
    list.unsubscribe();
    expect(list.status()).toBe('ended');
    expect(app.realtime.status()).toBe('idle');
  });

  it.each([
    ['in an order', { sort: 'rank', limit: 2, fields: ['title'] } as const],
    ['as they were made', { limit: 2 } as const],
  ])('shows the first ones %s, and moves up who stood behind them', async (_order, query) => {
    const ids: string[] = [];
    for (const rank of [1, 2, 3]) ids.push(await write(`n${rank}`, rank));
    const list = app.collection('notes').subscribe(query, () => undefined);
    await isLive(list);
    expect(titles(list)).toBe('n1 n2');
    expect(list.hasMore()).toBe(true);
    await write('n4', 4);
    await notes().delete(`/data/notes/${ids[0] ?? ''}`);
    await shows(list, 'n2 n3');
    await notes().delete(`/data/notes/${ids[2] ?? ''}`);
    await shows(list, 'n2 n4');
    await notes().post('/data/notes', { id: '0', title: 'n0', rank: 0 });
    await shows(list, 'n0 n2');
  });

  it('goes on after a lost connection where it was', async () => {
    const statuses: LiveStatus[] = [];
    let snapshots = 0;
    const list = app
      .collection('notes')
      .subscribe({ sort: 'rank' }, { onStatus: (status) => statuses.push(status), onItems: () => (snapshots += 1) });
    await isLive(list);
    await write('a', 1);
    await shows(list, 'a');
    cut();
    await until('it notices', () => list.status() === 'connecting');
    await write('b', 2);
    await shows(list, 'a b');
    expect(statuses).toEqual(['live', 'connecting', 'live']);
    // The empty beginning and two changes: nothing was read anew.
    expect(snapshots).toBe(3);
  });

  it('reads everything anew when too much happened meanwhile', async () => {
    const list = app.collection('notes').subscribe({ sort: 'rank' }, () => undefined);
    await isLive(list);
    const gone = await write('gone', 0);
    await shows(list, 'gone');
    cut();
    await notes().delete(`/data/notes/${gone}`);
    for (const rank of [1, 2, 3, 4, 5, 6, 7, 8]) await write(`n${rank}`, rank);
    await shows(list, 'n1 n2 n3 n4 n5 n6 n7 n8');
    expect(list.status()).toBe('live');
  });

  it('ends with the reason when it is not allowed', async () => {
    await notes().patch('/schema/notes', { rules: { subscribe: null } });
    const failed = new Promise((tell) => app.collection('notes').subscribe({}, { onError: tell }));
    expect(await failed).toMatchObject({ status: 403, code: 'rule_denied' });
  });

  it('comes back when the server was away at first', async () => {
    const { port } = line.address() as AddressInfo;
    cut();
    line.close();
    await once(line, 'close');
    const list = app.collection('notes').subscribe({ sort: 'rank' }, () => undefined);
    await until('it waits', () => app.realtime.status() === 'waiting');
    line.listen(port, '127.0.0.1');
    await isLive(list);
    await write('here', 1);
    await shows(list, 'here');
    expect(app.realtime.status()).toBe('connected');
  });
});

describe('a channel', () => {
  it('shows who is there, carries broadcasts, and is entered again after a lost connection', async () => {
    await notes().put('/realtime/channels', { rules: [{ pattern: 'room/*', join: true, send: true }] });
    const other = createClient<Schema>({ url: server.origin, project: server.project.id, key: 'pk_test', storage: memoryStorage() });
    others.push(other);
    const heard: unknown[] = [];
    const mine = await app.realtime.join('room/1', { onBroadcast: (news) => heard.push(news) }, { name: 'ann' });
    const theirs = await other.realtime.join('room/1', {}, { name: 'bob' });
    const names = (channel: typeof mine) =>
      channel
        .members()
        .map(({ state }) => String(state['name']))
        .sort()
        .join();
    await until('both see both', () => names(mine) === 'ann,bob' && names(theirs) === 'ann,bob');
    await theirs.broadcast('wave', { to: 'all' });
    await until('the wave is heard', () => heard.length > 0);
    expect(heard).toEqual([{ event: 'wave', data: { to: 'all' }, sender: 'anonymous' }]);
    await theirs.setState({ name: 'bobby' });
    await until('the new state is seen', () => names(mine) === 'ann,bobby');
    cut();
    await until('ann is back', () => app.realtime.status() === 'connected' && names(theirs) === 'ann,bobby' && names(mine) === 'ann,bobby');
    theirs.leave();
    await until('bob has left', () => names(mine) === 'ann');
    await expect(app.realtime.join('room/1', {})).rejects.toMatchObject({ code: 'already_joined' });
  });

  it('is closed to those whom the rules do not let in', async () => {
    await notes().put('/realtime/channels', { rules: [] });
    const refused = new Promise((tell) => void app.realtime.join('room/1', { onError: tell }));
    expect(await refused).toMatchObject({ status: 403 });
    await until('there is no need of a connection', () => app.realtime.status() === 'idle');
  });
});
