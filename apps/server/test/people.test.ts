import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createTestClient, until } from '@mainstay/testing';
import type { StartedServer } from './start-server.ts';
import { startServer } from './start-server.ts';

/** What the rooms make of users together, against the program itself. */
let server: StartedServer;
let member: Record<string, string>;
beforeAll(async () => {
  server = await startServer({ MAINSTAY_SEED: 'true' });
  const link = new URL(server.ready.dashboard).searchParams.get('link') ?? '';
  const at = createTestClient(`${server.ready.origin}/platform/v1`, {});
  const { headers, body } = await at.post<{ csrfToken: string }>('/login/link', { token: link });
  const cookie = headers.getSetCookie().map((line) => line.split(';')[0] ?? '')[0] ?? '';
  member = { cookie, 'x-csrf-token': body.csrfToken };
}, 60_000);
afterAll(() => server.stop());

interface SignedIn {
  user: { id: string };
  session: { token: string };
}
const asServer = () => createTestClient(server.ready.api, { 'x-mainstay-key': server.ready.secretKey });
const asApp = () => createTestClient(server.ready.api, { 'x-mainstay-key': server.ready.publishableKey });
const platform = () => createTestClient(`${server.ready.origin}/platform/v1`, member);

describe('what happens to users', () => {
  it('is in the audit log and in analytics once', async () => {
    const { body } = await asApp().post<SignedIn>('/auth/signup', { email: 'ada@people.example.com', password: 'correct horse' });
    const { id } = body.user;
    await asApp().post('/auth/login', { email: 'ada@people.example.com', password: 'wrong horse' });
    const audited = await until('the audit log has it', async () => {
      const log = await platform().get<{ items: { action: string; target: string }[] }>(
        `/projects/${server.ready.project}/audit?limit=100`,
      );
      const own = log.body.items.filter(({ target }) => target === `user:${id}`).map(({ action }) => action);
      return own.length >= 3 ? own : undefined;
    });
    expect(audited).toEqual(['user.sign_in_failed', 'user.signed_in', 'user.signed_up']);
    const names = await until('analytics has it', async () => {
      const answer = await asServer().get<{ items: { event: string }[] }>('/analytics/names');
      const found = answer.body.items.map(({ event }) => event).filter((event) => event.startsWith('$auth.'));
      return found.length >= 3 ? found : undefined;
    });
    expect(names).toEqual(expect.arrayContaining(['$auth.sign_in_failed', '$auth.signed_in', '$auth.signed_up']));
  });
});

describe('claims', () => {
  it('decide in rules, and in what a subscription shows, within a second', async () => {
    await asServer().put('/schema/lessons', {
      mode: 'open',
      fields: {},
      rules: { list: 'plan == user.claims.plan', get: { plan: { $var: 'user.claims.plan' } }, create: null, update: null, delete: null },
    });
    for (const plan of ['free', 'pro']) await asServer().post('/data/lessons', { plan });
    const { body } = await asApp().post<SignedIn>('/auth/signup', { email: 'plan@people.example.com', password: 'correct horse' });
    const me = createTestClient(server.ready.api, {
      'x-mainstay-key': server.ready.publishableKey,
      authorization: `Bearer ${body.session.token}`,
    });
    expect((await me.get('/data/lessons')).status).toBe(403);
    await asServer().patch(`/users/${body.user.id}`, { claims: { plan: 'pro' } });
    await until('the plan counts', async () => (await me.get('/data/lessons')).status === 200, 1_000);
    expect(await me.get('/data/lessons')).toMatchObject({ body: { items: [{ plan: 'pro' }] } });
  });
});

