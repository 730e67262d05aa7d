import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Clock, ProjectContext } from '@mainstay/kernel';
import { systemClock } from '@mainstay/kernel';
import type { Store } from '@mainstay/store';
import type { TestFrame } from '@mainstay/testing';
import { aContext, aProject, createTestFrame } from '@mainstay/testing';
import type { Analytics } from '../index.ts';
import { AnalyticsSettings, analyticsModule, createAnalytics } from '../index.ts';
import { EventKind, EventNameKind } from '../ingest/ingest.model.ts';
import { applyOnce } from './apply-once.ts';
import { dayOf } from './fold-chunk.ts';
import type { RollUpRow } from './rollups.model.ts';
import { CELL_MS, OTHER_VALUES, PersonDayKind, RollUpKind, UNDIVIDED } from './rollups.model.ts';

type Item = Record<string, unknown>;
/** How much of a write is done when its sender dies: nothing (0), a part of its rows, or all of it (1). */
type Share = number;
const SHARES: readonly Share[] = [0, 0.2, 0.5, 0.8, 1];

const WRITES = new Set(['insert', 'insertMany', 'update', 'updateMany', 'bulkUpdate', 'findOneAndUpdate', 'delete', 'deleteMany']);
const PLACES = 3;
const settings = AnalyticsSettings.parse({ valuesPerDimension: String(PLACES), chunkMaxEvents: '10', dimensions: 'platform,plan' });
/** A clock for which every open chunk is abandoned. */
const laterClock: Clock = { now: () => Date.now() + 60_000 };
const run = () => ({ signal: new AbortController().signal, deadlineMs: Infinity });

let test: TestFrame;
let healthy: Analytics;
let survivor: Analytics;

beforeAll(async () => {
  test = await createTestFrame();
  healthy = createAnalytics(test.frame, { settings });
  survivor = createAnalytics({ ...test.frame, clock: laterClock }, { settings });
  await test.frame.store.prepare(analyticsModule(healthy).kinds ?? [], []);
});
afterAll(async () => {
  await healthy.ingest.drained();
  await test.frame.jobs.asPart().stop?.();
  await test.frame.store.asPart().stop?.();
  await test.destroy();
});

const newContext = (): ProjectContext => aContext(aProject(), test.log);

/** The real stores, seen through `onWrite`, which is told the number of each write and how to do a share of it. */
function watchedStore(onWrite: (number: number, write: (share: Share) => Promise<unknown>) => Promise<unknown>): Store {
  let writes = 0;
  const { store } = test.frame;
  const kind = (...args: Parameters<Store['kind']>): unknown => {
    const real = store.kind(...args) as unknown as Record<string, (...args: unknown[]) => Promise<unknown>>;
    return new Proxy(real, {
      get(target, name) {
        const method = target[String(name)];
        if (method === undefined || !WRITES.has(String(name))) return method?.bind(target);
        return (first: unknown, ...rest: unknown[]) => {
          writes += 1;
          return onWrite(writes, (share) => {
            if (share === 1) return method.call(target, first, ...rest);
            if (!Array.isArray(first) || share === 0) return Promise.resolve();
            return method.call(target, first.slice(0, Math.ceil(first.length * share)), ...rest);
          });
        };
      },
    });
  };
  return { ...store, kind: kind as Store['kind'] };
}

/** An analytics whose process dies at the n-th write: nothing later is written. */
function mortal(dieAt: number, share: Share): Analytics {
  const store = watchedStore(async (number, write) => {
    if (number < dieAt) return write(1);
    if (number === dieAt) await write(share);
    throw new Error('the process died');
  });
  return createAnalytics({ ...test.frame, store, clock: systemClock }, { settings });
}

