import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createData, dataModule } from '@mainstay/data';
import type { Resolvers } from '@mainstay/http';
import { createRealtime, realtimeModule, RealtimeSettings } from '@mainstay/realtime';
import type { TestServer } from '@mainstay/testing';
import { startTestServer, until } from '@mainstay/testing';
import 'fake-indexeddb/auto';
import type { Client } from '../index.ts';
import { createClient, createKey, memoryStorage } from '../index.ts';
import type { Conflict, ConflictStrategy, Offline, OfflineEvent, OfflineStore } from '../offline.ts';
import { createOffline, indexedDbStore, memoryStore } from '../offline.ts';

interface Schema {
  notes: { title: string; text?: string; rank?: number };
}
const RULES = { list: true, get: true, create: true, update: true, delete: true, subscribe: true };
const FIELDS = {
  title: { type: 'string', required: true, max: 20 },
  text: { type: 'string' },
  rank: { type: 'integer', default: 0 },
};

let server: TestServer;
let app: Client<Schema>;
let isOnline = true;
/** Answers of the server that get lost on their way. */
let losses = 0;
let sent: string[] = [];
const opened: Offline<Schema, 'notes'>[] = [];

const network: typeof fetch = async (input, init) => {
  if (!isOnline) throw new TypeError('no network');
  if (init?.method !== 'GET') sent.push(`${init?.method ?? ''} ${new Headers(init?.headers).get('if-match') ?? ''}`.trim());
  const answer = await fetch(input, init);
  if (losses === 0 || init?.method === 'GET') return answer;
  losses -= 1;
  isOnline = false;
  throw new TypeError('the answer got lost');
};

beforeAll(async () => {
  server = await startTestServer({
    modules: (frame) => {
      const data = createData(frame);
      const settings = RealtimeSettings.parse({});
      const resolvers = {} as Resolvers;
      return [dataModule(data), realtimeModule(createRealtime(frame, { settings, data, resolvers, tokenKey: Buffer.alloc(32, 7) }))];
    },
  });
});
afterAll(() => server.end());
beforeEach(async () => {
  isOnline = true;
  losses = 0;
  sent = [];
  await server.as('server').delete('/schema/notes');
  await server.as('server').put('/schema/notes', { fields: FIELDS, rules: RULES });
  app = createClient<Schema>({
    url: server.origin,
    project: server.project.id,
    key: 'pk_test',
    storage: memoryStorage(),
    fetch: network,
    retries: 0,
  });
});
afterEach(async () => {
  for (const one of opened.splice(0)) one.close();
  await app.close();
});

async function open(store: OfflineStore, onConflict: ConflictStrategy = 'server-wins'): Promise<Offline<Schema, 'notes'>> {
  const offline = await createOffline(app, { store, collections: ['notes'], onConflict, everyMs: null });
  opened.push(offline);
  return offline;
}
const others = () => server.as('server');
const write = async (note: object): Promise<string> => String((await others().post('/data/notes', note)).body['id']);
const onServer = async (id: string) => (await others().get(`/data/notes/${id}`)).body;
const signIn = (id: string) =>
  app.auth.adopt({ user: { id } as never, session: { id, token: `user:${id}:`, refreshToken: '', expiresAt: '' } });
/** Both sides at the same state, a change on each, then together again. */
async function disagree(onConflict: ConflictStrategy, change: { ours: object | null; theirs: object | null }) {
  const id = await write({ title: 'old', text: 'old' });
  const offline = await open(memoryStore(), onConflict);
  await offline.sync();
  const notes = offline.collection('notes');
  await (change.ours === null ? notes.delete(id) : notes.update(id, change.ours));
  await (change.theirs === null ? others().delete(`/data/notes/${id}`) : others().patch(`/data/notes/${id}`, change.theirs));
  await offline.sync();
  return { id, offline, local: notes.get(id), server: await onServer(id) };
}

