import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { OwnMongo, OwnStore } from '@mainstay/testing';
import { createDraw, createTestClient, startOwnMongo, startOwnRedis, until } from '@mainstay/testing';
import { once } from 'node:events';
import { followCollection } from './follow-collection.ts';
import { keepCopy } from './keep-copy.ts';
import type { StartedProcess, StartedServer } from './start-server.ts';
import { startServer } from './start-server.ts';
import { writeJournal } from './write-journal.ts';

/**
 * Whoever reads the feed ends with the server's state, while the feed's reader, Redis, the primary of three and an API process are killed
 * one after the other and somebody writes all the time. `MAINSTAY_DRILL_WRITES=100000` makes it long; without, it ends after some time
 * also where the machine is slow.
 */
const ASKED = process.env['MAINSTAY_DRILL_WRITES'];
const WRITES = Number(ASKED ?? 12_000);
const WRITE_MS = ASKED === undefined ? 20_000 : Infinity;
const WRITERS = 4;
const IDS_EACH = 150;
const RECONNECTING = 500;
const PATIENCE_MS = 60_000;
/** The goal holds for a machine that does nothing else, as in a drill that is asked for; beside other tests all come back, later. */
const BACK_WITHIN_MS = ASKED === undefined ? PATIENCE_MS : 5_000;
const MANY = '1000000';

let mongo: OwnMongo;
let redis: OwnStore;
let api: StartedServer;
let otherApi: StartedProcess;
let worker: StartedProcess;
const following: ReturnType<typeof followCollection>[] = [];

beforeAll(async () => {
  [mongo, redis] = await Promise.all([startOwnMongo({ members: 3, electionTimeoutMs: 2_000 }), startOwnRedis()]);
  const environment = { MAINSTAY_ROLES: 'api', MAINSTAY_PLATFORM_REQUESTS_PER_SECOND: MANY, MAINSTAY_PLATFORM_CONNECTIONS: MANY };
  api = await startServer({ ...environment, MAINSTAY_SEED: 'true' }, { mongoUrl: mongo.url, redisUrl: redis.url });
  // The first worker is the one that reads the feed.
  worker = await api.again({ MAINSTAY_ROLES: 'worker' });
  otherApi = await api.again({ ...environment, MAINSTAY_ROLES: 'api,worker' });
  await asServer(api).put('/schema/drill', {
    fields: { n: { type: 'integer' }, shown: { type: 'boolean' } },
    rules: { get: { shown: true }, list: { shown: true }, subscribe: { shown: true } },
  });
}, 120_000);
afterAll(async () => {
  for (const { end } of following) end();
  await api.stop();
  await mongo.end();
  await redis.end();
}, 60_000);

const urlOf = ({ ready }: { ready: StartedProcess['ready'] }): string => `${ready.origin}${new URL(api.ready.api).pathname}`;
const asServer = (at: { ready: StartedProcess['ready'] }) => createTestClient(urlOf(at), { 'x-mainstay-key': api.ready.secretKey });
const asApp = () => createTestClient(api.ready.api, { 'x-mainstay-key': api.ready.publishableKey });
const auth = () => ({ project: api.ready.project, key: api.ready.publishableKey });

function follow({ ready }: { ready: StartedProcess['ready'] }, more: { where?: object; limit: number }) {
  const follower = followCollection({ origin: ready.origin, auth: auth(), collection: 'drill', ...more });
  following.push(follower);
  return follower;
}

async function kill({ process: child }: StartedProcess): Promise<void> {
  const exited = once(child, 'exit');
  child.kill('SIGKILL');
  await exited;
}