/** An analytics that stops at the n-th write until `release` is called. */
function stalling(stallAt: number): { analytics: Analytics; stalled: Promise<boolean>; release: () => void; end: () => void } {
  let release = (): void => undefined;
  let report = (_isStalled: boolean): void => undefined;
  const gate = new Promise<void>((resolve) => (release = resolve));
  const stalled = new Promise<boolean>((resolve) => (report = resolve));
  const store = watchedStore(async (number, write) => {
    if (number === stallAt) {
      report(true);
      await gate;
    }
    return write(1);
  });
  return { analytics: createAnalytics({ ...test.frame, store }, { settings }), stalled, release, end: () => report(false) };
}

const START = Date.now() - (Date.now() % 86_400_000) - 1_800_000;

/** 24 events of two names on both sides of midnight, with more plans than there are places, and two identify calls. */
function someEvents(): Item[] {
  const tracked = Array.from({ length: 24 }, (_, i) => ({
    type: 'track',
    messageId: `m${i}`,
    userId: `user-${i % 5}`,
    event: i % 3 === 0 ? 'Bought' : 'Seen',
    timestamp: new Date(START + i * 200_000).toISOString(),
    properties: { plan: `plan-${i % 6}`, value: i },
    context: { platform: i % 2 === 0 ? 'ios' : 'android' },
  }));
  return [
    ...tracked,
    { type: 'identify', messageId: 'i0', userId: 'user-0', traits: { plan: 'free', 'first.name': 'Ada' } },
    { type: 'identify', messageId: 'i1', userId: 'user-0', traits: { plan: 'pro' } },
  ];
}

async function ingestInChunks(context: ProjectContext, analytics: Analytics, events: readonly Item[]): Promise<void> {
  for (let from = 0; from < events.length; from += 9) {
    await analytics.ingest.ingest(context, { batch: events.slice(from, from + 9) });
    await analytics.ingest.drained();
  }
}

async function drainAll(context: ProjectContext, analytics: Analytics): Promise<void> {
  while ((await analytics.rollUps.drain(context, run())) === 'more');
}

function cellsOf(rows: readonly RollUpRow[], field: 'n' | 'sum'): Record<string, number> {
  const out: Record<string, number> = {};
  for (const { event, day, q } of rows) {
    for (const [number, cell] of Object.entries(q)) {
      const key = `${event} ${day} ${number}`;
      out[key] = (out[key] ?? 0) + (cell[field] ?? 0);
    }
  }
  return Object.fromEntries(Object.entries(out).filter(([, value]) => value !== 0));
}

/** Roll-ups must be what an addition of the raw events gives. */
async function expectRight(context: ProjectContext, expectedEvents: number): Promise<void> {
  const raw = await test.frame.store.kind(context, EventKind).find({});
  const rows = await test.frame.store.kind(context, RollUpKind).find({});
  const tracked = raw.filter(({ event }) => event !== null);
  expect(tracked).toHaveLength(expectedEvents);
  const counts: Record<string, number> = {};
  const sums: Record<string, number> = {};
  for (const { event, at, value } of tracked) {
    const key = `${event ?? ''} ${dayOf(at.getTime())} ${Math.floor((at.getTime() % 86_400_000) / CELL_MS)}`;
    counts[key] = (counts[key] ?? 0) + 1;
    if (value !== null && value !== 0) sums[key] = (sums[key] ?? 0) + value;
  }
  for (const dimension of [UNDIVIDED, ...settings.dimensions]) {
    const ofDimension = rows.filter((row) => row.dimension === dimension);
    expect(cellsOf(ofDimension, 'n')).toEqual(counts);
    expect(cellsOf(ofDimension, 'sum')).toEqual(sums);
  }
  for (const { event, day, dimension, value, q } of rows.filter((row) => row.dimension !== UNDIVIDED && row.value !== OTHER_VALUES)) {
    const matching = tracked.filter((one) => one.event === event && dayOf(one.at.getTime()) === day && one.dimensions[dimension] === value);
    expect(Object.values(q).reduce((sum, { n }) => sum + n, 0)).toBe(matching.length);
  }
  const values = rows
    .filter((row) => row.dimension === 'plan' && row.value !== OTHER_VALUES)
    .map(({ event, day, value }) => `${event} ${day} ${value}`);
  expect(values.length).toBeLessThanOrEqual(2 * 2 * PLACES);
  const names = await test.frame.store.kind(context, EventNameKind).find({});
  expect(names.reduce((sum, { count }) => sum + count, 0)).toBe(expectedEvents);
  const days = await test.frame.store.kind(context, PersonDayKind).find({});
  expect(days).toHaveLength(new Set(tracked.map(({ event, at, userId }) => `${event ?? ''} ${dayOf(at.getTime())} ${userId ?? ''}`)).size);
}

