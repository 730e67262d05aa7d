import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { OrganizationId, ProjectId } from '@mainstay/kernel';
import { createId } from '@mainstay/kernel';
import { defineModule } from '@mainstay/host';
import { defineRoute } from '@mainstay/http';
import type { TestClient, TestServer } from '@mainstay/testing';
import { createTestClient } from '@mainstay/testing';
import { z } from 'zod';
import type { Platform } from './index.ts';
import { AuditKind } from './platform.model.ts';
import type { Person, TestPlatform } from './start-test-platform.ts';
import { PASSWORD, startTestPlatform } from './start-test-platform.ts';

const STORED_BYTES = 1_234;

interface NewProject {
  readonly project: { id: string; organizationId: string };
  readonly keys: Record<'publishable' | 'secret', { id: string; key: string }>;
}

let test: TestPlatform;
let server: TestServer;
let platform: Platform;

/** A room with one route for clients and one for servers, to see whom the doors let in. */
const echoModule = defineModule({
  name: 'echo',
  api: () =>
    Promise.resolve({
      routes: [
        defineRoute({
          method: 'get',
          path: '/who',
          summary: 'Say who asks',
          access: 'client',
          status: 200,
          response: z.object({ type: z.string(), role: z.string().optional() }),
          handle: ({ principal }) => (principal.type === 'account' ? { type: 'account', role: principal.role } : { type: principal.type }),
        }),
        defineRoute({ method: 'post', path: '/change', summary: 'Change', access: 'server', status: 204, handle: () => undefined }),
      ],
    }),
});

beforeAll(async () => {
  const usageReaders = { storage: () => Promise.resolve({ storageBytes: STORED_BYTES }) };
  test = await startTestPlatform({ more: [echoModule], dependencies: { usageReaders } });
  ({ server, platform } = test);
});
afterAll(() => server.end());

const at = (headers?: Record<string, string>): TestClient => test.at(headers);
const signUp = (name?: string): Promise<Person> => test.signUp(name);
const join = (owner: Person, role: string): Promise<Person> => test.join(owner, role);
const invite = (owner: Person, email: string, role?: string): Promise<string> => test.invite(owner, email, role);
const inProject = (project: string, headers: Record<string, string>): TestClient =>
  createTestClient(`${server.origin}/p/${project}/v1`, headers);
const cookieOf = (headers: Headers): string => headers.getSetCookie().map((line) => line.split(';')[0] ?? '')[0] ?? '';

async function makeProject({ client }: Person): Promise<NewProject> {
  const { status, body } = await client.post<NewProject>('/projects', { name: 'Green House' });
  expect(status).toBe(201);
  return body;
}

