import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Resolvers } from '@mainstay/http';
import type { TestServer } from '@mainstay/testing';
import type { Principal } from '@mainstay/kernel';
import { createMailer, MailSettings } from '@mainstay/mail';
import { aContext, createTestClient, startTestServer, until } from '@mainstay/testing';
import type { Auth } from '../index.ts';
import { AuthSettings, authModule, createAuth } from '../index.ts';

const PASSWORD = 'correct horse';
interface SignedIn {
  user: { id: string };
  session: { token: string };
}

let server: TestServer;
let auth: Auth;
beforeAll(async () => {
  server = await startTestServer({
    modules: (frame) => {
      const mailer = createMailer(frame, { settings: MailSettings.parse({}), masterKey: Buffer.alloc(32, 3) });
      auth = createAuth(frame, { settings: AuthSettings.parse({}), mailer, masterKey: Buffer.alloc(32, 4) });
      return [authModule(auth)];
    },
    resolvers: (): Partial<Resolvers> => ({ principal: (context, bearer) => auth.resolvePrincipal(context, bearer) }),
  });
});
afterAll(() => server.end());

const asServer = () => server.as('server');
const withToken = (token: string) =>
  createTestClient(`${server.origin}/p/${server.project.id}/v1`, { 'x-mainstay-key': 'pk_test', authorization: `Bearer ${token}` });
const signUp = async (email: string, more: object = {}) =>
  (await server.as('anonymous').post<SignedIn>('/auth/signup', { email, password: PASSWORD, ...more })).body;
const principalOf = (token: string): Promise<Principal> =>
  Promise.resolve(auth.resolvePrincipal(aContext(server.project, server.log), token));

describe('claims', () => {
  it('are set by servers only, seen by the user, and count within a second', async () => {
    const { user, session } = await signUp('claims@example.com');
    expect(await principalOf(session.token)).not.toHaveProperty('claims');
    expect(await asServer().patch(`/users/${user.id}`, { claims: { plan: 'pro', seats: 3, of: { team: ['a'] } } })).toMatchObject({
      status: 200,
      body: { claims: { plan: 'pro' } },
    });
    await until('the claims count', async () => 'claims' in (await principalOf(session.token)), 1_000);
    expect(await principalOf(session.token)).toMatchObject({ claims: { plan: 'pro', seats: 3, of: { team: ['a'] } } });
    expect(await withToken(session.token).get('/auth/me')).toMatchObject({ body: { claims: { plan: 'pro' } } });
    expect((await withToken(session.token).patch('/auth/me', { claims: { plan: 'free' } })).status).toBe(422);
    expect((await withToken(session.token).patch(`/users/${user.id}`, { claims: {} })).status).toBe(403);
  });

  it.each([
    ['{"a.b":1}'],
    ['{"$eq":1}'],
    ['{"__proto__":{"admin":true}}'],
    ['{"constructor":1}'],
    ['{"a":{"b":{"c":{"d":{"e":1}}}}}'],
    ['[1]'],
    [`{"a":"${'x'.repeat(4_100)}"}`],
  ])('are refused when they are %s', async (text) => {
    const { id } = (await asServer().post<{ id: string }>('/users', { username: `u${Date.now()}`, password: PASSWORD })).body;
    expect([400, 422]).toContain((await asServer().patch(`/users/${id}`, `{"claims":${text}}`)).status);
    await asServer().delete(`/users/${id}`);
  });
});

