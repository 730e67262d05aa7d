import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { OwnStore } from '@mainstay/testing';
import { createTestClient, startOwnMongo, startOwnRedis, until } from '@mainstay/testing';
import { once } from 'node:events';
import type { Socket } from 'socket.io-client';
import { io } from 'socket.io-client';
import type { StartedProcess, StartedServer } from './start-server.ts';
import { startServer } from './start-server.ts';

/** Whoever reads the feed, in four processes of which one after the other is killed while somebody writes, ends with the server's state. */
let mongo: OwnStore;
let redis: OwnStore;
let api: StartedServer;
let otherApi: StartedProcess;
const workers: StartedProcess[] = [];
const OPEN = { list: true, get: true, subscribe: true };

beforeAll(async () => {
  [mongo, redis] = await Promise.all([startOwnMongo(), startOwnRedis()]);
  api = await startServer({ MAINSTAY_SEED: 'true', MAINSTAY_ROLES: 'api' }, { mongoUrl: mongo.url, redisUrl: redis.url });
  otherApi = await api.again({ MAINSTAY_ROLES: 'api' });
  workers.push(await api.again({ MAINSTAY_ROLES: 'worker' }), await api.again({ MAINSTAY_ROLES: 'worker' }));
  await asServer().put('/schema/drill', {
    fields: { n: { type: 'integer' }, shown: { type: 'boolean' } },
    rules: { ...OPEN, list: { shown: true }, subscribe: { shown: true } },
  });
}, 120_000);
afterAll(async () => {
  await api.stop();
  await mongo.end();
  await redis.end();
}, 60_000);

const asServer = () => createTestClient(api.ready.api, { 'x-mainstay-key': api.ready.secretKey });
const asApp = () => createTestClient(api.ready.api, { 'x-mainstay-key': api.ready.publishableKey });
const kill = async ({ process: child }: StartedProcess): Promise<void> => {
  const exited = once(child, 'exit');
  child.kill('SIGKILL');
  await exited;
};
const dial = (origin: string, more: object = {}): Socket =>
  io(origin, {
    path: '/realtime',
    auth: { project: api.ready.project, key: api.ready.publishableKey, ...more },
    transports: ['websocket'],
    forceNew: true,
    reconnectionDelayMax: 500,
  });

interface Held {
  readonly id: string;
  readonly version: number;
}
interface Answer {
  readonly items: Held[];
  readonly sequence: number;
  readonly resync?: boolean;
}
interface Change {
  readonly type: string;
  readonly document: Held;
  readonly sequence: number;
}

/** Follows the collection as a careful client would: it goes on after the last sequence, and starts anew when it is told to. */
function follower(origin: string) {
  const copy = new Map<string, number>();
  const state: { since: number | undefined; socket: Socket } = { since: undefined, socket: dial(origin) };
  const subscribe = async (): Promise<void> => {
    const { socket, since } = state;
    const request = { collection: 'drill', ...(since === undefined ? { limit: 1_000 } : { since }) };
    const answer = (await socket
      .timeout(5_000)
      .emitWithAck('subscribe', request)
      .catch(() => undefined)) as Answer | undefined;
    if (answer?.items === undefined) return void (socket.connected && socket.disconnect().connect());
    if (since === undefined || answer.resync === true) {
      copy.clear();
      for (const { id, version } of answer.items) copy.set(id, version);
    }
    state.since = answer.sequence;
  };
  const listen = (): void => {
    state.socket.on('connect', () => void subscribe());
    state.socket.on('disconnect', () => void (state.socket.active || state.socket.connect()));
    state.socket.on('resync', () => {
      state.since = undefined;
      void subscribe();
    });
    state.socket.on('change', ({ type, document, sequence }: Change) => {
      if (type === 'removed') copy.delete(document.id);
      else copy.set(document.id, document.version);
      state.since = sequence;
    });
  };
  listen();
  return {
    copy,
    end: () => void state.socket.removeAllListeners().disconnect(),
    /** The process is gone: goes on with another one. */
    moveTo(other: string): void {
      state.socket.removeAllListeners();
      state.socket.disconnect();
      state.socket = dial(other);
      listen();
    },
  };
}

interface SyncPage {
  readonly changes: readonly { type: string; id?: string; document?: Held }[];
  readonly next: string;
  readonly more: boolean;
  readonly resync?: boolean;
}

