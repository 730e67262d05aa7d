import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { UserId } from '@mainstay/kernel';
import { createId, unauthenticated } from '@mainstay/kernel';
import { createData, dataModule } from '@mainstay/data';
import type { Resolvers } from '@mainstay/http';
import type { TestServer } from '@mainstay/testing';
import { startTestServer, until } from '@mainstay/testing';
import type { Socket } from 'socket.io-client';
import { io } from 'socket.io-client';
import { createRealtime, realtimeModule, RealtimeSettings } from '../index.ts';

interface Member {
  readonly id: string;
  readonly principal: string;
  readonly state: Record<string, unknown>;
}
interface Answer {
  readonly member?: string;
  readonly members?: readonly Member[];
  readonly problem?: { code: string; status: number };
}
interface Heard {
  readonly channel: string;
  readonly type?: string;
  readonly member?: Member;
  readonly event?: string;
  readonly sender?: string;
  readonly data?: unknown;
}

const SIGNED_IN = { $var: 'user.id' };
const RULES = [
  { pattern: 'open/*', join: true, send: true },
  { pattern: 'home/{owner}', join: SIGNED_IN, send: { owner: SIGNED_IN } },
  { pattern: 'news', join: 'true', send: null },
  { pattern: 'room/{room}', join: 'user.id != null', send: { $var: 'user.id' } },
];

let server: TestServer;
const roles = new Map<string, string[]>();
const open: Socket[] = [];

beforeAll(async () => {
  const access: { project: Resolvers['project'] } = {
    project: () => {
      throw unauthenticated({ reason: 'not yet' });
    },
  };
  const resolvers: Resolvers = {
    project: (id, key) => access.project(id, key),
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
      const settings = RealtimeSettings.parse({
        channelsPerSocket: 3,
        channelMaxMembers: 3,
        broadcastMaxBytes: 100,
        presenceMaxBytes: 100,
        presenceLeaseMs: 600,
        broadcastsPerSecond: 10,
      });
      return [dataModule(data), realtimeModule(createRealtime(frame, { settings, data, resolvers, tokenKey: Buffer.alloc(32, 7) }))];
    },
    roles: ['api', 'worker'],
    resolvers: () => resolvers,
  });
  access.project = (id, key) => ({
    project: id === server.otherProject.id ? server.otherProject : server.project,
    key: { id: createId(), kind: key === 'sk_test' ? 'secret' : 'publishable' },
  });
});
afterAll(() => server.end());
beforeEach(async () => {
  for (const project of [server.project, server.otherProject]) {
    await server.as('server', project).put('/realtime/channels', { rules: RULES });
  }
});
afterEach(() => {
  for (const socket of open.splice(0)) socket.disconnect();
});

async function connect(user: string | null, more: Record<string, unknown> = {}) {
  const auth = { project: server.project.id, key: 'pk_test', ...(user === null ? {} : { token: user }), ...more };
  const socket = io(server.origin, { path: '/realtime', auth, transports: ['websocket'], reconnection: false, forceNew: true });
  open.push(socket);
  const presence: Heard[] = [];
  const broadcasts: Heard[] = [];
  const ended: { channel: string; problem: { code: string } }[] = [];
  socket.on('presence', (heard: Heard) => presence.push(heard));
  socket.on('broadcast', (heard: Heard) => broadcasts.push(heard));
  socket.on('ended', (heard: (typeof ended)[number]) => ended.push(heard));
  await new Promise<void>((resolve) => void socket.once('connect', () => resolve()));
  const ask = (message: string, body: unknown) => socket.timeout(8_000).emitWithAck(message, body) as Promise<Answer>;
  return { socket, ask, presence, broadcasts, ended };
}
const who = ({ members = [] }: Answer) => members.map(({ principal }) => principal).sort();

