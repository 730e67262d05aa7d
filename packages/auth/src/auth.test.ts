import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Resolvers } from '@mainstay/http';
import type { TestServer } from '@mainstay/testing';
import { createMailer, MailSettings } from '@mainstay/mail';
import { createTestClient, startTestServer, until } from '@mainstay/testing';
import { AuthSettings, authModule, createAuth } from './index.ts';

interface SignedIn {
  user: { id: string; email: string; roles: string[] };
  session: { id: string; token: string; refreshToken: string };
}

let server: TestServer;
beforeAll(async () => {
  const resolvers: Partial<Resolvers> = {};
  server = await startTestServer({
    modules: (frame) => {
      const auth = createAuth(frame, {
        settings: AuthSettings.parse({ refreshGraceSeconds: 0 }),
        mailer: createMailer(frame, { settings: MailSettings.parse({}), masterKey: Buffer.alloc(32, 3) }),
        masterKey: Buffer.alloc(32, 4),
      });
      resolvers.principal = (context, bearer) => auth.resolvePrincipal(context, bearer);
      return [authModule(auth)];
    },
    resolvers: () => ({ principal: (context, bearer) => resolvers.principal?.(context, bearer) ?? { type: 'anonymous' } }),
  });
});
afterAll(() => server.end());

const anybody = () => server.as('anonymous');
const signUp = async (email: string) => (await anybody().post<SignedIn>('/auth/signup', { email, password: 'correct horse' })).body;
const withToken = (token: string) =>
  createTestClient(`${server.origin}/p/${server.project.id}/v1`, { 'x-mainstay-key': 'pk_test', authorization: `Bearer ${token}` });

describe('users', () => {
  it('sign up, log in, read and change themselves, and log out', async () => {
    const signedUp = await anybody().post<SignedIn>('/auth/signup', {
      email: ' Ada@Example.com. ',
      password: 'correct horse',
      name: 'Ada',
    });
    expect(signedUp).toMatchObject({
      status: 201,
      body: { user: { email: 'ada@example.com', name: 'Ada' }, session: { token: expect.stringMatching(/^ms_/) } },
    });
    const login = await anybody().post<SignedIn>('/auth/login', { email: 'ADA@example.com', password: 'correct horse' });
    const ada = withToken(login.body.session.token);
    expect(await ada.get('/auth/me')).toMatchObject({ status: 200, body: { email: 'ada@example.com' } });
    expect(await ada.patch('/auth/me', { name: 'Countess' })).toMatchObject({ body: { name: 'Countess' } });
    expect(await ada.patch('/auth/me', { roles: ['admin'] })).toMatchObject({ status: 422 });
    expect(await ada.post('/auth/logout')).toMatchObject({ status: 204 });
    expect(await ada.get('/auth/me')).toMatchObject({ status: 401, body: { code: 'session_invalid' } });
  });

  it('get one answer for a wrong password, an unknown address and a blocked user', async () => {
    const { user } = await signUp('blocked@example.com');
    await server.as('server').patch(`/users/${user.id}`, { blocked: true });
    const attempts = [
      await anybody().post('/auth/login', { email: 'ada@example.com', password: 'wrong horse' }),
      await anybody().post('/auth/login', { email: 'nobody@example.com', password: 'wrong horse' }),
      await anybody().post('/auth/login', { email: 'blocked@example.com', password: 'correct horse' }),
    ];
    const answers = attempts.map(({ status, body: { requestId: _, ...body } }) => ({ status, body }));
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(answers[0]).toMatchObject({ status: 401, body: { code: 'login_failed' } });
  });

  it('have unique addresses per project, whatever the case', async () => {
    await signUp('same@example.com');
    expect(await anybody().post('/auth/signup', { email: 'SAME@example.com', password: 'correct horse' })).toMatchObject({
      status: 409,
      body: { code: 'email_taken' },
    });
    const other = server.as('anonymous', server.otherProject);
    expect(await other.post('/auth/signup', { email: 'same@example.com', password: 'correct horse' })).toMatchObject({ status: 201 });
  });

  it.each([[{ role: 'admin' }], [{ id: 'x' }], [{ verified: true }], [{ acl: {} }]])(
    'cannot sign up with the extra field %j',
    async (extra) => {
      expect(await anybody().post('/auth/signup', { email: 'extra@example.com', password: 'correct horse', ...extra })).toMatchObject({
        status: 422,
      });
    },
  );

  it('cannot log in with an operator for a value', async () => {
    expect(await anybody().post('/auth/login', { email: { $ne: null }, password: { $ne: null } })).toMatchObject({ status: 422 });
  });
});

describe('sessions', () => {
  it('end everywhere within a second when they are revoked', async () => {
    const { user, session } = await signUp('revoked@example.com');
    const client = withToken(session.token);
    expect((await client.get('/auth/me')).status).toBe(200);
    await server.as('server').delete(`/users/${user.id}/sessions`);
    await until('the session is refused', async () => (await client.get('/auth/me')).status === 401, 1_000);
  });

  it('rotate: of ten refreshes at once one wins, and a token used again later ends the session', async () => {
    const { session } = await signUp('rotating@example.com');
    const tries = await Promise.all(
      Array.from({ length: 10 }, () =>
        anybody().post<{ session?: { token: string; refreshToken: string } }>('/auth/refresh', { refreshToken: session.refreshToken }),
      ),
    );
    const tokens = new Set(tries.flatMap(({ body }) => body.session?.token ?? []));
    expect(tokens.size).toBe(1);
    await anybody().post('/auth/refresh', { refreshToken: session.refreshToken });
    const [token = ''] = tokens;
    await until('the stolen session is refused', async () => (await withToken(token).get('/auth/me')).status === 401, 2_000);
  });

  it('cost no command more than none in the steady state', async () => {
    const { session } = await signUp('cheap@example.com');
    const client = withToken(session.token);
    await client.get('/auth/me');
    // The job that tells of the sign-up may still run beside it: one look without it is enough.
    expect(await until('a request costs one command', async () => (await server.countCommands(() => client.get('/auth/me'))) === 1)).toBe(
      true,
    );
  });

  it('of another project are none', async () => {
    const { session } = await signUp('foreign@example.com');
    const foreign = createTestClient(`${server.origin}/p/${server.otherProject.id}/v1`, {
      'x-mainstay-key': 'pk_test',
      authorization: `Bearer ${session.token}`,
    });
    expect(await foreign.get('/auth/me')).toMatchObject({ status: 401 });
    expect(server.leaks).toEqual([]);
  });
});

describe('roles', () => {
  it('are named sets of users', async () => {
    const { user } = await signUp('editor@example.com');
    expect(await server.as('server').post('/roles', { name: 'editor', userIds: [user.id] })).toMatchObject({
      status: 201,
      body: { userIds: [user.id] },
    });
    expect(await server.as('server').get(`/users/${user.id}`)).toMatchObject({ body: { roles: ['editor'] } });
    expect(await server.as('server').post('/roles', { name: 'ghosts', userIds: ['nobody'] })).toMatchObject({ status: 422 });
    expect(await server.as('server').patch(`/users/${user.id}`, { roles: ['ghosts'] })).toMatchObject({ status: 422 });
    expect(await server.as('server').delete('/roles/editor')).toMatchObject({ status: 204 });
    expect(await server.as('server').get(`/users/${user.id}`)).toMatchObject({ body: { roles: [] } });
  });
});