describe.each([
  [
    'in memory',
    () => {
      const store = memoryStore();
      return () => store;
    },
  ],
  [
    'in IndexedDB',
    () => {
      const name = createKey();
      return () => indexedDbStore(name);
    },
  ],
])('a copy %s', (_where, aStore) => {
  it('is filled, and follows what others do', async () => {
    const [first, second] = [await write({ title: 'first', rank: 1 }), await write({ title: 'second', rank: 2 })];
    const offline = await open(aStore()());
    await offline.sync();
    const notes = offline.collection('notes');
    expect(notes.list({ sort: '-rank' }).map(({ title }) => title)).toEqual(['second', 'first']);
    const told: string[][] = [];
    notes.subscribe({ sort: 'rank' }, (items) => told.push(items.map(({ title }) => title)));
    await others().patch(`/data/notes/${first}`, { title: 'changed' });
    await others().delete(`/data/notes/${second}`);
    await until('the change is in the copy', async () => {
      await offline.sync();
      return told.at(-1)?.join() === 'changed';
    });
    expect(notes.list()).toMatchObject([{ id: first, title: 'changed' }]);
    expect(notes.list({ filter: ({ rank }) => rank === 7 })).toEqual([]);
  });

  it('keeps writes over a restart without a connection, and sends them in order, each on the one before', async () => {
    const again = aStore();
    const id = await write({ title: 'there' });
    const before = await open(again());
    await before.sync();
    isOnline = false;
    const notes = before.collection('notes');
    const made = await notes.create({ title: 'made' });
    await notes.update(made.id, { text: 'more' });
    await notes.update(id, { rank: 1 });
    await notes.update(id, { rank: 2 });
    await notes.delete(made.id);
    expect(notes.get(made.id)).toBeNull();
    await expect(before.sync()).rejects.toMatchObject({ code: 'network_error' });
    before.close();
    opened.length = 0;
    const after = await open(again());
    expect(after.pending().map(({ op }) => op)).toEqual(['create', 'update', 'update', 'update', 'delete']);
    expect(after.collection('notes').get(id)).toMatchObject({ title: 'there', rank: 2, version: 1 });
    isOnline = true;
    await after.sync();
    expect(sent).toEqual(['POST', 'PATCH "1"', 'PATCH "1"', 'PATCH "2"', 'DELETE "2"']);
    expect(after.pending()).toEqual([]);
    expect(await onServer(id)).toMatchObject({ rank: 2, version: 3 });
    expect(after.collection('notes').get(id)).toEqual(await onServer(id));
    expect(await onServer(made.id)).toMatchObject({ code: 'document_not_found' });
  });

  it('sends a write again whose answer got lost, and it happens once', async () => {
    const again = aStore();
    const before = await open(again());
    const made = await before.collection('notes').create({ title: 'once' });
    await before.collection('notes').update(made.id, { rank: 5 });
    losses = 1;
    await expect(before.sync()).rejects.toMatchObject({ code: 'network_error' });
    before.close();
    opened.length = 0;
    isOnline = true;
    const after = await open(again());
    await after.sync();
    expect(sent).toEqual(['POST', 'POST', 'PATCH "1"']);
    expect(await others().get('/data/notes')).toMatchObject({ body: { items: [{ id: made.id, title: 'once', rank: 5, version: 2 }] } });
  });
});

describe('a copy that the server can no longer bring up to date', () => {
  it('is read anew, without what is no longer visible, and with what waits', async () => {
    const seen = await write({ title: 'seen', rank: 1 });
    const hidden = await write({ title: 'hidden', rank: 2 });
    const offline = await open(memoryStore());
    await offline.sync();
    const notes = offline.collection('notes');
    expect(notes.list()).toHaveLength(2);
    await others().patch('/schema/notes', { rules: { list: { rank: 1 } } });
    await notes.update(seen, { text: 'waits' });
    await until('the copy is what may be seen', async () => {
      await offline.sync();
      return notes.get(hidden) === null;
    });
    expect(notes.list()).toMatchObject([{ id: seen, text: 'waits', version: 2 }]);
  });
});

describe('a conflict', () => {
  const ours = { title: 'ours', text: 'ours' };
  const theirs = { title: 'theirs', rank: 9 };

  it.each<[string, ConflictStrategy, object]>([
    ['server-wins', 'server-wins', { title: 'theirs', text: 'old', rank: 9 }],
    ['client-wins', 'client-wins', { title: 'ours', text: 'ours', rank: 9 }],
    ['field-merge', 'field-merge', { title: 'theirs', text: 'ours', rank: 9 }],
    [
      'a function',
      ({ base, local, server: found }: Conflict) => ({
        ...found,
        title: `${String(local?.['title'])}+${String(found?.['title'])}`,
        text: String(base?.['text']),
      }),
      { title: 'ours+theirs', text: 'old', rank: 9 },
    ],
  ])('between two changes ends by %s', async (_name, strategy, expected) => {
    const { offline, local, server: there } = await disagree(strategy, { ours, theirs });
    expect(there).toMatchObject(expected);
    expect(local).toEqual(there);
    expect(offline.pending()).toEqual([]);
  });

  it.each<[ConflictStrategy, object | null]>([
    ['server-wins', null],
    ['client-wins', { title: 'ours', text: 'ours' }],
    ['field-merge', null],
  ])('between our change and their deletion ends by %s', async (strategy, expected) => {
    const { local, server: there } = await disagree(strategy, { ours, theirs: null });
    if (expected === null) expect([local, there['code']]).toEqual([null, 'document_not_found']);
    else expect([local, there]).toMatchObject([expected, expected]);
  });

  it.each<[ConflictStrategy, object | null]>([
    ['server-wins', theirs],
    ['client-wins', null],
    ['field-merge', theirs],
  ])('between our deletion and their change ends by %s', async (strategy, expected) => {
    const { local, server: there } = await disagree(strategy, { ours: null, theirs });
    if (expected === null) expect([local, there['code']]).toEqual([null, 'document_not_found']);
    else expect([local, there]).toMatchObject([expected, expected]);
  });

  it('that both sides agree on is none', async () => {
    const { local, server: there } = await disagree('server-wins', { ours: null, theirs: null });
    expect([local, there['code']]).toEqual([null, 'document_not_found']);
  });
});