describe('roles in roles', () => {
  const rolesOf = async (token: string): Promise<readonly string[]> => {
    const principal = await principalOf(token);
    return principal.type === 'user' ? [...principal.roles].sort() : [];
  };

  it('give their users the roles above, and take them away within a second', async () => {
    const { user, session } = await signUp('nested@example.com');
    await asServer().post('/roles', { name: 'editor', userIds: [user.id] });
    await asServer().post('/roles', { name: 'staff', roles: ['editor'] });
    expect(await asServer().post('/roles', { name: 'everybody', roles: ['staff'] })).toMatchObject({
      status: 201,
      body: { roles: ['staff'] },
    });
    await until('all count', async () => (await rolesOf(session.token)).length === 3, 1_000);
    expect(await rolesOf(session.token)).toEqual(['editor', 'everybody', 'staff']);
    await asServer().delete('/roles/staff');
    await until('one counts', async () => (await rolesOf(session.token)).length === 1, 1_000);
    expect((await asServer().get('/roles')).body).toMatchObject({ items: [{ name: 'editor' }, { name: 'everybody', roles: [] }] });
  });

  it('make no circle, not even when two halves of it come at once', async () => {
    for (const name of ['a', 'b', 'c']) await asServer().post('/roles', { name });
    expect((await asServer().patch('/roles/a', { roles: ['a'] })).body).toMatchObject({ code: 'role_circle' });
    expect((await asServer().patch('/roles/a', { roles: ['ghost'] })).status).toBe(422);
    await asServer().patch('/roles/a', { roles: ['b'] });
    const answers = await Promise.all([
      asServer().patch('/roles/b', { roles: ['c'] }),
      asServer().patch('/roles/c', { roles: ['a'] }),
      asServer().patch('/roles/c', { roles: ['b'] }),
    ]);
    expect(answers.some(({ status }) => status === 422)).toBe(true);
    const { body } = await asServer().get<{ items: { name: string; roles: string[] }[] }>('/roles');
    const held = new Map(body.items.map(({ name, roles }) => [name, roles]));
    const walk = (name: string, path: readonly string[]): boolean =>
      path.includes(name) || (held.get(name) ?? []).some((one) => walk(one, [...path, name]));
    expect(['a', 'b', 'c'].some((name) => walk(name, []))).toBe(false);
  });
});

describe('profiles', () => {
  it('have the fields that the project defines, each for its readers and writers', async () => {
    const fields = {
      city: { type: 'string', max: 20, readable: 'users', writable: 'own' },
      born: { type: 'date', writable: 'own' },
      level: { type: 'integer', min: 0, max: 9, readable: 'anyone', writable: 'server' },
      note: { type: 'string', readable: 'server', writable: 'server' },
    };
    expect(await asServer().put('/auth/profile-fields', { fields })).toMatchObject({ status: 200 });
    const { user, session } = await signUp('profile@example.com', { profile: { city: 'Paris' } });
    const me = withToken(session.token);
    await asServer().patch(`/users/${user.id}`, { profile: { level: 3, note: 'pays late' } });
    expect(await me.patch('/auth/me', { profile: { born: '1815-12-10' } })).toMatchObject({
      status: 200,
      body: { profile: { city: 'Paris', born: '1815-12-10', level: 3 } },
    });
    expect(JSON.stringify((await me.get('/auth/me')).body)).not.toContain('pays late');
    for (const [profile, code] of [
      [{ level: 9 }, 'not_writable'],
      [{ note: 'x' }, 'unknown_field'],
      [{ ghost: 1 }, 'unknown_field'],
      [{ city: 'x'.repeat(21) }, 'invalid_value'],
      [{ born: 'yesterday' }, 'invalid_value'],
      [{ city: { $ne: 1 } }, 'invalid_value'],
    ] as const) {
      expect(await me.patch('/auth/me', { profile })).toMatchObject({ status: 422, body: { errors: [{ code }] } });
    }
    const other = await signUp('other-profile@example.com');
    const path = `/users/${user.id}/profile`;
    expect((await withToken(other.session.token).get(path)).body).toEqual({
      id: user.id,
      name: null,
      profile: { city: 'Paris', level: 3 },
    });
    expect((await server.as('anonymous').get(path)).body).toMatchObject({ profile: { level: 3 } });
    expect((await asServer().get(path)).body).toMatchObject({ profile: { note: 'pays late' } });
    expect(await me.patch('/auth/me', { profile: { city: null } })).toMatchObject({ body: { profile: { born: '1815-12-10', level: 3 } } });
    expect((await asServer().put('/auth/profile-fields', { fields: { x: { type: 'string', pattern: '(a+)+$' } } })).status).toBe(422);
  });
});

describe('a search for users', () => {
  it('finds them by any word of the name, the user name, the address and the id', async () => {
    const { body } = await asServer().post<{ id: string }>('/users', {
      email: 'countess@lovelace.example',
      username: 'enchantress',
      password: PASSWORD,
      name: 'Ada King Lovelace',
    });
    const found = async (search: string) =>
      (await asServer().get<{ items: { id: string }[] }>(`/users?search=${encodeURIComponent(search)}`)).body.items.map(({ id }) => id);
    for (const search of ['ada k', 'KING', 'lovel', 'enchant', 'countess@', body.id]) expect(await found(search)).toEqual([body.id]);
    expect(await found('queen')).toEqual([]);
    await asServer().patch(`/users/${body.id}`, { name: 'Augusta' });
    expect([await found('king'), await found('august')]).toEqual([[], [body.id]]);
  });
});