describe('a roll-up', () => {
  it.each(SHARES)(
    'is right when its worker dies in any write with %f of it done, and two others take over',
    async (share) => {
      let deaths = 0;
      for (let dieAt = 1; ; dieAt += 1) {
        const context = newContext();
        await ingestInChunks(context, healthy, someEvents().slice(0, 18));
        const outcome = await drainAll(context, mortal(dieAt, share)).then(
          () => 'survived',
          () => 'died',
        );
        // The others find more chunks than it did, and so group them differently.
        await ingestInChunks(context, healthy, someEvents().slice(18));
        await Promise.all([drainAll(context, healthy), drainAll(context, survivor)]);
        await expectRight(context, 24);
        if (outcome === 'survived') break;
        deaths += 1;
      }
      expect(deaths).toBeGreaterThanOrEqual(6);
    },
    120_000,
  );

  it.each([
    ['fewer', false],
    ['all the', true],
  ])(
    'is right when a worker that was believed dead, and knew %s chunks, goes on after another has finished',
    async (_name, isLonger) => {
      let stalls = 0;
      for (let stallAt = 1; ; stallAt += 1) {
        const context = newContext();
        await ingestInChunks(context, healthy, someEvents().slice(0, isLonger ? 27 : 18));
        const zombie = stalling(stallAt);
        const zombieRun = drainAll(context, zombie.analytics).finally(zombie.end);
        const isStalled = await zombie.stalled;
        await ingestInChunks(context, healthy, someEvents().slice(18));
        await drainAll(context, healthy);
        zombie.release();
        await zombieRun;
        await expectRight(context, 24);
        if (!isStalled) break;
        stalls += 1;
      }
      expect(stalls).toBeGreaterThanOrEqual(6);
    },
    120_000,
  );

  it('is right when many runs drain the same chunks while events come in from several processes', async () => {
    const context = newContext();
    const processes = [healthy, ...Array.from({ length: 3 }, () => createAnalytics(test.frame, { settings }))];
    const events = Array.from({ length: 8 }, (_, copy) =>
      someEvents().map((event) => ({ ...event, messageId: `${String(event['messageId'])}-${copy}` })),
    ).flat();
    await Promise.all(
      processes.flatMap((one, index) => [
        ingestInChunks(context, one, events.slice(index * 50)),
        ingestInChunks(context, one, [...events].reverse()),
        drainAll(context, one),
      ]),
    );
    await Promise.all(processes.map((one) => one.ingest.drained()));
    await Promise.all(processes.map((one) => drainAll(context, one)));
    await expectRight(context, 8 * 24);
  }, 60_000);

  it('loses nothing when all shards meet at documents that do not exist yet', async () => {
    const context = newContext();
    const kind = test.frame.store.kind(context, RollUpKind);
    const deltas = Array.from({ length: 40 }, (_, i) => ({ id: `fresh-${i}`, update: { $inc: { 'q.0.n': 1 } } }));
    for (let sequence = 1; sequence <= 5; sequence += 1) {
      const twice = [0, 1, 2, 3, 0, 1, 2, 3];
      await Promise.all(twice.map((shard) => applyOnce(kind, { shard, chunks: [{ sequence, items: ['all'] }] }, () => deltas)));
    }
    const rows = await kind.find({});
    expect(rows.map(({ q }) => q['0']?.n)).toEqual(Array.from({ length: 40 }, () => 20));
  });

  it('applies what a creation race refused, and only that', async () => {
    const context = newContext();
    const kind = test.frame.store.kind(context, RollUpKind);
    const fold = (ids: readonly string[]) => ids.map((id) => ({ id, update: { $inc: { 'q.0.n': 1 } } }));
    const both = ['applied', 'raced'];
    await applyOnce(kind, { shard: 1, chunks: [{ sequence: 1, items: both }] }, fold);
    await applyOnce(kind, { shard: 0, chunks: [{ sequence: 7, items: ['applied'] }] }, fold);
    let isFirst = true;
    const raced = new Proxy(kind, {
      get(target, name) {
        const value: unknown = Reflect.get(target, name);
        if (typeof value !== 'function') return value;
        const method = value.bind(target) as (...args: unknown[]) => unknown;
        if (name !== 'bulkUpdate' || !isFirst) return method;
        isFirst = false;
        return () => Promise.resolve({ matched: 0, upserted: 0, duplicates: [0, 1] });
      },
    });
    await applyOnce(
      raced,
      {
        shard: 0,
        chunks: [
          { sequence: 7, items: both },
          { sequence: 8, items: ['raced'] },
        ],
      },
      (ids) => fold([...new Set(ids)]),
    );
    const rows = await kind.find({}, { sort: { id: 1 } });
    expect(rows.map(({ id, q, w }) => [id, q['0']?.n, w])).toEqual([
      ['applied', 2, { 0: 7, 1: 1 }],
      ['raced', 3, { 0: 8, 1: 1 }],
    ]);
  });

  it('puts late events on the day when they happened', async () => {
    const context = newContext();
    const at = Date.now() - 3 * 86_400_000;
    await ingestInChunks(context, healthy, someEvents());
    await drainAll(context, healthy);
    await healthy.ingest.ingest(context, {
      batch: [{ type: 'track', messageId: 'late', userId: 'user-1', event: 'Seen', timestamp: new Date(at).toISOString() }],
    });
    await healthy.ingest.drained();
    await drainAll(context, healthy);
    await expectRight(context, 25);
    const rows = await test.frame.store.kind(context, RollUpKind).find({ dimension: UNDIVIDED, day: dayOf(at) });
    expect(rows).toHaveLength(1);
  });

  it('digests what identify calls say of a person', async () => {
    const context = newContext();
    await ingestInChunks(context, healthy, someEvents());
    await Promise.all([drainAll(context, healthy), drainAll(context, survivor)]);
    expect(await healthy.persons.get(context, 'user-0')).toMatchObject({ userId: 'user-0', traits: { plan: 'pro', 'first.name': 'Ada' } });
    await expect(healthy.persons.get(context, 'user-1')).rejects.toMatchObject({ code: 'person_not_found' });
  });
});