/** Keeps a copy by `sync`. */
function copyKeeper() {
  const copy = new Map<string, number>();
  let next: string | undefined;
  return {
    copy,
    async pull(): Promise<void> {
      const query = new URLSearchParams({ collections: 'drill', limit: '50', ...(next === undefined ? {} : { since: next }) });
      const { status, body } = await asApp().get<SyncPage>(`/sync?${query.toString()}`);
      if (status !== 200) return;
      if (body.resync === true) copy.clear();
      for (const { type, id, document } of body.changes) {
        if (type === 'remove') copy.delete(String(id));
        else if (document !== undefined) copy.set(document.id, document.version);
      }
      ({ next } = body);
    },
  };
}

/** Writes until it is acknowledged. */
const write = (id: string, body: object | null): Promise<unknown> =>
  until(
    `${id} is written`,
    async () => {
      const { status } = await (body === null ? asServer().delete(`/data/drill/${id}`) : asServer().put(`/data/drill/${id}`, body));
      return status < 300 || (body === null && status === 404);
    },
    60_000,
  );

describe('a user whose session ends', () => {
  it('in one process is cut off from the other within a second', async () => {
    const signUp = { email: 'drill@example.com', password: 'a long passphrase' };
    const { body } = await asApp().post<{ session: { token: string } }>('/auth/signup', signUp);
    const socket = dial(otherApi.ready.origin, { token: body.session.token });
    const subscribed = (await socket.emitWithAck('subscribe', { collection: 'drill' })) as Answer;
    expect(subscribed.items).toEqual([]);
    const cut = new Promise((resolve) => void socket.once('disconnect', resolve));
    const asUser = createTestClient(api.ready.api, {
      'x-mainstay-key': api.ready.publishableKey,
      authorization: `Bearer ${body.session.token}`,
    });
    const at = Date.now();
    expect((await asUser.post('/auth/logout')).status).toBeLessThan(300);
    await cut;
    expect(Date.now() - at).toBeLessThan(1_000);
    socket.disconnect();
  });
});

describe('channels', () => {
  it('reach over processes, and tell who is in the other one', async () => {
    const rules = [{ pattern: 'room/{room}', join: true, send: true }];
    await asServer().put('/realtime/channels', { rules });
    const [here, there] = [dial(api.ready.origin), dial(otherApi.ready.origin)];
    const heard = new Promise((resolve) => void there.once('broadcast', resolve));
    await here.emitWithAck('presence.join', { channel: 'room/1', state: { at: 'here' } });
    const { members } = (await there.emitWithAck('presence.join', { channel: 'room/1' })) as { members: { state: object }[] };
    expect(members.map(({ state }) => state)).toContainEqual({ at: 'here' });
    await here.emitWithAck('broadcast', { channel: 'room/1', event: 'hello', data: 1 });
    expect(await heard).toEqual({ channel: 'room/1', sender: 'anonymous', event: 'hello', data: 1 });
    const left = new Promise<{ type: string }>((resolve) => void there.once('presence', resolve));
    here.disconnect();
    expect(await left).toMatchObject({ type: 'leave' });
    there.disconnect();
  });
});

describe('subscribers and copies', () => {
  it('end with the state of the server, whatever is killed while others write', async () => {
    const followers = [follower(api.ready.origin), follower(otherApi.ready.origin)];
    const keeper = copyKeeper();
    const drills: (() => Promise<unknown>)[] = [
      async () => kill(workers[0] ?? otherApi),
      async () => redis.kill().then(() => redis.restart()),
      async () => {
        await kill(otherApi);
        followers[1]?.moveTo(api.ready.origin);
      },
      async () => mongo.kill().then(() => mongo.restart()),
    ];
    for (let n = 0; n < 200; n += 1) {
      const id = `d${n % 60}`;
      await write(id, n % 7 === 3 ? null : { n, shown: n % 5 !== 2 });
      if (n % 50 === 25) await drills[(n - 25) / 50]?.();
      if (n % 10 === 0) await keeper.pull();
    }
    const { body } = await asApp().get<{ items: Held[] }>('/data/drill?limit=1000');
    const expected = body.items.map(({ id, version }) => `${id}@${version}`).sort();
    expect(expected.length).toBeGreaterThan(20);
    const stateOf = (copy: ReadonlyMap<string, number>) => [...copy].map(([id, version]) => `${id}@${version}`).sort();
    for (const { copy } of followers) {
      await until('the follower has the state of the server', () => stateOf(copy).join() === expected.join(), 60_000);
      expect(stateOf(copy)).toEqual(expected);
    }
    await until(
      'the copy is that of the server',
      async () => {
        await keeper.pull();
        return stateOf(keeper.copy).join() === expected.join();
      },
      60_000,
    );
    for (const { end } of followers) end();
  }, 240_000);
});
