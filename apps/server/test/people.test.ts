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