describe('accounts', () => {
  it('sign up, get an organization and a session, and sign out', async () => {
    const { client, email, cookie } = await signUp('ada');
    expect((await client.get('/me')).body).toMatchObject({ account: { email, name: 'ada' }, organizations: [{ role: 'owner' }] });
    expect(await client.post('/logout')).toMatchObject({ status: 204 });
    expect(await at({ cookie }).get('/me')).toMatchObject({ status: 401 });
  });

  it('need the CSRF token for every change under a cookie', async () => {
    const { withoutToken, client } = await signUp();
    expect(await withoutToken.post('/projects', { name: 'x' })).toMatchObject({ status: 403, body: { code: 'csrf_token_wrong' } });
    expect(await client.post('/projects', { name: 'x' }, { 'sec-fetch-site': 'cross-site' })).toMatchObject({ status: 403 });
    expect(await client.patch('/me', { name: 'Countess' })).toMatchObject({ status: 200, body: { name: 'Countess' } });
  });

  it('get one answer for a wrong password and an unknown address', async () => {
    const { email } = await signUp();
    const wrong = await at().post('/login', { email, password: 'not this one' });
    const unknown = await at().post('/login', { email: 'nobody@example.com', password: 'not this one' });
    expect([wrong.status, wrong.body['code'], wrong.body['detail']]).toEqual([
      unknown.status,
      unknown.body['code'],
      unknown.body['detail'],
    ]);
    expect(wrong).toMatchObject({ status: 401, body: { code: 'sign_in_failed' } });
    expect(await at().post('/login', { email: email.toUpperCase(), password: PASSWORD })).toMatchObject({ status: 200 });
  });

  it('have an address once, even when ten sign up with it at the same time', async () => {
    const email = `once-${createId()}@example.com`;
    const answers = await Promise.all(Array.from({ length: 10 }, () => at().post('/signup', { email, password: PASSWORD })));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(answers.filter(({ body }) => body['code'] === 'account_exists')).toHaveLength(9);
    expect(await at().post('/signup', { email: `x${email}`, password: 'short' })).toMatchObject({
      body: { code: 'password_unacceptable' },
    });
  });

  it('change the password with the current one, which ends the other sessions', async () => {
    const { client, email } = await signUp();
    const other = at({ cookie: cookieOf((await at().post('/login', { email, password: PASSWORD })).headers) });
    expect(await other.get('/me')).toMatchObject({ status: 200 });
    const newPassword = 'another long password';
    const link = await platform.createSignInLink(email);
    expect(await client.post('/me/password', { currentPassword: 'wrong one', newPassword })).toMatchObject({ status: 401 });
    expect(await client.post('/me/password', { currentPassword: PASSWORD, newPassword })).toMatchObject({ status: 204 });
    expect(await other.get('/me')).toMatchObject({ status: 401 });
    expect(await at().post('/login/link', { token: link })).toMatchObject({ status: 401, body: { code: 'link_used_up' } });
    expect(await client.get('/me')).toMatchObject({ status: 200 });
    expect(await at().post('/login', { email, password: newPassword })).toMatchObject({ status: 200 });
  });

  it('are signed in once by a one-time link', async () => {
    const { email } = await signUp();
    const token = await platform.createSignInLink(email);
    const answers = await Promise.all(Array.from({ length: 5 }, () => at().post('/login/link', { token })));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 401, 401, 401, 401]);
  });

  it('use personal access tokens without CSRF token until they are revoked', async () => {
    const { client } = await signUp();
    const made = await client.post<{ id: string; token: string }>('/tokens', { name: 'CI' });
    expect(made.body.token).toMatch(/^pat_[\w-]{43}[0-9A-Za-z]{6}$/);
    const robot = at({ authorization: `Bearer ${made.body.token}` });
    const created = await robot.post<NewProject>('/projects', { name: 'By robot' });
    expect(created.status).toBe(201);
    const api = inProject(created.body.project.id, { authorization: `Bearer ${made.body.token}` });
    expect(await api.get('/who')).toMatchObject({ status: 200, body: { type: 'account', role: 'owner' } });
    expect(JSON.stringify((await client.get('/tokens')).body)).not.toContain(made.body.token);
    expect(await client.delete(`/tokens/${made.body.id}`)).toMatchObject({ status: 204 });
    expect(await robot.get('/me')).toMatchObject({ status: 401 });
  });
});

describe('members', () => {
  it('are invited by a link that works once and for one address', async () => {
    const owner = await signUp();
    const guest = await signUp('guest');
    const token = await invite(owner, guest.email);
    const stranger = await signUp('stranger');
    expect(await stranger.client.post('/invitations/accept', { token })).toMatchObject({ status: 401, body: { code: 'link_used_up' } });
    const answers = await Promise.all(Array.from({ length: 10 }, () => guest.client.post('/invitations/accept', { token })));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(answers.filter(({ body }) => body['code'] === 'link_used_up')).toHaveLength(9);
    const members = await owner.client.get<{ items: unknown[] }>(`/organizations/${owner.organization}/members`);
    expect(members.body.items).toHaveLength(2);
  });

  it('keep their role when they accept another invitation', async () => {
    const owner = await signUp();
    const token = await invite(owner, owner.email, 'viewer');
    expect(await owner.client.post('/invitations/accept', { token })).toMatchObject({ status: 409, body: { code: 'already_member' } });
    expect(await owner.client.get(`/organizations/${owner.organization}`)).toMatchObject({ body: { role: 'owner' } });
  });

  it('withdraw an invitation', async () => {
    const owner = await signUp();
    const guest = await signUp('guest');
    const token = await invite(owner, guest.email);
    const list = `/organizations/${owner.organization}/invitations`;
    const { body } = await owner.client.get<{ items: { id: string }[] }>(list);
    expect(await owner.client.delete(`${list}/${body.items[0]?.id}`)).toMatchObject({ status: 204 });
    expect(await guest.client.post('/invitations/accept', { token })).toMatchObject({ status: 401 });
  });

  it('always include an owner, also when two owners leave at once', async () => {
    const first = await signUp();
    const members = `/organizations/${first.organization}/members`;
    expect(await first.client.patch(`${members}/${first.id}`, { role: 'viewer' })).toMatchObject({
      status: 409,
      body: { code: 'last_owner' },
    });
    expect(await first.client.delete(`${members}/${first.id}`)).toMatchObject({ status: 409 });
    const second = await join(first, 'owner');
    const left = await Promise.all([first, second].map(({ client, id }) => client.delete(`${members}/${id}`)));
    expect(left.map(({ status }) => status).sort()).toEqual([204, 409]);
  });

  it('may do what their role says, and strangers see nothing', async () => {
    const owner = await signUp();
    const { project } = await makeProject(owner);
    const [viewer, developer, admin, stranger] = [
      await join(owner, 'viewer'),
      await join(owner, 'developer'),
      await join(owner, 'admin'),
      await signUp('stranger'),
    ];
    const address = `/projects/${project.id}`;
    const newKey = { kind: 'publishable', name: 'Another' };
    const statuses = async (call: (client: TestClient) => Promise<{ status: number }>): Promise<number[]> => {
      const answers: number[] = [];
      for (const { client } of [stranger, viewer, developer, admin]) answers.push((await call(client)).status);
      return answers;
    };
    expect(await statuses((client) => client.get(address))).toEqual([404, 200, 200, 200]);
    expect(await statuses((client) => client.post(`${address}/keys`, newKey))).toEqual([404, 403, 403, 201]);
    expect(await statuses((client) => client.patch(address, { name: 'New' }))).toEqual([404, 403, 403, 200]);
    expect(await statuses((client) => client.get(`${address}/audit`))).toEqual([404, 403, 403, 200]);
    expect(await statuses((client) => client.delete(address))).toEqual([404, 403, 403, 403]);
    const members = `/organizations/${owner.organization}/members`;
    expect(await statuses((client) => client.delete(`${members}/${owner.id}`))).toEqual([404, 403, 403, 403]);
    expect(await admin.client.patch(`${members}/${viewer.id}`, { role: 'owner' })).toMatchObject({ body: { code: 'member_role_too_low' } });
    const atProject = inProject(project.id, { cookie: viewer.cookie });
    expect(await atProject.get('/who')).toMatchObject({ body: { type: 'account', role: 'viewer' } });
    expect(await inProject(project.id, { cookie: stranger.cookie }).get('/who')).toMatchObject({ status: 404 });
    await owner.client.delete(`${members}/${viewer.id}`);
    expect(await atProject.get('/who')).toMatchObject({ status: 404 });
  });
});

