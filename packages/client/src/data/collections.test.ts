import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createData, dataModule } from '@mainstay/data';
import type { TestServer } from '@mainstay/testing';
import { startTestServer } from '@mainstay/testing';
import type { Client, ClientOptions } from '../index.ts';
import { createClient, MainstayError, memoryStorage } from '../index.ts';

interface Schema {
  todos: { title: string; done?: boolean; likes?: number; tags?: string[]; list?: string };
  lists: {
    document: { readonly id: string; readonly createdAt: string; readonly updatedAt: string; readonly version: number; name: string };
    create: { id?: string; name: string };
    update: { name?: string };
    references: object;
  };
}

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ modules: (frame) => [dataModule(createData(frame))], project: { limits: LIMITS } });
  const rules = { list: true, get: true, create: true, update: true, delete: true };
  await server.as('server').put('/schema/lists', { fields: { name: { type: 'string', required: true } }, rules });
  await server.as('server').put('/schema/todos', {
    fields: {
      title: { type: 'string', required: true, max: 100 },
      done: { type: 'boolean', default: false },
      likes: { type: 'integer' },
      tags: { type: 'array', of: 'string' },
      list: { type: 'reference', collection: 'lists' },
    },
    rules,
  });
});
afterAll(() => server.end());

const LIMITS = {
  requestsPerSecond: 10_000,
  storageBytes: 150_000,
  connections: 10,
  messagesPerSecond: 10,
  eventsPerSecond: 10,
  collections: 10,
};

function anApp(options: Partial<ClientOptions> = {}): Client<Schema> {
  return createClient<Schema>({ url: server.origin, project: server.project.id, key: 'pk_test', storage: memoryStorage(), ...options });
}

/** The real network, in whose way something may come. */
function meddling(meddle: (send: () => Promise<Response>, call: number) => Promise<Response>) {
  const seen: { method: string; path: string; headers: Headers }[] = [];
  const meddled: typeof fetch = (input, init) => {
    const path = new URL(input instanceof Request ? input.url : input).pathname;
    seen.push({ method: init?.method ?? 'GET', path, headers: new Headers(init?.headers) });
    return meddle(() => fetch(input, init), seen.length);
  };
  return { fetch: meddled, seen };
}

const errorOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => undefined,
    (error: unknown) => error,
  );

describe('a collection', () => {
  it('creates, reads, changes, replaces, counts and deletes', async () => {
    const todos = anApp().collection('todos');
    const made = await todos.create({ title: 'Buy milk', tags: ['food'] });
    expect(made).toMatchObject({ title: 'Buy milk', done: false, version: 1 });
    expect(await todos.get(made.id)).toEqual(made);
    expect(await todos.update(made.id, { done: true })).toMatchObject({ done: true, version: 2 });
    expect(await todos.update(made.id, { $inc: { likes: 2 }, $push: { tags: 'cold' } })).toMatchObject({
      likes: 2,
      tags: ['food', 'cold'],
    });
    const replaced = await todos.replace(made.id, { ...made, title: 'Buy bread' });
    expect(replaced).toMatchObject({ id: made.id, title: 'Buy bread', version: 4 });
    expect(await todos.count({ title: { $regex: '^Buy' } })).toBe(1);
    expect(await todos.distinct('tags')).toEqual(['food']);
    await todos.delete(made.id);
    expect(await errorOf(todos.get(made.id))).toMatchObject({ status: 404, code: 'document_not_found' });
  });

  it('lists by condition, in order, in pages, with fields and references', async () => {
    const app = anApp();
    const list = await app.collection('lists').create({ name: 'Home' });
    const todos = app.collection('todos');
    for (const title of ['a', 'b', 'c', 'd', 'e']) await todos.create({ title, list: list.id, done: title > 'c' });
    const page = await todos.list({ where: { list: list.id }, sort: '-title', limit: 2, total: true });
    expect(page).toMatchObject({ items: [{ title: 'e' }, { title: 'd' }], total: 5 });
    const next = await todos.list({ where: { list: list.id }, sort: '-title', limit: 2, cursor: page.nextCursor });
    expect(next.items.map(({ title }) => title)).toEqual(['c', 'b']);
    const titles: string[] = [];
    for await (const { title } of todos.all({ where: { list: list.id }, sort: 'title', limit: 2, fields: ['title'] })) titles.push(title);
    expect(titles).toEqual(['a', 'b', 'c', 'd', 'e']);
    const { items } = await todos.list({ where: `list == "${list.id}" && done == true`, sort: ['title'], include: ['list'] });
    expect(items).toMatchObject([{ title: 'd', list: { name: 'Home' } }, { title: 'e' }]);
    expect(await todos.get(items[0]?.id ?? '', { fields: ['title'] })).not.toHaveProperty('done');
  });

  it('runs batches, whole or not at all', async () => {
    const app = anApp();
    const one = await app.collection('todos').create({ title: 'one' });
    const results = await app.batch(
      [
        { op: 'create', collection: 'lists', document: { name: 'Work' } },
        { op: 'update', collection: 'todos', id: one.id, update: { done: true }, ifVersion: 1 },
      ],
      { atomic: true },
    );
    expect(results.map(({ status }) => status)).toEqual([201, 200]);
  });
});

