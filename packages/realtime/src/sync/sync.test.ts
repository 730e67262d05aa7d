import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createId } from '@mainstay/kernel';
import { createData, dataModule } from '@mainstay/data';
import type { TestClient, TestServer } from '@mainstay/testing';
import { startTestServer, until } from '@mainstay/testing';
import { createRealtime, realtimeModule, RealtimeSettings } from '../index.ts';

const OWNER = { owner: { $var: 'user.id' } };
const NOTES = {
  fields: { title: { type: 'string' }, owner: { type: 'string' }, secret: { type: 'string', readable: false } },
  rules: { list: OWNER, get: OWNER, create: true, update: true, delete: true, subscribe: null },
  realtime: false,
};

interface Change {
  readonly type: 'upsert' | 'remove';
  readonly collection: string;
  readonly id?: string;
  readonly document?: { readonly id: string; readonly title?: string } & Record<string, unknown>;
}
interface Page {
  readonly changes: readonly Change[];
  readonly next: string;
  readonly more: boolean;
  readonly resync?: boolean;
  readonly code?: string;
}

let server: TestServer;
let collection = '';
let ann: TestClient;

beforeAll(async () => {
  server = await startTestServer({
    modules: (frame) => {
      const data = createData(frame);
      const settings = RealtimeSettings.parse({ syncMaxBytes: 65_536 });
      const options = { settings, data, tokenKey: Buffer.alloc(32, 7), resolvers: {} as never };
      return [dataModule(data), realtimeModule(createRealtime(frame, options))];
    },
    roles: ['api', 'worker'],
  });
  ann = server.as({ user: 'ann' });
});
afterAll(() => server.end());
beforeEach(async () => {
  collection = `notes_${createId()}`.toLowerCase().replaceAll('-', '_');
  await server.as('server').put(`/schema/${collection}`, NOTES);
});

const context = () => ({
  project: server.project,
  principal: { type: 'system' as const, task: 'test' },
  requestId: 'test',
  log: server.log,
});
const headOf = () => server.frame.store.feed.head(context());

/** Writes, and waits until the feed has it. */
async function changing(writes: () => Promise<unknown>, events: number): Promise<void> {
  const before = await headOf();
  await writes();
  await until('the feed has it', async () => (await headOf()) >= before + events);
}
const put = (id: string, body: object) => server.as('server').put(`/data/${collection}/${id}`, body);
const remove = (id: string) => server.as('server').delete(`/data/${collection}/${id}`);
const create = (documents: readonly object[]) =>
  server.as('server').post('/data/batch', { operations: documents.map((document) => ({ op: 'create', collection, document })) });

async function page(since?: string, more: { client?: TestClient; limit?: number; collections?: string | null } = {}): Promise<Page> {
  const query = new URLSearchParams({
    ...(more.collections === null ? {} : { collections: more.collections ?? collection }),
    ...(since === undefined ? {} : { since }),
    ...(more.limit === undefined ? {} : { limit: String(more.limit) }),
  });
  return (await (more.client ?? ann).get<Page>(`/sync?${query.toString()}`)).body;
}

/** Reads pages until there is no more. */
async function drain(since?: string, more: Parameters<typeof page>[1] = {}): Promise<{ changes: Change[]; next: string; pages: number }> {
  const changes: Change[] = [];
  let next = since;
  for (let pages = 1; ; pages += 1) {
    const answer = await page(next, more);
    changes.push(...answer.changes);
    next = answer.next;
    if (!answer.more) return { changes, next, pages };
  }
}
const short = (changes: readonly Change[]) =>
  changes.map(({ type, id, document }) => (type === 'remove' ? ['remove', id] : [type, document?.id, document?.title]));