describe('projects', () => {
  it('come with two keys, limits and an entry in the list', async () => {
    const owner = await signUp();
    const { project, keys } = await makeProject(owner);
    expect(project).toMatchObject({
      name: 'Green House',
      role: 'owner',
      limits: { requestsPerSecond: 1_000, collections: 100 },
      origins: [],
    });
    expect(keys.publishable.key).toMatch(new RegExp(`^pk_${project.id}_[\\w-]{32}[0-9A-Za-z]{6}$`));
    expect((await owner.client.get('/projects?limit=1000')).body).toMatchObject({ items: [{ id: project.id }], nextCursor: null });
    const listed = await owner.client.get(`/projects/${project.id}/keys`);
    expect(JSON.stringify(listed.body)).toContain(keys.publishable.key);
    expect(JSON.stringify(listed.body)).not.toContain(keys.secret.key);
    const rows = JSON.stringify(await platform.keys.list(project.id as ProjectId));
    expect(rows).not.toContain(keys.secret.key);
  });

  it('open with their own keys only', async () => {
    const owner = await signUp();
    const [mine, other] = [await makeProject(owner), await makeProject(owner)];
    const who = (key: string, project = mine.project.id) => inProject(project, { 'x-mainstay-key': key }).get('/who');
    expect(await who(mine.keys.publishable.key)).toMatchObject({ status: 200, body: { type: 'anonymous' } });
    expect(await who(mine.keys.secret.key)).toMatchObject({ status: 200, body: { type: 'key' } });
    const foreign = await who(other.keys.secret.key);
    const disguised = await who(other.keys.secret.key.replace(other.project.id, mine.project.id));
    expect(foreign).toMatchObject({ status: 401, body: { code: 'key_invalid' } });
    expect(disguised).toMatchObject({ status: 401, body: { code: 'key_invalid', detail: foreign.body['detail'] } });
    expect(await inProject(createId(), {}).get('/who')).toMatchObject({ status: 404, body: { code: 'project_not_found' } });
  });

  it('tell a mistyped key by its checksum, before any look-up', async () => {
    const { project, keys } = await makeProject(await signUp());
    const mistyped = (key: string): string => key.replace(/.(.{6})$/, (end) => (end.startsWith('A') ? 'B' : 'A') + end.slice(1));
    await inProject(project.id, { 'x-mainstay-key': keys.secret.key }).get('/who');
    for (const key of [keys.secret.key, keys.publishable.key]) {
      const commands = await server.countCommands(async () => {
        const answer = await inProject(project.id, { 'x-mainstay-key': mistyped(key) }).get('/who');
        expect(answer).toMatchObject({ status: 401, body: { code: 'key_invalid' } });
      });
      expect(commands).toBe(0);
    }
  });

  it('answer known keys without a promise and without a command', async () => {
    const { project, keys } = await makeProject(await signUp());
    await platform.resolveProject(project.id, keys.secret.key);
    const commands = await server.countCommands(() => {
      expect(platform.resolveProject(project.id, keys.secret.key)).not.toBeInstanceOf(Promise);
      return Promise.resolve();
    });
    expect(commands).toBe(0);
  });

  it('roll a key with an overlap or at once, and revoke keys at once', async () => {
    const owner = await signUp();
    const { project, keys } = await makeProject(owner);
    const address = `/projects/${project.id}/keys`;
    const status = async (key: string) => (await inProject(project.id, { 'x-mainstay-key': key }).get('/who')).status;
    const next = await owner.client.post<{ id: string; key: string }>(`${address}/${keys.secret.id}/roll`, { overlapSeconds: 60 });
    expect([next.status, await status(keys.secret.key), await status(next.body.key)]).toEqual([201, 200, 200]);
    const last = await owner.client.post<{ id: string; key: string }>(`${address}/${next.body.id}/roll`, {});
    expect([await status(next.body.key), await status(last.body.key)]).toEqual([401, 200]);
    expect(await owner.client.delete(`${address}/${last.body.id}`)).toMatchObject({ status: 204 });
    expect(await status(last.body.key)).toBe(401);
    expect(await owner.client.delete(`${address}/${last.body.id}`)).toMatchObject({ status: 404 });
  });

  it('change name, origins and limits, which count from the next request on', async () => {
    const owner = await signUp();
    const { project, keys } = await makeProject(owner);
    const patch = { name: 'Blue House', origins: ['https://app.example.com'], limits: { collections: 7 } };
    const changed = await owner.client.patch(`/projects/${project.id}`, patch);
    expect(changed.body).toMatchObject({ name: 'Blue House', limits: { collections: 7, requestsPerSecond: 1_000 } });
    const from = (origin: string) => inProject(project.id, { 'x-mainstay-key': keys.publishable.key, origin }).get('/who');
    expect((await from('https://app.example.com')).status).toBe(200);
    expect((await from('https://evil.example.com')).status).toBe(403);
    expect((await platform.loadProject(project.id as ProjectId))?.limits.collections).toBe(7);
    expect(await owner.client.patch(`/projects/${project.id}`, { limits: { collections: 0 } })).toMatchObject({ status: 422 });
  });

  it('are gone for everybody as soon as they are deleted', async () => {
    const owner = await signUp();
    const { project, keys } = await makeProject(owner);
    const api = inProject(project.id, { 'x-mainstay-key': keys.secret.key });
    expect(await api.post('/change')).toMatchObject({ status: 204 });
    expect(await owner.client.delete(`/projects/${project.id}`)).toMatchObject({ status: 204 });
    expect(await api.post('/change')).toMatchObject({ status: 401 });
    expect(await owner.client.get(`/projects/${project.id}`)).toMatchObject({ status: 404 });
    expect(await platform.loadProject(project.id as ProjectId)).toBeNull();
  });

  it('report their usage beside their limits', async () => {
    const owner = await signUp();
    const { project } = await makeProject(owner);
    const usage = await owner.client.get(`/projects/${project.id}/usage`);
    expect(usage.body).toMatchObject({ storageBytes: STORED_BYTES, limits: { connections: 10_000 } });
  });

  it('keep an audit log that shows when an entry was changed', async () => {
    const owner = await signUp();
    const { project } = await makeProject(owner);
    const address = `/projects/${project.id}`;
    const names = Array.from({ length: 8 }, (_, index) => `Key ${index}`);
    await Promise.all(names.map((name) => owner.client.post(`${address}/keys`, { kind: 'secret', name })));
    const page = await owner.client.get<{ items: Record<string, unknown>[]; nextCursor: string }>(`${address}/audit?limit=5`);
    expect(page.body.items[0]).toMatchObject({ actor: owner.email, action: 'key.created' });
    const rest = await owner.client.get<{ items: Record<string, unknown>[] }>(`${address}/audit?cursor=${page.body.nextCursor}`);
    expect(rest.body.items.at(-1)).toMatchObject({ action: 'project.created' });
    expect(page.body.items.length + rest.body.items.length).toBe(9);
    expect(JSON.stringify([page.body, rest.body])).not.toMatch(/sk_|"hash"/);
    const scope = `project:${project.id}`;
    expect(await platform.audit.verify(scope)).toBe(true);
    await server.frame.store.control(AuditKind).update({ scope, sequence: 4 }, { $set: { actor: 'somebody else' } });
    expect(await platform.audit.verify(scope)).toBe(false);
  });

  it('belong to an organization that the creator administers', async () => {
    const owner = await signUp();
    const developer = await join(owner, 'developer');
    const organizationId = owner.organization as OrganizationId;
    expect(await developer.client.post('/projects', { name: 'x', organizationId })).toMatchObject({ status: 403 });
    expect(await (await signUp()).client.post('/projects', { name: 'x', organizationId })).toMatchObject({ status: 404 });
    expect(await developer.client.post('/projects', { name: 'own' })).toMatchObject({ status: 201 });
  });
});