describe('an error', () => {
  it('says what is wrong where, and in which request', async () => {
    const error = await errorOf(
      anApp()
        .collection('todos')
        .create({ title: 'x'.repeat(200) }),
    );
    expect(error).toBeInstanceOf(MainstayError);
    expect(error).toMatchObject({ status: 422, code: 'invalid_input', errors: [{ path: 'title' }], requestId: expect.any(String) });
    const todos = anApp().collection('todos');
    const { id } = await todos.create({ title: 'mine' });
    expect(await errorOf(todos.update(id, { done: true }, { ifVersion: 7 }))).toMatchObject({ status: 412, code: 'version_conflict' });
  });

  it('comes from a server that is away, too slow, or none of ours', async () => {
    const patient = { retries: 0 };
    const away = anApp({ ...patient, url: 'http://127.0.0.1:9' });
    expect(await errorOf(away.collection('todos').list())).toMatchObject({ status: 0, code: 'network_error' });
    const never = meddling((_send) => new Promise(() => undefined));
    const hung: typeof fetch = (input, init) =>
      Promise.race([
        never.fetch(input, init),
        new Promise<Response>((_resolve, reject) => init?.signal?.addEventListener('abort', () => reject(new Error('aborted')))),
      ]);
    const slow = anApp({ ...patient, timeoutMs: 50, fetch: hung });
    expect(await errorOf(slow.collection('todos').list())).toMatchObject({ code: 'timed_out' });
    const stranger = anApp({ ...patient, fetch: () => Promise.resolve(new Response('<html>')) });
    expect(await errorOf(stranger.collection('todos').list())).toMatchObject({ code: 'malformed_answer' });
  });

  it('tells of an abort, before and during the request', async () => {
    const todos = anApp().collection('todos');
    const stop = new AbortController();
    const listing = errorOf(todos.list({ signal: stop.signal }));
    stop.abort(new Error('enough'));
    expect(await listing).toMatchObject({ code: 'aborted', cause: { message: 'enough' } });
    expect(await errorOf(todos.list({ signal: stop.signal }))).toMatchObject({ code: 'aborted' });
  });
});

describe('a request that failed', () => {
  it('is sent again with the same key, so that a write whose answer got lost happens once', async () => {
    const net = meddling(async (send, call) => {
      const answer = await send();
      if (call === 1) throw new TypeError('the connection broke');
      return answer;
    });
    const todos = anApp({ fetch: net.fetch }).collection('todos');
    const made = await todos.create({ title: 'once' });
    const keys = net.seen.map(({ headers }) => headers.get('idempotency-key'));
    expect(keys).toHaveLength(2);
    expect(new Set(keys).size).toBe(1);
    expect(keys[0]).toMatch(/^[0-9a-z]{20}$/);
    expect((await todos.list({ where: { title: 'once' } })).items).toEqual([made]);
  });

  it('is sent again when it reads, and given up in the end', async () => {
    const net = meddling(() => Promise.reject(new TypeError('no network')));
    const todos = anApp({ fetch: net.fetch, retries: 2 }).collection('todos');
    expect(await errorOf(todos.list())).toMatchObject({ code: 'network_error' });
    expect(net.seen).toHaveLength(3);
  });

  it('is not sent again when nobody could tell how often it happened, or when it was refused for good', async () => {
    const broken = meddling(() => Promise.reject(new TypeError('no network')));
    expect(await errorOf(anApp({ fetch: broken.fetch }).auth.logIn({ email: 'a@example.com', password: 'x' }))).toMatchObject({
      status: 0,
    });
    expect(broken.seen).toHaveLength(1);
    const fine = meddling((send) => send());
    await errorOf(anApp({ fetch: fine.fetch }).collection('todos').get('nothing'));
    expect(fine.seen).toHaveLength(1);
  });

  it('waits as long as a server that has too much to do asks for', async () => {
    const times: number[] = [];
    const net = meddling((send, call) => {
      times.push(Date.now());
      return call === 1 ? Promise.resolve(new Response('{"code":"limit_exceeded","detail":"Slower."}', BUSY)) : send();
    });
    await anApp({ fetch: net.fetch }).collection('todos').create({ title: 'patient' });
    expect((times[1] ?? 0) - (times[0] ?? 0)).toBeGreaterThanOrEqual(990);
    const shut = meddling(() => Promise.resolve(new Response('{}', { status: 429, headers: { 'retry-after': '3600' } })));
    expect(await errorOf(anApp({ fetch: shut.fetch }).collection('todos').list())).toMatchObject({ status: 429, retryAfterSeconds: 3600 });
    expect(shut.seen).toHaveLength(1);
  });
});

const BUSY = { status: 429, headers: { 'retry-after': '1' } };