describe('the ingest', () => {
  it.each(SHARES)(
    'counts every event once when its process dies in any write with %f of it done and the client sends again',
    async (share) => {
      let deaths = 0;
      for (let dieAt = 1; dieAt <= 12; dieAt += 1) {
        const context = newContext();
        const dying = mortal(dieAt, share);
        const outcome = await ingestInChunks(context, dying, someEvents()).then(
          () => 'survived',
          () => 'died',
        );
        await dying.ingest.drained();
        await ingestInChunks(context, healthy, someEvents());
        await drainAll(context, survivor);
        await expectRight(context, 24);
        if (outcome === 'died') deaths += 1;
      }
      expect(deaths).toBeGreaterThan(3);
    },
    60_000,
  );

  it('counts events that are stored after their chunk was sealed as abandoned', async () => {
    for (let stallAt = 1; stallAt <= 6; stallAt += 1) {
      const context = newContext();
      const slow = stalling(stallAt);
      const writing = slow.analytics.ingest
        .ingest(context, { batch: someEvents() })
        .then(() => slow.analytics.ingest.drained())
        .finally(slow.end);
      await slow.stalled;
      await drainAll(context, survivor);
      slow.release();
      await writing;
      await drainAll(context, survivor);
      await expectRight(context, 24);
    }
  });

  it('never sent a command that could meet another tenant', () => {
    expect(test.leaks).toEqual([]);
  });
});