/** Everything that the caller may list. */
async function listed(client: ReturnType<typeof asApp>) {
  const items: { id: string; version: number; n: number }[] = [];
  for (let cursor: string | null = ''; cursor !== null;) {
    const more: string = cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`;
    const { body } = await client.get<{ items: typeof items; nextCursor: string | null }>(`/data/drill?limit=1000${more}`);
    items.push(...body.items);
    cursor = body.nextCursor;
  }
  return items;
}

const stateOf = (copy: ReadonlyMap<string, number>): string[] => [...copy].map(([id, version]) => `${id}@${version}`).sort();

describe('a feed whose processes and stores are killed in turn', () => {
  it('brings every subscriber and every copy to the state of the server, and no change twice', async () => {
    const followers = [...Array.from({ length: 3 }, () => api), ...Array.from({ length: 3 }, () => otherApi)].map((at) =>
      follow(at, { limit: 1_000 }),
    );
    const crowd = Array.from({ length: RECONNECTING }, () => follow(otherApi, { where: { n: -1 }, limit: 0 }));
    const keepers = [keepCopy(asApp(), 'drill', 100), keepCopy(asApp(), 'drill', 1_000)];
    await until('everybody follows', () => following.every(({ followedAt }) => followedAt() !== undefined), PATIENCE_MS);

    let isOtherGone = false;
    let backMs = Infinity;
    const drills: (() => Promise<unknown>)[] = [
      () => kill(worker),
      () => redis.kill().then(() => redis.restart()),
      async () => {
        await mongo.members[0]?.kill();
        await Promise.all([api.again({ MAINSTAY_ROLES: 'worker' }), mongo.members[0]?.start()]);
      },
      async () => {
        isOtherGone = true;
        await kill(otherApi);
        const at = Date.now();
        for (const one of [...followers.slice(3), ...crowd]) one.moveTo(api.ready.origin);
        await until('the crowd is back', () => crowd.every(({ followedAt }) => followedAt() !== undefined), PATIENCE_MS);
        backMs = Math.max(...crowd.map(({ followedAt }) => (followedAt() ?? Infinity) - at));
      },
    ];

    const [here, there] = [asServer(api), asServer(otherApi)];
    const journals = Array.from({ length: WRITERS }, (_one, writer) =>
      writeJournal({
        collection: 'drill',
        ids: Array.from({ length: IDS_EACH }, (_id, n) => `w${writer}-${n}`),
        draw: createDraw(writer),
        client: () => (writer % 2 === 0 || isOtherGone ? here : there),
      }),
    );
    const began = Date.now();
    let drilled = 0;
    const progress = (): number =>
      Math.max(journals.reduce((sum, journal) => sum + journal.written(), 0) / WRITES, (Date.now() - began) / WRITE_MS);
    const isOver = (): boolean => progress() >= 1 && drilled === drills.length;
    const drilling = async (): Promise<void> => {
      for (const drill of drills) {
        await until('it is time for the next drill', () => progress() >= (drilled + 1) / (drills.length + 1), 10 * PATIENCE_MS);
        await drill();
        drilled += 1;
      }
    };
    const writing = journals.map(async ({ step }) => {
      while (!isOver()) await step();
    });
    const pulling = keepers.map(async ({ pull }) => {
      while (!isOver()) await pull();
    });
    await Promise.all([drilling(), ...writing, ...pulling]);

    const stored = await listed(asServer(api));
    const expected = new Map(journals.flatMap((journal) => [...journal.expected]));
    expect(new Map(stored.map(({ id, n }) => [id, n]))).toEqual(expected);
    const shown = (await listed(asApp())).map(({ id, version }) => `${id}@${version}`).sort();
    expect(shown.length).toBeGreaterThan(100);
    for (const { copy, repeated } of followers) {
      await until('the follower has the state of the server', () => stateOf(copy).join() === shown.join(), PATIENCE_MS).catch(
        () => undefined,
      );
      expect(stateOf(copy)).toEqual(shown);
      expect(repeated).toEqual([]);
    }
    for (const { copy, pull } of keepers) {
      const isSame = async (): Promise<boolean> => {
        await pull();
        return stateOf(copy).join() === shown.join();
      };
      await until('the copy is that of the server', isSame, PATIENCE_MS).catch(() => undefined);
      expect(stateOf(copy)).toEqual(shown);
    }
    expect(backMs).toBeLessThan(BACK_WITHIN_MS);
  }, 1_200_000);
});
