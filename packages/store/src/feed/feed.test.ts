import * as os from 'node:os';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Project, ProjectContext, ProjectId } from '@mainstay/kernel';
import { createId, createLogger, systemContext } from '@mainstay/kernel';
import type { Db, Document } from 'mongodb';
import { MongoClient } from 'mongodb';
import type { FeedEvent, FeedReader, Store } from '../index.ts';
import { openStore, StoreSettings } from '../index.ts';

const { MAINSTAY_MONGO_URL: mongoUrl = '', MAINSTAY_REDIS_URL: redisUrl = '' } = process.env;
const prefix = `t${createId()}_`.slice(0, 22);
const log = createLogger({ level: 'fatal' });
const at = new Date('2026-01-01T00:00:00Z');
const LIMITS = {
  requestsPerSecond: 1_000,
  storageBytes: 1_000,
  connections: 10,
  messagesPerSecond: 10,
  eventsPerSecond: 10,
  collections: 10,
};
const PATIENCE_MS = 15_000;

let store: Store;
let client: MongoClient;
let cell: Db;

const open = () => openStore({ mongoUrl, redisUrl, settings: StoreSettings.parse({ databasePrefix: prefix }), log });

beforeAll(async () => {
  store = await open();
  await store.prepare([], []);
  // The driver would import() the module itself, which jest's CommonJS sandbox refuses.
  client = await MongoClient.connect(mongoUrl, { runtimeAdapters: { os } });
  cell = client.db(`${prefix}mainstay_cell`);
});
afterAll(async () => {
  await store.destroy();
  await client.close();
  await store.asPart().stop?.();
});

function aProject(): Project {
  const id = createId<ProjectId>();
  return { id, organizationId: createId(), name: 'Test', slug: `test-${id}`, limits: LIMITS, origins: [] };
}
const contextOf = (project: Project): ProjectContext => systemContext(project, 'test', log);
const document = (id: string, more: Document = {}) => ({ _id: id, createdAt: at, updatedAt: at, version: 1, ...more });
const databaseOf = (project: Project): Db => client.db(`${prefix}d_${project.id}`);

/** Reads with a reader of its own while `run` runs. */
async function reading<T>(run: (reader: FeedReader) => Promise<T>): Promise<T> {
  const reader = store.createFeedReader(() => undefined);
  await reader.start();
  try {
    return await run(reader);
  } finally {
    await reader.stop();
  }
}
const read = (context: ProjectContext): Promise<FeedEvent[]> => store.feed.read(context, 0, 1_000);
async function untilEvents(context: ProjectContext, count: number): Promise<FeedEvent[]> {
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    const events = await read(context);
    if (events.length >= count) return events;
    if (Date.now() > deadline) throw new Error(`only ${events.length} of ${count} events came`);
  }
}

/** A resume token of an event that never was: as if the oplog had lost it. */
async function tokenOfNothing(write: () => Promise<void>): Promise<{ _data: string }> {
  const stream = client.watch([], { maxAwaitTimeMS: 50 });
  try {
    await stream.tryNext();
    await write();
    for (;;) {
      const event = await stream.tryNext();
      const { _data: data } = (event?._id ?? { _data: '' }) as { _data: string };
      // Behind one byte come the seconds and the number within the second.
      if (data !== '') return { _data: `${data.slice(0, 10)}00000000${data.slice(18)}` };
    }
  } finally {
    await stream.close();
  }
}

