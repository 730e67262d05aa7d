import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Resolvers } from '@mainstay/http';
import { createMailer, MailSettings } from '@mainstay/mail';
import type { TestServer } from '@mainstay/testing';
import { createTestClient, startTestServer } from '@mainstay/testing';
import type { JSONWebKeySet } from 'jose';
import { createLocalJWKSet, decodeProtectedHeader, jwtVerify } from 'jose';
import type { Auth } from '../index.ts';
import { AuthSettings, authModule, createAuth } from '../index.ts';

const TEN = Array.from({ length: 10 }, (_, position) => position);
const MINUTE_MS = 60_000;

interface SignedIn {
  readonly user: { readonly id: string };
  readonly session: { readonly id: string; readonly token: string };
}

let server: TestServer;
let aheadMs = 0;
beforeAll(async () => {
  let auth: Auth;
  server = await startTestServer({
    modules: (frame) => {
      const clocked = { ...frame, clock: { now: () => Date.now() + aheadMs } };
      const mailer = createMailer(frame, { settings: MailSettings.parse({}), masterKey: Buffer.alloc(32, 3) });
      auth = createAuth(clocked, { settings: AuthSettings.parse({}), mailer, masterKey: Buffer.alloc(32, 4) });
      return [authModule(auth)];
    },
    resolvers: (): Partial<Resolvers> => ({ principal: (context, bearer) => auth.resolvePrincipal(context, bearer) }),
  });
});
afterAll(() => server.end());

const base = () => `${server.origin}/p/${server.project.id}/v1`;
const withToken = (token: string) => createTestClient(base(), { 'x-mainstay-key': 'pk_test', authorization: `Bearer ${token}` });
const someUser = async (email: string) =>
  (await server.as('anonymous').post<SignedIn>('/auth/signup', { email, password: 'correct horse' })).body;
const tokenOf = async (user: SignedIn) =>
  (await withToken(user.session.token).post<{ accessToken: string; expiresAt: string }>('/auth/access-token')).body.accessToken;
const published = async () => (await (await fetch(`${base()}/auth/jwks.json`)).json()) as JSONWebKeySet;
const kidOf = (token: string) => decodeProtectedHeader(token).kid;

/** As another service would. */
const verify = async (token: string) =>
  jwtVerify(token, createLocalJWKSet(await published()), {
    issuer: `${base()}/auth`,
    audience: server.project.id,
    algorithms: ['ES256'],
    currentDate: new Date(Date.now() + aheadMs),
  });

describe('an access token', () => {
  it('says who the user is to whoever has our public keys', async () => {
    const { user, session } = await someUser('holder@example.com');
    await server.as('server').post('/roles', { name: 'editor', userIds: [user.id] });
    const { payload } = await verify(await tokenOf({ user, session }));
    expect(payload).toMatchObject({ sub: user.id, sid: session.id, roles: ['editor'], email: 'holder@example.com' });
    expect((payload.exp ?? 0) - (payload.iat ?? 0)).toBe(300);
  });

  it('is nobody without a session, and no session', async () => {
    expect(await server.as('anonymous').post('/auth/access-token')).toMatchObject({ status: 401 });
    expect(await server.as('server').post('/auth/access-token')).toMatchObject({ status: 401 });
    const { user, session } = await someUser('no-session@example.com');
    const token = await tokenOf({ user, session });
    expect(await withToken(token).get('/auth/me')).toMatchObject({ status: 401, body: { code: 'session_invalid' } });
  });

  it('runs out', async () => {
    const token = await tokenOf(await someUser('late@example.com'));
    aheadMs = 6 * MINUTE_MS;
    await expect(verify(token)).rejects.toThrow('exp');
    aheadMs = 0;
  });
});

describe('signing keys', () => {
  it('are one for ten who need the first at once, without their private part to anybody', async () => {
    const { otherProject } = server;
    const { body } = await server.as('anonymous', otherProject).post<SignedIn>('/auth/anonymous');
    const headers = { 'x-mainstay-key': 'pk_test', authorization: `Bearer ${body.session.token}` };
    const client = createTestClient(`${server.origin}/p/${otherProject.id}/v1`, headers);
    const answers = await Promise.all(TEN.map(() => client.post<{ accessToken: string }>('/auth/access-token')));
    expect(new Set(answers.map((answer) => kidOf(answer.body.accessToken))).size).toBe(1);
    const answer = await fetch(`${server.origin}/p/${otherProject.id}/v1/auth/jwks.json`);
    const { keys } = (await answer.json()) as JSONWebKeySet;
    expect(keys).toEqual([expect.objectContaining({ kty: 'EC', crv: 'P-256', alg: 'ES256', use: 'sig' })]);
    expect(keys[0]).not.toHaveProperty('d');
    expect(answer.headers.get('cache-control')).toBe('public, max-age=300');
    await expect(verify(answers[0]?.body.accessToken ?? '')).rejects.toThrow('no applicable key');
  });

  it('are changed once by ten at once; tokens of the one before stay valid until they have run out', async () => {
    const user = await someUser('rotating@example.com');
    const old = await tokenOf(user);
    const rotate = () => server.as('server').post<{ id: string }>('/auth/signing-keys/rotate', { current: kidOf(old) });
    const rotations = await Promise.all(TEN.map(rotate));
    expect(new Set(rotations.map(({ status, body }) => `${status} ${body.id}`)).size).toBe(1);
    const fresh = await tokenOf(user);
    expect(kidOf(fresh)).toBe(rotations[0]?.body.id);
    expect(kidOf(fresh)).not.toBe(kidOf(old));
    expect((await verify(old)).payload.sub).toBe(user.user.id);
    expect((await verify(fresh)).payload.sub).toBe(user.user.id);
    aheadMs = 8 * MINUTE_MS;
    expect((await published()).keys.map(({ kid }) => kid)).toEqual([kidOf(fresh)]);
    aheadMs = 0;
  });

  it('are changed by admins alone', async () => {
    expect(await server.as('anonymous').post('/auth/signing-keys/rotate')).toMatchObject({ status: 403 });
    expect(await server.as('anonymous').get('/auth/signing-keys')).toMatchObject({ status: 403 });
    expect((await server.as('server').get<{ items: unknown[] }>('/auth/signing-keys')).body.items.length).toBeGreaterThan(0);
    expect(server.leaks).toEqual([]);
  });
});