describe('sync', () => {
  it('reads everything first, then what changed, was deleted or became invisible, and nothing that was never shown', async () => {
    await changing(
      () =>
        create([
          { id: 'a', title: 'a', owner: 'ann', secret: 'hush' },
          { id: 'b', title: 'b', owner: 'ann' },
          { id: 'c', title: 'c', owner: 'ann' },
          { id: 'theirs', title: 't', owner: 'bob' },
        ]),
      4,
    );
    const first = await drain();
    expect(short(first.changes)).toEqual([
      ['upsert', 'a', 'a'],
      ['upsert', 'b', 'b'],
      ['upsert', 'c', 'c'],
    ]);
    expect(first.changes[0]).toMatchObject({ collection, document: { version: 1, createdAt: expect.any(String) } });
    expect(first.changes[0]?.document).not.toHaveProperty('secret');
    await changing(async () => {
      await put('a', { title: 'a2', owner: 'ann' });
      await put('b', { title: 'withdrawn', owner: 'bob' });
      await remove('c');
      await put('theirs', { title: 't2', owner: 'bob' });
      await remove('theirs');
      await put('d', { title: 'd', owner: 'ann' });
    }, 6);
    const then = await drain(first.next);
    expect(short(then.changes)).toEqual([
      ['upsert', 'a', 'a2'],
      ['remove', 'b'],
      ['remove', 'c'],
      ['upsert', 'd', 'd'],
    ]);
    expect(JSON.stringify(then)).not.toContain('withdrawn');
    expect(await page(then.next)).toMatchObject({ changes: [], more: false });
  });

  it('pages without a gap while others write, so that the copy ends as the server is', async () => {
    const ids = Array.from({ length: 120 }, (_, n) => `n${String(n).padStart(3, '0')}`);
    await changing(() => create(ids.map((id) => ({ id, title: id, owner: 'ann' }))), ids.length);
    const copy = new Map<string, string | undefined>();
    const apply = (changes: readonly Change[]) => {
      for (const { type, id, document } of changes) {
        if (type === 'remove') copy.delete(String(id));
        else copy.set(String(document?.id), document?.title);
      }
    };
    let isWriting = true;
    const writing = changing(async () => {
      for (const [n, id] of ids.entries()) {
        if (n % 3 === 0) await remove(id);
        else await put(id, { title: `${id} again`, owner: n % 3 === 1 ? 'ann' : 'bob' });
        await put(`a${id}`, { title: 'in front', owner: 'ann' });
        await (n % 2 === 0 ? remove(`a${id}`) : put(`a${id}`, { title: 'kept', owner: 'ann' }));
      }
    }, 360).then(() => (isWriting = false));
    let next: string | undefined;
    for (;;) {
      const answer: Page = await page(next, { limit: 7 });
      apply(answer.changes);
      next = answer.next;
      if (!isWriting && !answer.more && (await page(next)).changes.length === 0) break;
    }
    await writing;
    const { body } = await ann.get<{ items: { id: string; title: string }[] }>(`/data/${collection}?limit=1000`);
    expect(copy.size).toBeGreaterThan(90);
    expect([...copy].sort()).toEqual(body.items.map(({ id, title }) => [id, title]).sort());
  });

  it('tells of a document that came and went between two pages, once it may have been read', async () => {
    const first = await drain();
    await changing(async () => {
      await put('x', { title: 'x', owner: 'bob' });
      await put('x', { title: 'x', owner: 'ann' });
    }, 2);
    const one = await page(first.next, { limit: 1 });
    expect(short(one.changes)).toEqual([['upsert', 'x', 'x']]);
    await changing(() => put('x', { title: 'gone', owner: 'bob' }), 1);
    const rest = await drain(one.next, { limit: 1 });
    expect(short(rest.changes).at(-1)).toEqual(['remove', 'x']);
    expect(JSON.stringify(rest)).not.toContain('gone');
  });

  it('ends pages by their bytes', async () => {
    await changing(() => create(Array.from({ length: 250 }, (_, n) => ({ id: `n${n}`, title: 'x'.repeat(1_000), owner: 'ann' }))), 250);
    const first = await drain(undefined, { limit: 1_000 });
    expect(first.pages).toBeGreaterThan(2);
    expect(new Set(first.changes.map(({ document }) => document?.id)).size).toBe(250);
  });

  it('asks for a new start when rules, fields or roles change, or the feed cannot tell', async () => {
    const { next } = await drain();
    const asEditor = server.as({ user: 'ann', roles: ['editor'] });
    expect(await page(next, { client: asEditor })).toMatchObject({ resync: true, changes: [], more: true });
    await server.as('server').put(`/schema/${collection}`, { ...NOTES, rules: { ...NOTES.rules, list: true } });
    await put('theirs', { title: 't', owner: 'bob' });
    const again = await page(next);
    expect(again).toMatchObject({ resync: true, changes: [] });
    expect(short((await drain(again.next)).changes)).toContainEqual(['upsert', 'theirs', 't']);
    const { next: fresh } = await drain();
    await server.as('server').delete(`/schema/${collection}`);
    await server.as('server').put(`/schema/${collection}`, { ...NOTES, rules: { ...NOTES.rules, list: true } });
    expect(await page(fresh)).toMatchObject({ resync: true });
  });

  it('takes tokens only as it gave them, from whom it gave them, for what', async () => {
    const { next } = await drain();
    const flipped = `${next.slice(0, 5)}${next[5] === 'A' ? 'B' : 'A'}${next.slice(6)}`;
    const cases: [string, Parameters<typeof page>[1]][] = [
      [flipped, {}],
      ['nonsense', {}],
      [`${next}.x`, {}],
      [next.slice(0, -3), {}],
      [next, { client: server.as({ user: 'bob' }) }],
      [next, { client: server.as('server') }],
      [next, { client: server.as({ user: 'ann' }, server.otherProject) }],
      [next, { collections: `${collection},other` }],
    ];
    for (const [token, more] of cases) expect(await page(token, more)).toMatchObject({ code: 'sync_token_invalid', status: 400 });
  });

  it('reads all that the caller may list when no collection is named, and refuses what it may not', async () => {
    const closed = `${collection}_closed`;
    await server.as('server').put(`/schema/${closed}`, { ...NOTES, rules: {} });
    await changing(async () => {
      await put('mine', { title: 'm', owner: 'ann' });
      await server.as('server').put(`/data/${closed}/x`, { title: 'closed' });
    }, 2);
    const all = await drain(undefined, { collections: null });
    expect(all.changes.map((change) => change.collection)).toContain(collection);
    expect(JSON.stringify(all)).not.toContain(closed);
    expect(await page(undefined, { collections: closed })).toMatchObject({ code: 'rule_denied', status: 403 });
    expect(await page(undefined, { collections: 'nowhere' })).toMatchObject({ code: 'collection_not_found', status: 404 });
    expect((await ann.get('/sync?limit=0')).status).toBe(422);
  });
});

describe('a big gap', () => {
  it('of 10,000 changed documents is read in pages, each for a few commands', async () => {
    const { next } = await drain();
    const total = 10_000;
    await changing(async () => {
      for (let start = 0; start < total; start += 500) {
        await create(Array.from({ length: 500 }, (_, n) => ({ id: `n${start + n}`, title: 'x', owner: 'ann' })));
      }
    }, total);
    let read: Awaited<ReturnType<typeof drain>> | undefined;
    const commands = await server.countCommands(async () => {
      read = await drain(next, { limit: 1_000 });
    });
    expect(read?.changes).toHaveLength(total);
    expect(read?.pages).toBeLessThanOrEqual(total / 100);
    expect(commands).toBeLessThanOrEqual(3 * (read?.pages ?? 0));
  }, 60_000);
});