describe('the feed', () => {
  it('has what was written before the first reader ever came', async () => {
    const context = contextOf(aProject());
    const rows = store.documents(context, 'notes');
    await rows.insert(document('early'));
    const events = await reading(() => untilEvents(context, 1));
    expect(events).toMatchObject([{ type: 'added', id: 'early', sequence: 1 }]);
  });

  it('steps over a change that is too large, marks it, and loses nothing before or behind it', async () => {
    const project = aProject();
    const context = contextOf(project);
    const rows = store.documents(context, 'notes');
    await rows.insert(document('a'));
    const large = { _id: 'large' as never, createdAt: at, updatedAt: at, version: 1, text: 'x'.repeat(9 * 1_048_576) };
    await databaseOf(project).collection('notes').insertOne(large);
    await rows.insert(document('b'));
    await databaseOf(project)
      .collection('notes')
      .updateOne({ _id: 'large' as never }, { $set: { version: 2 } });
    await rows.insert(document('c'));
    const [events, state] = await reading(async (reader) => [await untilEvents(context, 5), reader.state]);
    expect(events.map(({ id, isSkipped }) => [id, isSkipped])).toEqual([
      ['a', false],
      ['large', false],
      ['b', false],
      ['large', true],
      ['c', false],
    ]);
    expect(events[3]).toMatchObject({ type: 'changed', document: null, previous: null });
    expect(state).toMatchObject({ skipped: 1, lagMs: expect.any(Number), storedAt: expect.any(Date) });
    const status = await store.feed.status();
    expect(status.tokenAgeSeconds).toBeLessThan(30);
    expect(status.historySeconds).toBeLessThan(60);
  });

  it('says that history was lost when the change stream no longer reaches back, and goes on', async () => {
    const context = contextOf(aProject());
    const rows = store.documents(context, 'notes');
    await rows.insert(document('a'));
    await reading(() => untilEvents(context, 1));
    const token = await tokenOfNothing(() => rows.insert(document('mark')));
    await cell.collection<{ _id: string }>('feedState').updateOne({ _id: 'feed' }, { $set: { token } });
    await rows.insert(document('unseen'));
    const events = await reading(async () => {
      await untilEvents(context, 2);
      await rows.insert(document('b'));
      return untilEvents(context, 3);
    });
    expect(events.map(({ type, id }) => [type, id])).toEqual([
      ['added', 'a'],
      ['resync', ''],
      ['added', 'b'],
    ]);
  });

  it('is numbered once, from however far back a reader begins', async () => {
    const states = cell.collection<{ _id: string; token: unknown }>('feedState');
    const [one, other] = [contextOf(aProject()), contextOf(aProject())];
    const before = await reading(() => states.findOne({ _id: 'feed' }));
    for (const id of ['a', 'b', 'c']) await store.documents(one, 'notes').insert(document(id));
    await store.documents(other, 'notes').insert(document('x'));
    await reading(() => untilEvents(one, 3));
    await states.updateOne({ _id: 'feed' }, { $set: { token: before?.token } });
    await store.documents(one, 'notes').insert(document('d'));
    await store.documents(other, 'notes').insert(document('y'));
    await reading(async () => [await untilEvents(one, 4), await untilEvents(other, 2)]);
    const numbered = async (context: ProjectContext) => (await read(context)).map(({ sequence, id }) => `${sequence}${id}`);
    expect(await numbered(one)).toEqual(['1a', '2b', '3c', '4d']);
    expect(await numbered(other)).toEqual(['1x', '2y']);
    expect(await store.feed.head(one)).toBe(4);
  });

  it('is numbered once by two readers, of which one does not know yet that it was replaced', async () => {
    const context = contextOf(aProject());
    const leases = client.db(`${prefix}mainstay_control`).collection<{ _id: string }>('leases');
    const second = await open();
    const replacement = second.createFeedReader(() => undefined);
    const ids = Array.from({ length: 60 }, (_, n) => `n${n}`);
    try {
      const events = await reading(async (reader) => {
        for (const id of ids.slice(0, 20)) await store.documents(context, 'notes').insert(document(id));
        await leases.updateOne({ _id: 'feed-reader' }, { $set: { until: new Date(0), holder: 'nobody' } });
        await replacement.start();
        for (const id of ids.slice(20)) await store.documents(context, 'notes').insert(document(id));
        const all = await untilEvents(context, ids.length);
        while (reader.state.isLeader && replacement.state.isLeader) await read(context);
        return all;
      });
      expect(events.map(({ id }) => id)).toEqual(ids);
      expect(events.map(({ sequence }) => sequence)).toEqual(ids.map((_, n) => n + 1));
    } finally {
      await replacement.stop();
      await second.asPart().stop?.();
    }
  });

  it('keeps counting when its events have expired', async () => {
    const project = aProject();
    const context = contextOf(project);
    await store.documents(context, 'notes').insert(document('a'));
    await reading(() => untilEvents(context, 1));
    await cell.collection<{ _id: string }>('feed').deleteOne({ _id: `${project.id}:000000000001` });
    expect(await store.feed.head(context)).toBe(1);
    await store.documents(context, 'notes').insert(document('b'));
    expect(await reading(() => untilEvents(context, 1))).toMatchObject([{ id: 'b', sequence: 2 }]);
  });

  it('is told apart by what it still holds: a stretch that is gone is not whole', async () => {
    const project = aProject();
    const context = contextOf(project);
    const rows = store.documents(context, 'notes');
    for (const id of ['a', 'b', 'c']) await rows.insert(document(id));
    await reading(() => untilEvents(context, 3));
    const stretch = { collections: ['notes'], until: 3, limit: 10, maxBytes: 1_000_000 };
    expect(await store.feed.scan(context, { ...stretch, after: 0 })).toMatchObject({ isWhole: true, reached: 3 });
    await cell.collection<{ _id: string }>('feed').deleteOne({ _id: `${project.id}:000000000001` });
    expect(await store.feed.scan(context, { ...stretch, after: 0 })).toMatchObject({ isWhole: false });
    expect(await store.feed.scan(context, { ...stretch, after: 1, limit: 1 })).toMatchObject({ isWhole: true, reached: 2 });
    expect(await store.feed.scan(context, { ...stretch, collections: ['other'], after: 1 })).toMatchObject({
      events: [],
      reached: 3,
    });
  });

  it('can be kept for another time from the next start on', async () => {
    const indexes = await cell.collection('feed').indexes();
    expect(indexes.find(({ key }) => 'at' in key)?.expireAfterSeconds).toBe(8 * 86_400);
    await cell.command({ collMod: 'feed', index: { keyPattern: { at: 1 }, expireAfterSeconds: 3_600 } });
    const again = await open();
    await again.prepare([], []);
    await again.asPart().stop?.();
    const after = await cell.collection('feed').indexes();
    expect(after.find(({ key }) => 'at' in key)?.expireAfterSeconds).toBe(8 * 86_400);
  });
});
