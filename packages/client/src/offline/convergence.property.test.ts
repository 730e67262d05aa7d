import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Data } from '@mainstay/data';
import { createData, dataModule } from '@mainstay/data';
import type { Resolvers } from '@mainstay/http';
import { createRealtime, realtimeModule, RealtimeSettings } from '@mainstay/realtime';
import type { CuttableLine, Draw, TestServer } from '@mainstay/testing';
import { createDraw, cuttableLine, startTestServer, until } from '@mainstay/testing';
import type { Client, LiveList } from '../index.ts';
import { createClient, memoryStorage } from '../index.ts';
import type { ConflictStrategy, Offline } from '../offline.ts';
import { createOffline, memoryStore } from '../offline.ts';

interface Note {
  title: string;
  owner: string;
  open: boolean;
  rank: number;
}
interface Schema {
  notes: Note;
}
/** A client with all it keeps: a copy with what waits to be sent, and a followed list. */
interface Participant {
  readonly user: string;
  readonly line: CuttableLine;
  readonly app: Client<Schema>;
  readonly offline: Offline<Schema, 'notes'>;
  readonly list: LiveList<{ id: string; version: number }>;
}

const STEPS = 120;
const PATIENCE_MS = 60_000;
const STRATEGIES: readonly ConflictStrategy[] = ['server-wins', 'client-wins', 'field-merge', 'server-wins', 'field-merge'];
const OWN = { owner: { $var: 'user.id' } };
/** What callers may see, as it changes. */
const SIGHTS = [true, OWN, { $or: [OWN, { open: true }] }, { open: true }];
const FIELDS = { title: { type: 'string' }, owner: { type: 'string' }, open: { type: 'boolean' }, rank: { type: 'integer' } };

let server: TestServer;
const participants: Participant[] = [];

beforeAll(async () => {
  const resolvers: Partial<Resolvers> = {};
  server = await startTestServer({
    modules: (frame, loadProject) => {
      const data: Data = createData(frame);
      resolvers.project = async (id) => {
        const project = await loadProject(id as never);
        if (project === null) throw new Error('there is no such project');
        return { project, key: { id: 'key' as never, kind: 'publishable' } };
      };
      resolvers.principal = (_context, bearer) => {
        const [, id = ''] = bearer.split(':');
        return { type: 'user', id: id as never, sessionId: 'session' as never, roles: [], email: undefined };
      };
      resolvers.account = () => null;
      resolvers.accountRole = () => null;
      const settings = RealtimeSettings.parse({ replayMaxEvents: 40 });
      return [
        dataModule(data),
        realtimeModule(createRealtime(frame, { settings, data, tokenKey: Buffer.alloc(32, 7), resolvers: resolvers as Resolvers })),
      ];
    },
    roles: ['api', 'worker'],
  });
}, 60_000);
afterAll(() => server.end());
afterEach(async () => {
  for (const { offline, app, line } of participants.splice(0)) {
    offline.close();
    await app.close();
    await line.end();
  }
});

const setRules = (sight: unknown) =>
  server.as('server').put('/schema/notes', {
    fields: FIELDS,
    rules: { list: sight, get: sight, subscribe: sight, create: true, update: true, delete: true },
  });

async function join(user: string, onConflict: ConflictStrategy): Promise<Participant> {
  const line = await cuttableLine(server.origin);
  const app = createClient<Schema>({ url: line.url, project: server.project.id, key: 'pk_test', storage: memoryStorage(), retries: 0 });
  await app.auth.adopt({ user: { id: user } as never, session: { id: user, token: `user:${user}:`, refreshToken: '', expiresAt: '' } });
  const offline = await createOffline(app, { store: memoryStore(), collections: ['notes'], onConflict, everyMs: null });
  const list = app.collection('notes').subscribe({ limit: 1_000 }, {});
  const participant = { user, line, app, offline, list };
  participants.push(participant);
  return participant;
}

const aNote = (draw: Draw): Note => ({
  title: draw.word(),
  owner: `user${draw.below(3)}`,
  open: draw.chance(0.5),
  rank: draw.below(100),
});

/** Somebody else writes, past every rule. */
async function writeElsewhere(draw: Draw, ids: readonly string[]): Promise<void> {
  const id = draw.oneOf(ids);
  if (draw.chance(0.2)) await server.as('server').delete(`/data/notes/${id}`);
  else if (draw.chance(0.5)) await server.as('server').put(`/data/notes/${id}`, aNote(draw));
  else await server.as('server').patch(`/data/notes/${id}`, { rank: draw.below(100), open: draw.chance(0.5) });
}

/** The client writes to its copy, whether there is a connection or not. */
async function edit(draw: Draw, { offline }: Participant): Promise<void> {
  const notes = offline.collection('notes');
  const held = notes.list();
  if (held.length === 0 || draw.chance(0.3)) return void (await notes.create(aNote(draw)));
  const { id } = draw.oneOf(held);
  await (draw.chance(0.25) ? notes.delete(id) : notes.update(id, draw.chance(0.5) ? { rank: draw.below(100) } : { title: draw.word() }));
}

async function step(draw: Draw, ids: readonly string[]): Promise<void> {
  const one = draw.oneOf(participants);
  const what = draw.below(20);
  if (what < 8) return writeElsewhere(draw, ids);
  if (what < 13) return edit(draw, one);
  if (what < 17) return one.offline.sync().catch(() => undefined);
  if (what === 17) return void (await setRules(draw.oneOf(SIGHTS)));
  if (what === 18) one.line.cut();
  else for (const { line } of participants) line.mend();
}

const stateOf = (documents: readonly { id: string; version?: number }[]): string =>
  documents
    .map(({ id, version }) => `${id}@${version}`)
    .sort()
    .join();

describe('five clients that edit offline, lose their connections and meet changing rules', () => {
  it.each([1, 2, 3])(
    'all end with what the server lists for them (seed %i)',
    async (seed) => {
      const draw = createDraw(seed);
      const ids = Array.from({ length: 25 }, (_, n) => `s${seed}-${n}`);
      await server.as('server').delete('/schema/notes');
      await setRules(true);
      // Two devices of one user among them.
      for (const [n, strategy] of STRATEGIES.entries()) await join(`user${n % 3}`, strategy);
      for (let n = 0; n < STEPS; n += 3) await Promise.all([step(draw, ids), step(draw, ids), step(draw, ids)]);
      for (const { line } of participants) line.mend();
      for (const { offline } of participants) {
        const isSent = async (): Promise<boolean> => {
          await offline.sync().catch(() => undefined);
          return offline.pending().length === 0;
        };
        await until('nothing waits to be sent', isSent, PATIENCE_MS);
      }
      for (const { user, app, offline, list } of participants) {
        const { body } = await server.as({ user }).get<{ items: { id: string; version: number }[] }>('/data/notes?limit=1000');
        const expected = stateOf(body.items);
        const found = () => ({
          copy: stateOf(offline.collection('notes').list()),
          list: stateOf(list.items()),
          status: [list.status(), app.realtime.status()].join(),
        });
        const right = { copy: expected, list: expected, status: 'live,connected' };
        const isSame = async (): Promise<boolean> => {
          await offline.sync().catch(() => undefined);
          return JSON.stringify(found()) === JSON.stringify(right);
        };
        await until('both are what the server has', isSame, PATIENCE_MS).catch(() => undefined);
        expect(found()).toEqual(right);
      }
    },
    240_000,
  );
});