describe('a write that the server refuses for good', () => {
  it('is taken back and told, with all that stands on it; what is behind it goes on', async () => {
    const offline = await open(memoryStore());
    const heard: OfflineEvent[] = [];
    offline.on((event) => heard.push(event));
    const notes = offline.collection('notes');
    const bad = await notes.create({ title: 'x'.repeat(30) });
    await notes.update(bad.id, { rank: 1 });
    const good = await notes.create({ title: 'good' });
    expect(notes.list()).toHaveLength(2);
    await offline.sync();
    expect(notes.get(bad.id)).toBeNull();
    expect(await onServer(good.id)).toMatchObject({ title: 'good' });
    const rejected = heard.filter((event) => event.type === 'rejected');
    expect(rejected).toMatchObject([
      { entry: { op: 'create' }, error: { code: 'invalid_input', errors: [{ path: 'title' }] } },
      { entry: { op: 'update' }, error: { status: 422 } },
    ]);
  });

  it('is not even queued when there is nothing to change, or when it can only be done there', async () => {
    const offline = await open(memoryStore());
    const notes = offline.collection('notes');
    await expect(notes.update('nothing', { rank: 1 })).rejects.toMatchObject({ code: 'document_not_found' });
    const { id } = await notes.create({ title: 'here' });
    await expect(notes.update(id, { $inc: { rank: 1 } } as never)).rejects.toMatchObject({ code: 'invalid_input' });
    expect(offline.pending()).toHaveLength(1);
  });
});

describe('the copy of a user', () => {
  it('is nobody else’s: another sign-in empties it, unsent writes as well', async () => {
    const store = memoryStore();
    await signIn('ann');
    const offline = await open(store);
    await offline.collection('notes').create({ title: 'of ann' });
    await signIn('bob');
    await until('it is empty', () => offline.pending().length === 0);
    await offline.sync();
    expect(sent).toEqual([]);
    expect(await others().get('/data/notes')).toMatchObject({ body: { items: [] } });
  });

  it('waits for its user when the session merely ended', async () => {
    const store = memoryStore();
    await signIn('ann');
    const before = await open(store);
    const { id } = await before.collection('notes').create({ title: 'of ann' });
    before.close();
    opened.length = 0;
    app = createClient<Schema>({
      url: server.origin,
      project: server.project.id,
      key: 'pk_test',
      storage: memoryStorage(),
      fetch: network,
    });
    const later = await open(store);
    await expect(later.sync()).rejects.toMatchObject({ code: 'user_needed' });
    expect(later.pending()).toHaveLength(1);
    await signIn('ann');
    await later.sync();
    expect(await onServer(id)).toMatchObject({ title: 'of ann' });
  });

  it('is kept up to date by itself, and forgotten at logging out', async () => {
    await signIn('ann');
    const offline = await createOffline(app, { store: memoryStore(), collections: ['notes'], everyMs: 50 });
    opened.push(offline);
    const { id } = await offline.collection('notes').create({ title: 'soon' });
    await until('it is sent', () => offline.pending().length === 0);
    await others().patch(`/data/notes/${id}`, { title: 'theirs' });
    await until('it is fetched', () => offline.collection('notes').get(id)?.title === 'theirs');
    await app.auth.logOut().catch(() => undefined);
    await until('it is empty', () => offline.collection('notes').get(id) === null || offline.collection('notes').list().length === 0);
    expect(app.auth.user()).toBeNull();
  });
});
