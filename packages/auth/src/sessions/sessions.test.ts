import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Resolvers } from '@mainstay/http';
import type { TestServer } from '@mainstay/testing';
import { createMailer, MailSettings } from '@mainstay/mail';
import { aContext, createTestClient, startTestServer } from '@mainstay/testing';
import type { Auth } from '../index.ts';
import { AuthSettings, authModule, createAuth } from '../index.ts';

const SECOND_MS = 1_000;
const HOUR_MS = 3_600 * SECOND_MS;
const PASSWORD = 'correct horse';

interface Tokens {
  readonly token: string;
  readonly refreshToken: string;
}
interface SignedIn {
  readonly user: { readonly id: string };
  readonly session: Tokens & { readonly id: string };
}

let server: TestServer;
let aheadMs = 0;
beforeAll(async () => {
  let auth: Auth;
  server = await startTestServer({
    modules: (frame) => {
      const mailer = createMailer(frame, { settings: MailSettings.parse({}), masterKey: Buffer.alloc(32, 3) });
      auth = createAuth(
        { ...frame, clock: { now: () => Date.now() + aheadMs } },
        { settings: AuthSettings.parse({}), mailer, masterKey: Buffer.alloc(32, 4) },
      );
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
const login = async (email: string, password = PASSWORD) => anybody().post<SignedIn>('/auth/login', { email, password });
const refresh = (refreshToken: string, headers: Record<string, string> = {}) =>
  anybody().post<{ session: Tokens }>('/auth/refresh', { refreshToken }, headers);
const isSignedIn = async (token: string) => (await withToken(token).get('/auth/me')).status === 200;

describe('a refresh token', () => {
  it('gives ten requests at once the same successor, and the session stays', async () => {
    const { session } = await signUp('ten@example.com');
    const answers = await Promise.all(Array.from({ length: 10 }, () => refresh(session.refreshToken)));
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 10 }, () => 200));
    const successors = new Map(answers.map(({ body }) => [body.session.refreshToken, body.session]));
    expect(successors.size).toBe(1);
    for (const { token } of successors.values()) expect(await isSignedIn(token)).toBe(true);
    expect(await isSignedIn(session.token)).toBe(false);
  });

  it('used again after the grace ends the session', async () => {
    const { session } = await signUp('late@example.com');
    const { body } = await refresh(session.refreshToken);
    aheadMs += 31 * SECOND_MS;
    expect(await refresh(session.refreshToken)).toMatchObject({ status: 401, body: { code: 'session_invalid' } });
    expect(await isSignedIn(body.session.token)).toBe(false);
    expect(await refresh(body.session.refreshToken)).toMatchObject({ status: 401 });
  });

  it('of several refreshes ago ends the session as well, also within the grace', async () => {
    const { session } = await signUp('old@example.com');
    const second = await refresh(session.refreshToken);
    const third = await refresh(second.body.session.refreshToken);
    expect(await isSignedIn(third.body.session.token)).toBe(true);
    expect(await refresh(session.refreshToken)).toMatchObject({ status: 401, body: { code: 'session_invalid' } });
    expect(await isSignedIn(third.body.session.token)).toBe(false);
  });

  it('repeated by another client ends the session, also within the grace', async () => {
    const { session } = await signUp('other-client@example.com');
    const { body } = await refresh(session.refreshToken);
    expect(await refresh(session.refreshToken, { 'user-agent': 'somebody else' })).toMatchObject({ status: 401 });
    expect(await isSignedIn(body.session.token)).toBe(false);
  });

  it.each([['mr_'], ['mr_short'], [`mr_${'A'.repeat(65)}`], [`mr_${'A'.repeat(60)}\0AAAA`]])(
    'that is made up opens nothing: %j',
    async (made) => {
      expect(await refresh(made)).toMatchObject({ status: 401, body: { code: 'session_invalid' } });
    },
  );
});

describe('a session token', () => {
  it('expires, says so, and is refreshed', async () => {
    const { session } = await signUp('expiring@example.com');
    expect(await isSignedIn(session.token)).toBe(true);
    aheadMs += HOUR_MS;
    expect(await withToken(session.token).get('/auth/me')).toMatchObject({ status: 401, body: { code: 'session_expired' } });
    const { body } = await refresh(session.refreshToken);
    expect(await isSignedIn(body.session.token)).toBe(true);
  });

  it('ends at once when its user is blocked or deleted, and its refresh token with it', async () => {
    for (const end of ['block', 'delete'] as const) {
      const { user, session } = await signUp(`${end}@example.com`);
      expect(await isSignedIn(session.token)).toBe(true);
      if (end === 'block') await server.as('server').patch(`/users/${user.id}`, { blocked: true });
      else await server.as('server').delete(`/users/${user.id}`);
      expect(await isSignedIn(session.token)).toBe(false);
      expect(await refresh(session.refreshToken)).toMatchObject({ status: 401 });
    }
  });

  it('survives a password change only where it was made', async () => {
    const here = (await signUp('changing@example.com')).session;
    const elsewhere = (await login('changing@example.com')).body.session;
    const change = { currentPassword: PASSWORD, newPassword: 'battery staple' };
    expect(await withToken(here.token).post('/auth/password/change', { ...change, currentPassword: 'wrong horse' })).toMatchObject({
      status: 401,
    });
    expect(await isSignedIn(elsewhere.token)).toBe(true);
    expect(await withToken(here.token).post('/auth/password/change', change)).toMatchObject({ status: 204 });
    expect(await isSignedIn(elsewhere.token)).toBe(false);
    expect(await isSignedIn(here.token)).toBe(true);
    expect((await login('changing@example.com')).status).toBe(401);
    expect((await login('changing@example.com', change.newPassword)).status).toBe(200);
  });

  it('can be ended alone, by its id, by its own user only', async () => {
    const first = (await signUp('several@example.com')).session;
    const second = (await login('several@example.com')).body.session;
    const stranger = (await signUp('other@example.com')).session;
    await withToken(stranger.token).delete(`/auth/sessions/${first.id}`);
    const { body } = await withToken(second.token).get<{ items: { id: string; current: boolean }[] }>('/auth/sessions');
    expect(body.items).toHaveLength(2);
    expect(body.items.filter(({ current }) => current).map(({ id }) => id)).toEqual([second.id]);
    await withToken(second.token).delete(`/auth/sessions/${first.id}`);
    expect(await isSignedIn(first.token)).toBe(false);
    expect(await isSignedIn(second.token)).toBe(true);
  });

  it('and refresh token lie nowhere in the stores or the logs', async () => {
    const { session } = await signUp('secret@example.com');
    await refresh(session.refreshToken);
    const { SessionKind } = await import('./sessions.model.ts');
    const rows = await server.frame.store.kind(aContext(server.project, server.log), SessionKind).find({});
    for (const text of [JSON.stringify(rows), JSON.stringify(server.logged)]) {
      expect(text).not.toContain(session.token);
      expect(text).not.toContain(session.refreshToken);
    }
    expect(server.leaks).toEqual([]);
  });
});

describe('guessing', () => {
  it('is not what many logins at once with the right password are', async () => {
    await signUp('starting@example.com');
    const answers = await Promise.all(Array.from({ length: 20 }, () => login('starting@example.com')));
    expect(answers.every(({ status }) => status === 200)).toBe(true);
  });

  it('is slowed down after a few attempts at once, and the owner elsewhere is not', async () => {
    await signUp('guessed@example.com');
    const tries = await Promise.all(Array.from({ length: 20 }, (_, guess) => login('guessed@example.com', `guess number ${guess}`)));
    const statuses = tries.map(({ status }) => status);
    expect(statuses.filter((status) => status === 401)).toHaveLength(6);
    expect(statuses.filter((status) => status === 429)).toHaveLength(14);
    const refused = tries.find(({ status }) => status === 429);
    expect(Number(refused?.headers.get('retry-after'))).toBeGreaterThan(0);
    aheadMs += 60 * SECOND_MS;
    expect((await login('guessed@example.com')).status).toBe(200);
  });
});

describe('addresses', () => {
  it('that look alike are not merged', async () => {
    await signUp('kate@example.com');
    const kelvin = await anybody().post<{ user: { email: string } }>('/auth/signup', {
      email: '\u212aate@example.com',
      password: PASSWORD,
    });
    expect(kelvin).toMatchObject({ status: 201, body: { user: { email: '\u212aate@example.com' } } });
  });
});
