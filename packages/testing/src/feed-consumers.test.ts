import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { StoredDocument } from '@mainstay/store';
import { defineModule } from '@mainstay/host';
import type { TestServer } from './index.ts';
import { aContext, startTestServer, until } from './index.ts';

const at = new Date('2026-01-01T00:00:00Z');
const document = (id: string): StoredDocument => ({ _id: id, createdAt: at, updatedAt: at, version: 1 });
interface Letters {
  readonly items: readonly { id: string; document: string; error: string; attempts: number }[];
}

/** What the consumer did, by the key of the event: an effect that is repeated does not count twice. */
const done = new Map<string, string>();
const poisonous = new Set(['poison', 'worse']);
let attempts = 0;
let server: TestServer;

beforeAll(async () => {
  server = await startTestServer({
    modules: () => [
      defineModule({
        name: 'counted',
        api: () => Promise.resolve({}),
        worker: () =>
          Promise.resolve({
            consumers: [
              {
                name: 'counting',
                handle(_context, events, keyOf) {
                  attempts += 1;
                  for (const event of events) {
                    if (poisonous.has(event.id)) return Promise.reject(new Error('cannot'));
                    done.set(keyOf(event), event.id);
                  }
                  return Promise.resolve();
                },
              },
            ],
          }),
      }),
    ],
  });
});
afterAll(() => server.end());

describe('consumers of the feed', () => {
  it('handle every event at least once under one key, and put aside what they cannot handle', async () => {
    const rows = server.frame.store.documents(aContext(server.project, server.log), 'notes');
    for (const id of ['a', 'poison', 'b', 'worse', 'c']) await rows.insert(document(id));
    await until('all others are done', () => done.size >= 3, 100_000);
    expect([...done.values()].sort()).toEqual(['a', 'b', 'c']);
    expect(attempts).toBeGreaterThanOrEqual(5);
    expect([...done.keys()][0]).toBe(`counting:${server.project.id}:1`);
    const client = server.as('server');
    const letters = async () => (await client.get<Letters>('/feed/dead-letters')).body.items;
    await until('both are put aside', async () => (await letters()).length === 2, 100_000);
    expect((await letters()).map((letter) => letter.document).sort()).toEqual(['poison', 'worse']);
    expect((await letters())[0]?.error).not.toContain('cannot');
    expect((await server.as('server', server.otherProject).get<Letters>('/feed/dead-letters')).body.items).toEqual([]);
    expect((await server.as('anonymous').get('/feed/dead-letters')).status).toBe(403);
  }, 240_000);

  it('try again when they are asked to, and forget what is discarded', async () => {
    const client = server.as('server');
    const { items } = (await client.get<Letters>('/feed/dead-letters?consumer=counting')).body;
    const [healed, hopeless] = ['poison', 'worse'].map((id) => items.find((letter) => letter.document === id)?.id ?? '');
    poisonous.delete('poison');
    expect((await client.post(`/feed/dead-letters/${healed}/retry`)).status).toBe(202);
    await until('it is handled', () => [...done.values()].includes('poison'), 100_000);
    await client.post(`/feed/dead-letters/${hopeless}/retry`);
    const left = () => client.get<Letters>('/feed/dead-letters').then(({ body }) => body.items);
    await until('the other one failed again', async () => (await left()).some(({ attempts: count }) => count === 2), 100_000);
    expect((await client.delete(`/feed/dead-letters/${hopeless}`)).status).toBe(204);
    expect(await left()).toEqual([]);
    expect(await client.delete(`/feed/dead-letters/${hopeless}`)).toMatchObject({ status: 404, body: { code: 'dead_letter_not_found' } });
  }, 240_000);
});