describe('a user who goes', () => {
  const todo = {
    fields: {
      title: { type: 'string' },
      owner: { type: 'reference', collection: 'users' },
      with: { type: 'array', of: 'reference', collection: 'users' },
    },
  };
  const signUp = async (name: string) =>
    (await asApp().post<SignedIn>('/auth/signup', { email: `${name}@people.example.com`, password: 'correct horse' })).body;
  const documentsOf = async (collection: string) =>
    (await asServer().get<{ items: { title: string; owner?: string; with?: string[] }[] }>(`/data/${collection}?sort=title`)).body.items;
  const uploaded = async (token: string): Promise<string> => {
    const form = new FormData();
    form.append('file', new Blob(['mine']), 'mine.txt');
    const client = createTestClient(server.ready.api, { 'x-mainstay-key': server.ready.publishableKey, authorization: `Bearer ${token}` });
    return (await client.post<{ id: string }>('/files', form)).body.id;
  };
  const through = (userId: string) =>
    until(`the work for ${userId} is done`, async () => {
      const { body } = await asServer().get<{ state: string; counts: Record<string, { changed: number }> }>(`/users/${userId}/work`);
      return body.state === 'done' ? body : undefined;
    });

  it('takes along what the collections say, and the files', async () => {
    const policies = { kept: 'keep', nameless: 'anonymise', gone: 'delete' } as const;
    for (const [name, onUserDelete] of Object.entries(policies)) await asServer().put(`/schema/${name}`, { ...todo, onUserDelete });
    const [leaver, stayer] = [await signUp('leaver'), await signUp('stayer')];
    for (const collection of Object.keys(policies)) {
      for (let count = 0; count < 60; count += 1) {
        await asServer().post(`/data/${collection}`, { title: 'theirs', owner: leaver.user.id, with: [stayer.user.id, leaver.user.id] });
      }
      await asServer().post(`/data/${collection}`, { title: 'other', owner: stayer.user.id, with: [leaver.user.id] });
    }
    const file = await uploaded(leaver.session.token);
    expect((await asServer().delete(`/users/${leaver.user.id}`)).status).toBe(204);
    const { counts } = await through(leaver.user.id);
    expect(counts).toMatchObject({ documents: { changed: 122, failed: 0 }, files: { changed: 1 } });
    expect((await asServer().get(`/files/${file}`)).status).toBe(404);
    const left = await Promise.all(
      Object.keys(policies).map(async (name) =>
        (await documentsOf(name)).slice(0, 2).map((document) => ({ ...document, owner: document.owner ?? null })),
      ),
    );
    expect(left).toMatchObject([
      [
        { title: 'other', with: [leaver.user.id] },
        { title: 'theirs', owner: leaver.user.id },
      ],
      [
        { title: 'other', with: [] },
        { title: 'theirs', owner: null, with: [stayer.user.id] },
      ],
      [{ title: 'other', owner: stayer.user.id, with: [] }],
    ]);
  }, 60_000);

  it('into another one leaves everything to that one', async () => {
    await asServer().put('/schema/merged', { ...todo, onUserDelete: 'delete' });
    const [from, into] = [await signUp('double'), await signUp('single')];
    await asServer().patch(`/users/${from.user.id}`, { claims: { plan: 'pro' } });
    await asServer().post('/data/merged', {
      title: 'theirs',
      owner: from.user.id,
      with: [from.user.id, into.user.id],
      acl: { read: [`user:${from.user.id}`] },
    });
    const file = await uploaded(from.session.token);
    const path = `/users/${into.user.id}/merge`;
    expect((await asServer().post(path, { from: into.user.id })).body).toMatchObject({ code: 'merge_not_possible' });
    expect(await asServer().post(path, { from: from.user.id })).toMatchObject({ status: 202, body: { type: 'merge', state: 'running' } });
    await through(from.user.id);
    expect((await documentsOf('merged'))[0]).toMatchObject({
      owner: into.user.id,
      with: [into.user.id],
      acl: { read: [`user:${into.user.id}`] },
    });
    expect((await asServer().get(`/files/${file}`)).body).toMatchObject({ owner: `user:${into.user.id}` });
    expect((await asServer().get(`/users/${into.user.id}`)).body).toMatchObject({ claims: { plan: 'pro' }, blocked: false });
    expect((await asServer().get(`/users/${from.user.id}`)).status).toBe(404);
    expect((await asApp().post('/auth/login', { email: 'double@people.example.com', password: 'correct horse' })).status).toBe(401);
  });
});
