import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { UserId } from '@mainstay/kernel';
import { createId, unauthenticated } from '@mainstay/kernel';
import { createData, dataModule } from '@mainstay/data';
import type { Resolvers } from '@mainstay/http';
import type { TestServer } from '@mainstay/testing';
import { startTestServer, until } from '@mainstay/testing';
import { connect } from 'node:net';
import { createRealtime, realtimeModule, RealtimeSettings } from '../index.ts';

const OWNER = { owner: { $var: 'user.id' } };
const NOTES = {
  fields: { title: { type: 'text' }, owner: { type: 'string' } },
  rules: { list: OWNER, get: OWNER, create: true, update: true, delete: true, subscribe: OWNER },
  realtime: true,
};

interface Event {
  readonly id: string | undefined;
  readonly type: string;
  readonly data: {
    readonly items?: readonly { id: string }[];
    readonly document?: { id: string; title?: string };
    readonly type?: string;
    readonly resync?: boolean;
    readonly problem?: { code: string };
  };
}

let server: TestServer;
let collection = '';
const blocked = new Set<string>();
const open: AbortController[] = [];

beforeAll(async () => {
  const access: { project: Resolvers['project'] } = {
    project: () => {
      throw unauthenticated({ reason: 'not yet' });
    },
  };
  const resolvers: Resolvers = {
    project: (id, key) => access.project(id, key),
    principal(_context, bearer) {
      if (blocked.has(bearer)) throw unauthenticated({ reason: 'The session has ended.' });
      return { type: 'user', id: bearer as UserId, sessionId: createId(), roles: [], email: undefined };
    },
    account: () => null,
    accountRole: () => null,
  };
  server = await startTestServer({
    modules: (frame) => {
      const data = createData(frame);
      const settings = RealtimeSettings.parse({ heartbeatMs: 100, streamMaxUnsentBytes: 1_024, stalledAfterMs: 500 });
      return [dataModule(data), realtimeModule(createRealtime(frame, { settings, data, resolvers, tokenKey: Buffer.alloc(32, 7) }))];
    },
    roles: ['api', 'worker'],
    resolvers: () => resolvers,
  });
  access.project = (_id, key) => ({
    project: server.project,
    key: { id: createId(), kind: key === 'sk_test' ? 'secret' : 'publishable' },
  });
});
afterAll(() => server.end());
beforeEach(async () => {
  collection = `notes_${createId()}`.toLowerCase().replaceAll('-', '_');
  await server.as('server').put(`/schema/${collection}`, NOTES);
});
afterEach(() => {
  for (const controller of open.splice(0)) controller.abort();
});

const put = (id: string, body: object) => server.as('server').put(`/data/${collection}/${id}`, body);

function request(path: string, user: string, headers: Record<string, string> = {}): Promise<Response> {
  const controller = new AbortController();
  open.push(controller);
  return fetch(`${server.origin}/p/${server.project.id}/v1/realtime${path}`, {
    signal: controller.signal,
    headers: { 'x-mainstay-key': 'pk_test', authorization: `Bearer ${user}`, ...headers },
  });
}

/** Reads the events as a browser would. */
async function events(query: Record<string, string>, user: string, headers?: Record<string, string>) {
  const response = await request(`/events?${new URLSearchParams({ collection, ...query }).toString()}`, user, headers);
  const heard: Event[] = [];
  const seen = { lastId: '', isEnded: false };
  const read = async (): Promise<void> => {
    let text = '';
    for await (const part of (response.body ?? new ReadableStream<Uint8Array>()).pipeThrough(new TextDecoderStream())) {
      text += part;
      const blocks = text.split('\n\n');
      text = blocks.pop() ?? '';
      for (const block of blocks) take(block);
    }
  };
  const take = (block: string): void => {
    const fields = new Map(block.split('\n').map((line) => [line.split(':')[0] ?? '', line.split(': ').slice(1).join(': ')]));
    seen.lastId = fields.get('id') ?? seen.lastId;
    const data = fields.get('data');
    if (data !== undefined) heard.push({ id: fields.get('id'), type: fields.get('event') ?? '', data: JSON.parse(data) as Event['data'] });
  };
  const done = read().then(
    () => (seen.isEnded = true),
    () => (seen.isEnded = true),
  );
  return { response, heard, seen, done };
}
const titles = (heard: readonly Event[]) => heard.filter(({ type }) => type === 'change').map(({ data }) => data.document?.title);

