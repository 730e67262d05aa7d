import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Resolvers } from '@mainstay/http';
import type { TestServer } from '@mainstay/testing';
import { createMailer, MailSettings } from '@mainstay/mail';
import { createTestClient, startTestServer, until } from '@mainstay/testing';
import type { Auth, AuthEventRow } from '../index.ts';
import { AuthSettings, authModule, createAuth } from '../index.ts';
import { shortenAddress } from './shorten-address.ts';

const PASSWORD = 'correct horse';
interface SignedIn {
  user: { id: string };
  session: { token: string; refreshToken: string };
}

let server: TestServer;
const told: AuthEventRow[] = [];
beforeAll(async () => {
  let auth: Auth;
  server = await startTestServer({
    modules: (frame) => {
      const mailer = createMailer(frame, { settings: MailSettings.parse({}), masterKey: Buffer.alloc(32, 3) });
      const settings = AuthSettings.parse({ failuresLoggedPerHour: 3, refreshGraceSeconds: 0 });
      auth = createAuth(frame, { settings, mailer, masterKey: Buffer.alloc(32, 4) });
      auth.events.addTeller((_context, events) => {
        told.push(...events);
        return Promise.resolve();
      });
      return [authModule(auth)];
    },
    resolvers: (): Partial<Resolvers> => ({ principal: (context, bearer) => auth.resolvePrincipal(context, bearer) }),
  });
});
afterAll(() => server.end());

const anybody = () => server.as('anonymous');
const withToken = (token: string) =>
  createTestClient(`${server.origin}/p/${server.project.id}/v1`, { 'x-mainstay-key': 'pk_test', authorization: `Bearer ${token}` });
const signUp = async (email: string) => (await anybody().post<SignedIn>('/auth/signup', { email, password: PASSWORD })).body;
const typesOf = (userId: string) => told.filter((event) => event.userId === userId).map(({ type }) => type);

describe('events of users', () => {
  it('tell of every way in and out, by whom and how, and hold no secret', async () => {
    const { user, session } = await signUp('told@example.com');
    await anybody().post('/auth/login', { email: 'told@example.com', password: 'wrong horse' });
    const { body } = await anybody().post<SignedIn>('/auth/login', { email: 'told@example.com', password: PASSWORD });
    const me = withToken(body.session.token);
    await me.post('/auth/password/change', { currentPassword: PASSWORD, newPassword: 'battery staple' });
    await me.post('/auth/logout');
    await server.as('server').patch(`/users/${user.id}`, { blocked: true });
    await server.as('server').delete(`/users/${user.id}`);
    const expected = ['signed_up', 'signed_in', 'sign_in_failed', 'signed_in', 'password_changed', 'signed_out', 'blocked', 'deleted'];
    await until('all is told', () => typesOf(user.id).length === expected.length);
    expect(typesOf(user.id)).toEqual(expected);
    const own = told.filter(({ userId }) => userId === user.id);
    expect(own.map(({ actor }) => actor)).toEqual([
      `user:${user.id}`,
      `user:${user.id}`,
      'anonymous',
      `user:${user.id}`,
      `user:${user.id}`,
      `user:${user.id}`,
      'key:key-sk_test',
      'key:key-sk_test',
    ]);
    expect(own.slice(0, 4).map(({ method }) => method)).toEqual(['password', 'password', 'password', 'password']);
    expect(own.every(({ ip }) => ip === '' || ip === '127.0.0.0')).toBe(true);
    for (const secret of [PASSWORD, 'wrong horse', 'battery staple', session.token, session.refreshToken]) {
      expect(JSON.stringify(own)).not.toContain(secret);
    }
  });

  it('are read by the user and by servers, page by page, and by nobody else', async () => {
    const { user, session } = await signUp('reading@example.com');
    const stranger = await signUp('stranger@example.com');
    const first = await withToken(session.token).get<{ items: { type: string }[]; nextCursor: string }>('/auth/events?limit=1');
    expect(first).toMatchObject({ status: 200, body: { items: [{ type: 'signed_in', method: 'password' }] } });
    const second = await server.as('server').get(`/users/${user.id}/events?limit=1&cursor=${first.body.nextCursor}`);
    expect(second).toMatchObject({ body: { items: [{ type: 'signed_up' }], nextCursor: null } });
    expect((await withToken(stranger.session.token).get(`/users/${user.id}/events`)).status).toBe(403);
  });

  it('count failed sign-ins of an account that is not there alike, and only a few of them', async () => {
    await signUp('guessed@example.com');
    const before = told.length;
    for (const email of ['guessed@example.com', 'nobody@example.com']) {
      for (let guess = 0; guess < 5; guess += 1) await anybody().post('/auth/login', { email, password: 'wrong horse' });
    }
    await until('the failures are told', () => told.slice(before).filter(({ type }) => type === 'sign_in_failed').length >= 6);
    const failures = told.slice(before).filter(({ type }) => type === 'sign_in_failed');
    expect(failures.filter(({ userId }) => userId === null)).toHaveLength(3);
    expect(failures).toHaveLength(6);
  });

  it('tell of a refresh token that came twice', async () => {
    const { user, session } = await signUp('stolen@example.com');
    await anybody().post('/auth/refresh', { refreshToken: session.refreshToken });
    await anybody().post('/auth/refresh', { refreshToken: session.refreshToken }, { 'user-agent': 'thief' });
    await until('the theft is told', () => typesOf(user.id).includes('refresh_reused'));
    expect(told.find(({ type }) => type === 'refresh_reused')).toMatchObject({ userId: user.id, userAgent: 'thief' });
  });
});

it.each([
  ['192.168.17.4', 'shortened', '192.168.17.0'],
  ['::ffff:10.1.2.3', 'shortened', '10.1.2.0'],
  ['2001:db8:1:2:3::9', 'shortened', '2001:db8:1::'],
  ['::1', 'shortened', '::'],
  ['not an address', 'shortened', ''],
  ['10.1.2.3', 'none', ''],
  ['10.1.2.3', 'full', '10.1.2.3'],
] as const)('of %s is kept, %s: %j', (ip, detail, kept) => {
  expect(shortenAddress(ip, detail)).toBe(kept);
});