describe('presence', () => {
  it('tells who is there, who comes, changes and leaves', async () => {
    const channel = `open/${createId()}`;
    const [ann, bob, ears] = [await connect('ann'), await connect('bob'), await connect('cat')];
    expect(who(await ann.ask('presence.join', { channel, state: { mood: 'calm' } }))).toEqual(['user:ann']);
    expect(who(await ears.ask('presence.join', { channel, isListening: true }))).toEqual(['user:ann']);
    const joined = await bob.ask('presence.join', { channel });
    expect(who(joined)).toEqual(['user:ann', 'user:bob']);
    expect(joined.members?.find(({ principal }) => principal === 'user:ann')?.state).toEqual({ mood: 'calm' });
    await bob.ask('presence.join', { channel, state: { mood: 'busy' } });
    bob.socket.disconnect();
    await until('bob has left', () => ann.presence.length >= 3 && ears.presence.length >= 3);
    for (const { presence } of [ann, ears]) {
      expect(presence.map(({ type, member }) => [type, member?.principal, member?.state])).toEqual([
        ['join', 'user:bob', {}],
        ['update', 'user:bob', { mood: 'busy' }],
        ['leave', 'user:bob', { mood: 'busy' }],
      ]);
    }
    expect(who(await ears.ask('presence.list', { channel }))).toEqual(['user:ann']);
    await ann.ask('presence.leave', { channel });
    expect(who(await ears.ask('presence.list', { channel }))).toEqual([]);
  });

  it('is written again when Redis has forgotten it, and forgets members whose process is gone', async () => {
    const channel = `open/${createId()}`;
    const ann = await connect('ann');
    await ann.ask('presence.join', { channel });
    const { presence } = server.frame.store;
    const context = { project: server.project, principal: { type: 'system' as const, task: 'test' }, requestId: 'test', log: server.log };
    const ghost: Member = { id: 'ghost', principal: 'user:ghost', state: {} };
    await presence.put(context, channel, { entries: [{ id: 'ghost', value: JSON.stringify(ghost) }], leaseMs: 500 });
    await until('the ghost was seen and is gone', () => ann.presence.length >= 2);
    expect(ann.presence.map(({ type, member }) => [type, member?.id])).toEqual([
      ['join', 'ghost'],
      ['leave', 'ghost'],
    ]);
    for (const { id } of (await presence.list(context, channel)) ?? []) await presence.remove(context, channel, id);
    await until('ann is written again', async () => (await presence.list(context, channel))?.length === 1);
    expect(who(await ann.ask('presence.list', { channel }))).toEqual(['user:ann']);
  });
});