describe('server-sent events', () => {
  it('start with what matches, tell every change, and go on where a browser left off', async () => {
    await put('one', { title: 'a', owner: 'ann' });
    const first = await events({ where: JSON.stringify({ title: { $ne: 'x' } }) }, 'ann');
    expect(first.response.headers.get('content-type')).toContain('text/event-stream');
    await until('it has begun', () => first.heard.length > 0);
    expect(first.heard[0]).toMatchObject({ type: 'start', data: { items: [{ id: 'one' }] } });
    await put('two', { title: 'b', owner: 'ann' });
    await put('theirs', { title: 'not for ann', owner: 'bob' });
    await until('b arrived', () => titles(first.heard).includes('b'));
    const before = parseInt(first.heard.at(-1)?.id ?? '', 10);
    await until('a sign of life tells how far it is', () => parseInt(first.seen.lastId, 10) > before);
    open.pop()?.abort();
    await first.done;
    await put('three', { title: 'c', owner: 'ann' });
    const second = await events({}, 'ann', { 'last-event-id': first.seen.lastId });
    await until('c arrived', () => titles(second.heard).includes('c'));
    expect(second.heard[0]?.data).toMatchObject({ items: [] });
    expect(titles(second.heard)).toEqual(['c']);
    expect(JSON.stringify([first.heard, second.heard])).not.toContain('not for ann');
  });

  it('keep a window as well', async () => {
    for (const title of ['a', 'b', 'c']) await put(title, { title, owner: 'ann' });
    const { heard } = await events({ sort: 'title', limit: '2' }, 'ann');
    await until('it has begun', () => heard.length > 0);
    await server.as('server').delete(`/data/${collection}/a`);
    await until('c follows', () => heard.length >= 3);
    expect(heard.slice(1).map(({ data }) => [data.type, data.document?.id])).toEqual([
      ['removed', 'a'],
      ['added', 'c'],
    ]);
  });

  it('end for a user who is blocked within a second, and where the rule is taken away', async () => {
    const [eve, ann] = [await events({}, 'eve'), await events({}, 'ann')];
    await until('both have begun', () => eve.heard.length + ann.heard.length === 2);
    const at = Date.now();
    blocked.add('eve');
    server.frame.store.signals.invalidate('principal', `${server.project.id}:user:eve`);
    await eve.done;
    expect(Date.now() - at).toBeLessThan(1_000);
    expect(ann.seen.isEnded).toBe(false);
    await server.as('server').put(`/schema/${collection}`, { ...NOTES, rules: { ...NOTES.rules, subscribe: null } });
    await ann.done;
    expect(ann.heard.at(-1)).toMatchObject({ type: 'ended', data: { problem: { code: 'rule_denied' } } });
  });

  it('are cut off when nobody reads them, and hold up no one else', async () => {
    const { port } = new URL(server.origin);
    const reader = await events({}, 'ann');
    const connections = () => server.frame.store.usage.connections(server.project.id);
    await until('only the reader is left of all', () => connections() === 1);
    const stalled = connect(Number(port), '127.0.0.1').pause();
    const path = `/p/${server.project.id}/v1/realtime/events?collection=${collection}`;
    stalled.on('error', () => undefined);
    stalled.write(`GET ${path} HTTP/1.1\r\nHost: x\r\nX-Mainstay-Key: pk_test\r\nAuthorization: Bearer ann\r\n\r\n`);
    await until('both are connected', () => connections() === 2);
    const title = 'x'.repeat(400_000);
    for (let n = 0; n < 40; n += 1) expect((await put(`n${n}`, { title, owner: 'ann' })).status).toBe(201);
    await until('the one that does not read is cut', () => connections() === 1, 20_000);
    await until('the other one has everything', () => titles(reader.heard).length === 40, 20_000);
    expect(new Set(reader.heard.map(({ data }) => data.document?.id)).size).toBe(41); // and the start, which has none
    stalled.destroy();
  }, 60_000);

  it('are refused with a problem before anything is sent', async () => {
    const cases: [Record<string, string>, number][] = [
      [{ where: '{"' }, 422],
      [{ collection: 'nowhere' }, 404],
      [{ more: 'x' }, 422],
      [{ id: 'one', sort: 'title' }, 422],
      [{ limit: '-1' }, 422],
    ];
    for (const [query, status] of cases) expect((await events(query, 'ann')).response.status).toBe(status);
    await server.as('server').put(`/schema/${collection}`, { ...NOTES, rules: {} });
    expect((await events({}, 'ann')).response.status).toBe(403);
  });
});

describe('polls', () => {
  interface Answer {
    readonly items?: readonly { id: string }[];
    readonly changes: readonly { type: string; document: { id: string; title?: string } }[];
    readonly sequence: number;
    readonly resync?: boolean;
    readonly code?: string;
  }
  const poll = async (query: Record<string, string>): Promise<Answer> =>
    (await (await request(`/poll?${new URLSearchParams({ collection, ...query }).toString()}`, 'ann')).json()) as Answer;

  it('start with what there is, wait for the next change, and lose none between two', async () => {
    await put('one', { title: 'a', owner: 'ann' });
    const first = await poll({});
    expect(first).toMatchObject({ items: [{ id: 'one' }], changes: [] });
    const waiting = poll({ since: String(first.sequence) });
    await put('two', { title: 'b', owner: 'ann' });
    const seen = [...(await waiting).changes];
    let since = (await waiting).sequence;
    for (let n = 0; n < 20; n += 1) await put(`n${n}`, { title: `n${n}`, owner: 'ann' });
    while (seen.at(-1)?.document.id !== 'n19') {
      const answer = await poll({ since: String(since) });
      seen.push(...answer.changes);
      since = answer.sequence;
    }
    // The feed may have been a little behind the first answer, which then is told again.
    const ids = seen.map(({ document }) => document.id).filter((id) => id !== 'one');
    expect(ids).toEqual(['two', ...Array.from({ length: 20 }, (_, n) => `n${n}`)]);
    expect(await poll({ since: String(since), waitSeconds: '0' })).toEqual({ changes: [], sequence: since, rights: expect.any(String) });
  });

  it('start anew when the feed cannot say what followed, and refuse windows', async () => {
    await put('one', { title: 'a', owner: 'ann' });
    expect(await poll({ since: '999999999' })).toMatchObject({ resync: true, items: [{ id: 'one' }] });
    expect(await poll({ sort: 'title', limit: '2' })).toMatchObject({ code: 'invalid_input' });
  });
});