describe('broadcasts', () => {
  it('reach everybody in the channel but the sender, and nobody of another channel or project', async () => {
    const channel = `open/${createId()}`;
    const [ann, bob, far] = [await connect('ann'), await connect('bob'), await connect('cat')];
    const foreign = await connect('dan', { project: server.otherProject.id });
    for (const { ask } of [ann, bob, foreign]) await ask('presence.join', { channel });
    await far.ask('presence.join', { channel: `${channel}x` });
    expect(await ann.ask('broadcast', { channel, event: 'typing', data: { on: true } })).toEqual({ ok: true });
    await until('bob heard', () => bob.broadcasts.length > 0);
    expect(bob.broadcasts).toEqual([{ channel, sender: 'user:ann', event: 'typing', data: { on: true } }]);
    await foreign.ask('presence.list', { channel });
    await far.ask('presence.list', { channel });
    expect([...ann.broadcasts, ...far.broadcasts, ...foreign.broadcasts]).toEqual([]);
    expect(who(await foreign.ask('presence.list', { channel }))).toEqual(['user:dan']);
  });

  it('and presence are closed where no rule opens them', async () => {
    const [ann, bob, nobody, backend] = [
      await connect('ann'),
      await connect('bob'),
      await connect(null),
      await connect(null, { key: 'sk_test' }),
    ];
    const denied = { problem: { code: 'channel_denied', status: 403 } };
    expect(await ann.ask('presence.join', { channel: 'secret' })).toMatchObject(denied);
    expect(await ann.ask('presence.list', { channel: 'home/x/y' })).toMatchObject(denied);
    for (const channel of ['home/ann', 'room/1']) expect(await nobody.ask('presence.join', { channel })).toMatchObject(denied);
    expect(await bob.ask('presence.join', { channel: 'room/1' })).toMatchObject({ members: [{ principal: 'user:bob' }] });
    for (const { ask } of [ann, bob]) expect((await ask('presence.join', { channel: 'home/ann' })).problem).toBeUndefined();
    expect(await ann.ask('broadcast', { channel: 'home/ann', event: 'x' })).toEqual({ ok: true });
    expect(await bob.ask('broadcast', { channel: 'home/ann', event: 'x' })).toMatchObject(denied);
    expect((await nobody.ask('presence.join', { channel: 'news', isListening: true })).problem).toBeUndefined();
    expect(await nobody.ask('broadcast', { channel: 'news', event: 'x' })).toMatchObject(denied);
    expect((await backend.ask('presence.join', { channel: 'news' })).problem).toBeUndefined();
    expect(await backend.ask('broadcast', { channel: 'news', event: 'breaking' })).toEqual({ ok: true });
    await until('the reader heard', () => nobody.broadcasts.length > 0);
  });

  it('end for those whom new rules shut out', async () => {
    const ann = await connect('ann');
    await ann.ask('presence.join', { channel: 'open/a' });
    await server.as('server').put('/realtime/channels', { rules: [] });
    await until('she is told', () => ann.ended.length > 0);
    expect(ann.ended).toMatchObject([{ channel: 'open/a', problem: { code: 'channel_denied' } }]);
    expect(await ann.ask('broadcast', { channel: 'open/a', event: 'x' })).toMatchObject({ problem: { code: 'channel_denied' } });
  });

  it('and states have limits', async () => {
    const [ann, ...others] = [await connect('ann'), await connect('b'), await connect('c'), await connect('d')];
    const channel = `open/${createId()}`;
    const large = 'x'.repeat(100);
    expect(await ann.ask('presence.join', { channel, state: { large } })).toMatchObject({ problem: { code: 'channel_message_too_large' } });
    expect(await ann.ask('broadcast', { channel, event: 'x' })).toMatchObject({ problem: { code: 'not_in_channel' } });
    await ann.ask('presence.join', { channel });
    expect(await ann.ask('broadcast', { channel, event: 'x', data: large })).toMatchObject({
      problem: { code: 'channel_message_too_large' },
    });
    const answers = [];
    for (const { ask } of others) answers.push(await ask('presence.join', { channel }));
    expect(answers.map(({ problem }) => problem?.code)).toEqual([undefined, undefined, 'channel_full']);
    expect((await others[2]?.ask('presence.join', { channel, isListening: true }))?.problem).toBeUndefined();
    for (const name of ['open/1', 'open/2']) await ann.ask('presence.join', { channel: name });
    expect(await ann.ask('presence.join', { channel: 'open/3' })).toMatchObject({ problem: { code: 'too_many_channels' } });
    const sent = await Promise.all(Array.from({ length: 15 }, () => ann.ask('broadcast', { channel, event: 'x' })));
    expect(sent.some(({ problem }) => problem?.code === 'too_many_messages')).toBe(true);
  });
});

describe('channel rules', () => {
  it('are for servers, and are checked when they are set', async () => {
    expect((await server.as('anonymous').get('/realtime/channels')).status).toBe(403);
    expect((await server.as('server').get('/realtime/channels')).body).toEqual({ rules: RULES });
    const wrong: object[] = [
      { pattern: 'a b' },
      { pattern: '{a}{b}' },
      { pattern: '{a}/{a}' },
      { pattern: '{channel}' },
      { pattern: 'a', join: { $where: '1' } },
      { pattern: 'a', join: 'user.id ==' },
      { pattern: 'a*b' },
      { pattern: 'a', extra: 1 },
    ];
    for (const rule of wrong) expect((await server.as('server').put('/realtime/channels', { rules: [rule] })).status).toBe(422);
  });
});
