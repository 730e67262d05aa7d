import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Resolvers } from '@mainstay/http';
import { createMailer, MailSettings } from '@mainstay/mail';
import type { OidcIssuer, Person, TestServer } from '@mainstay/testing';
import { createOidcIssuer, createPasskeyAuthenticator, createTestClient, startTestServer, totpCode } from '@mainstay/testing';
import { createHash, generateKeyPairSync, randomBytes } from 'node:crypto';
import type { Auth } from '../index.ts';
import { AuthSettings, authModule, createAuth } from '../index.ts';

const PASSWORD = 'correct horse';
const APP = 'https://app.example/signed-in';
const PASSKEY_ORIGIN = 'https://app.example';
const TEN = Array.from({ length: 10 }, (_, position) => position);
const MINUTE_MS = 60_000;

interface SignedIn {
  readonly user: { readonly id: string; readonly email: string | null; readonly emailVerified: boolean; readonly anonymous: boolean };
  readonly session: { readonly token: string };
}

let server: TestServer;
let issuer: OidcIssuer;
let aheadMs = 0;
beforeAll(async () => {
  issuer = await createOidcIssuer();
  let auth: Auth;
  server = await startTestServer({
    modules: (frame) => {
      const clocked = { ...frame, clock: { now: () => Date.now() + aheadMs } };
      const mailer = createMailer(frame, { settings: MailSettings.parse({}), masterKey: Buffer.alloc(32, 3) });
      const settings = AuthSettings.parse({ allowPrivateIssuers: 'true', flowsPerIpHour: 10_000, signUpsPerIpHour: 10_000 });
      auth = createAuth(clocked, { settings, mailer, masterKey: Buffer.alloc(32, 4) });
      return [authModule(auth)];
    },
    resolvers: (): Partial<Resolvers> => ({ principal: (context, bearer) => auth.resolvePrincipal(context, bearer) }),
  });
  await server.as('server').patch('/auth/settings', { appUrl: APP, passkeys: { rpId: 'app.example', origins: [PASSKEY_ORIGIN] } });
  for (const preset of ['oidc', 'github', 'facebook', 'discord']) await setUp(preset, preset);
});
afterAll(async () => {
  await server.end();
  await issuer.stop();
});
beforeEach(() => {
  Object.assign(issuer, { forgery: {}, answersAs: issuer.url, keysUrl: `${issuer.url}/jwks` });
});
afterEach(() => {
  aheadMs = 0;
});

const setUp = (name: string, preset: string, more: object = {}) =>
  server.as('server').put(`/auth/providers/${name}`, {
    preset,
    issuer: issuer.url,
    clientId: issuer.clientId,
    clientSecret: issuer.clientSecret,
    ...more,
  });
const anybody = () => server.as('anonymous');
const base = () => `${server.origin}/p/${server.project.id}/v1`;
const withToken = (token: string) => createTestClient(base(), { 'x-mainstay-key': 'pk_test', authorization: `Bearer ${token}` });
const signUp = async (email: string) => (await anybody().post<SignedIn>('/auth/signup', { email, password: PASSWORD })).body;
const successesOf = (answers: readonly { status: number }[]): number => answers.filter(({ status }) => status < 300).length;

/** What an app makes before it sends the browser away (RFC 7636). */
function aVerifier() {
  const codeVerifier = randomBytes(32).toString('base64url');
  return { codeVerifier, codeChallenge: createHash('sha256').update(codeVerifier).digest('base64url') };
}

/** A browser as far as redirects and cookies go. */
async function visit(url: string, cookie = '') {
  const answer = await fetch(url, { redirect: 'manual', headers: cookie === '' ? {} : { cookie } });
  const set = answer.headers.getSetCookie()[0]?.split(';')[0] ?? cookie;
  return { status: answer.status, location: answer.headers.get('location') ?? '', cookie: set, body: await answer.text() };
}

/** The way to the provider and back to our door, which is not opened yet. */
async function toTheDoor(name: string, { codeChallenge, query = '' }: { codeChallenge: string; query?: string }) {
  const begun = await visit(`${base()}/auth/providers/${name}/authorize?codeChallenge=${codeChallenge}${query}`);
  const back = await visit(begun.location);
  return { begun, back, cookie: begun.cookie };
}

/** What the app's own address is told in the end. */
async function tellsApp(name: string, codeChallenge: string) {
  const { back, cookie } = await toTheDoor(name, { codeChallenge });
  const { location } = await visit(back.location, cookie);
  expect(location.startsWith(APP)).toBe(true);
  return Object.fromEntries(new URL(location).searchParams) as { code?: string; error?: string };
}

async function signInWith(name: string, person: Person | null = issuer.person) {
  issuer.person = person;
  const { codeVerifier, codeChallenge } = aVerifier();
  const { code = '', error } = await tellsApp(name, codeChallenge);
  expect(error).toBeUndefined();
  return anybody().post<SignedIn>('/auth/providers/exchange', { code, codeVerifier });
}

describe('settings of providers', () => {
  it('never show the secret, keep it where it is left out, and seal it', async () => {
    const admin = server.as('server');
    expect(await setUp('acme', 'oidc')).toMatchObject({ status: 200, body: { name: 'acme', hasSecret: true } });
    const again = await admin.put('/auth/providers/acme', { preset: 'oidc', issuer: issuer.url, clientId: 'other' });
    expect(again).toMatchObject({ status: 200, body: { clientId: 'other', hasSecret: true } });
    const moved = await admin.put('/auth/providers/acme', { preset: 'oidc', issuer: 'https://evil.example', clientId: 'other' });
    expect(moved).toMatchObject({ status: 422, body: { errors: [{ path: 'clientSecret', code: 'required' }] } });
    expect((await admin.get('/auth/providers/acme')).body).toMatchObject({ callbackUrl: `${base()}/auth/providers/acme/callback` });
    const without = await admin.put('/auth/providers/acme', { preset: 'oidc', issuer: issuer.url, clientId: 'other', clientSecret: null });
    expect(without.body).toMatchObject({ hasSecret: false });
    expect(JSON.stringify((await admin.get('/auth/providers')).body)).not.toContain(issuer.clientSecret);
    expect(await admin.delete('/auth/providers/acme')).toMatchObject({ status: 204 });
    expect(await admin.get('/auth/providers/acme')).toMatchObject({ status: 404, body: { code: 'provider_not_found' } });
    expect(await anybody().get('/auth/providers')).toMatchObject({ status: 403 });
    expect((await anybody().get<{ items: unknown[] }>('/auth/providers/offered')).body.items).toHaveLength(4);
    const elsewhere = server.as('server', server.otherProject);
    expect((await elsewhere.get('/auth/providers/oidc')).status).toBe(404);
  });

  it.each([
    ['an issuer that is none', { preset: 'oidc', issuer: 'nonsense', clientId: 'a' }],
    ['none where it is needed', { preset: 'oidc', clientId: 'a' }],
    ['an issuer with credentials', { preset: 'oidc', issuer: 'https://a:b@id.example', clientId: 'a' }],
    ['Apple without a key', { preset: 'apple', clientId: 'a', clientSecret: 'text', teamId: 'A123456789', keyId: 'B123456789' }],
    ['fields that there are not', { preset: 'google', clientId: 'a', redirectUri: 'https://evil.example' }],
  ])('refuse %s', async (_case, body) => {
    expect(await server.as('server').put('/auth/providers/bad', body)).toMatchObject({ status: 422, body: { code: 'invalid_input' } });
  });

  it('are checked against the provider', async () => {
    expect(await server.as('server').post('/auth/providers/oidc/check')).toMatchObject({ status: 204 });
    await setUp('gone', 'oidc', { issuer: 'http://127.0.0.1:9/' });
    const unreachable = { status: 502, body: { code: 'provider_unreachable' } };
    expect(await server.as('server').post('/auth/providers/gone/check')).toMatchObject(unreachable);
    const query = `codeChallenge=${aVerifier().codeChallenge}`;
    expect(await visit(`${base()}/auth/providers/gone/authorize?${query}`)).toMatchObject({ status: 502 });
    expect(await server.as('server').delete('/auth/providers/gone')).toMatchObject({ status: 204 });
  });

  it('take the key of Apple', async () => {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const clientSecret = privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;
    const body = { preset: 'apple', clientId: 'com.example.app', clientSecret, teamId: 'A123456789', keyId: 'B123456789', enabled: false };
    expect(await server.as('server').put('/auth/providers/apple', body)).toMatchObject({ status: 200, body: { hasSecret: true } });
    const begun = await visit(`${base()}/auth/providers/apple/authorize?codeChallenge=${aVerifier().codeChallenge}`);
    expect(begun).toMatchObject({ status: 403 });
  });
});

describe('sign-in with a provider', () => {
  it.each(['oidc', 'github', 'facebook', 'discord'])('makes a user, and finds it again (%s)', async (name) => {
    const person = { subject: '1001', email: `${name}@Example.com`, emailVerified: true, name: 'Ada' };
    const first = await signInWith(name, person);
    expect(first).toMatchObject({ status: 200, body: { user: { email: `${name}@example.com`, name: 'Ada', anonymous: false } } });
    expect(first.body.user.emailVerified).toBe(name !== 'facebook');
    const second = await signInWith(name, { ...person, email: 'moved@example.com' });
    expect(second.body.user).toMatchObject({ id: first.body.user.id, email: `${name}@example.com` });
    const { items } = (await withToken(second.body.session.token).get<{ items: unknown[] }>('/auth/identities')).body;
    expect(items).toEqual([expect.objectContaining({ provider: name, subject: '1001', email: 'moved@example.com' })]);
  });

  it('tells the app what went wrong, and nothing else', async () => {
    issuer.person = null;
    expect(await tellsApp('oidc', aVerifier().codeChallenge)).toEqual({ error: 'access_denied' });
  });

  it('gives the code to one of ten browsers, and a session for it to one of ten apps', async () => {
    issuer.person = { subject: 'ten', email: 'ten@example.com', emailVerified: true };
    const { codeVerifier, codeChallenge } = aVerifier();
    const { back, cookie } = await toTheDoor('oidc', { codeChallenge });
    const answers = await Promise.all(TEN.map(() => visit(back.location, cookie)));
    const told = answers.filter(({ status }) => status === 302);
    expect(told).toHaveLength(1);
    const code = new URL(told[0]?.location ?? '').searchParams.get('code') ?? '';
    const stranger = await anybody().post('/auth/providers/exchange', { code, codeVerifier: aVerifier().codeVerifier });
    expect(stranger).toMatchObject({ status: 401, body: { code: 'provider_flow_invalid' } });
    const exchanges = await Promise.all(TEN.map(() => anybody().post('/auth/providers/exchange', { code, codeVerifier })));
    expect(successesOf(exchanges)).toBe(1);
  });

  it('makes one user of ten first sign-ins at once', async () => {
    issuer.person = { subject: 'crowd' };
    const flows = await Promise.all(
      TEN.map(async () => {
        const { codeVerifier, codeChallenge } = aVerifier();
        return { codeVerifier, ...(await tellsApp('oidc', codeChallenge)) };
      }),
    );
    const answers = await Promise.all(
      flows.map(({ code, codeVerifier }) => anybody().post<SignedIn>('/auth/providers/exchange', { code, codeVerifier })),
    );
    expect(successesOf(answers)).toBe(10);
    expect(new Set(answers.map(({ body }) => body.user.id)).size).toBe(1);
  });

  it('refuses a missing, invented, foreign or late state', async () => {
    issuer.person = { subject: 'state' };
    const { codeChallenge } = aVerifier();
    const { back, cookie } = await toTheDoor('oidc', { codeChallenge });
    const refused = { status: 401 };
    const changed = (change: (url: URL) => void): string => {
      const url = new URL(back.location);
      change(url);
      return url.href;
    };
    expect(
      await visit(
        changed((url) => url.searchParams.delete('state')),
        cookie,
      ),
    ).toMatchObject(refused);
    expect(
      await visit(
        changed((url) => url.searchParams.set('state', 'invented')),
        cookie,
      ),
    ).toMatchObject(refused);
    expect(await visit(back.location)).toMatchObject(refused);
    const otherBrowser = `mainstay-flow=${randomBytes(32).toString('base64url')}`;
    expect(await visit(back.location, otherBrowser)).toMatchObject(refused);
    expect(await visit(back.location.replace('/oidc/', '/github/'), cookie)).toMatchObject(refused);
    expect(await visit(back.location.replace(server.project.id, server.otherProject.id), cookie)).toMatchObject(refused);
    aheadMs = 11 * MINUTE_MS;
    expect(await visit(back.location, cookie)).toMatchObject(refused);
    aheadMs = 0;
    expect(await visit(back.location, cookie)).toMatchObject({ status: 302 });
    expect(await visit(back.location, cookie)).toMatchObject(refused);
  });

  it('refuses the code of somebody else, and one that another issuer gave', async () => {
    issuer.person = { subject: 'mixed' };
    const mine = await toTheDoor('oidc', aVerifier());
    const theirs = await toTheDoor('oidc', aVerifier());
    const url = new URL(mine.back.location);
    url.searchParams.set('code', new URL(theirs.back.location).searchParams.get('code') ?? '');
    expect((await visit(url.href, mine.cookie)).location).toBe(`${APP}?error=provider_failed`);
    issuer.answersAs = 'https://evil.example';
    expect(await tellsApp('oidc', aVerifier().codeChallenge)).toEqual({ error: 'provider_failed' });
  });

  it.each([
    ['another issuer', { claims: { iss: 'https://evil.example' } }],
    ['another app', { claims: { aud: 'another-app' } }],
    ['another nonce', { claims: { nonce: 'another' } }],
    ['another time', { claims: { exp: 1_000 } }],
    ['no signature', { isUnsigned: true }],
    ['a key that nobody published', { header: { kid: 'unknown' } }],
    ['the public key as a secret', { header: { alg: 'HS256' }, key: new TextEncoder().encode('the public key of the issuer, as text') }],
  ])('refuses an id token of %s', async (_case, forgery) => {
    issuer.person = { subject: 'forged', email: 'forged@example.com', emailVerified: true };
    issuer.forgery = forgery;
    expect(await tellsApp('oidc', aVerifier().codeChallenge)).toEqual({ error: 'provider_failed' });
  });

  it.each(['https://evil.example/', 'javascript:alert(1)', 'https://app.example.evil.example/signed-in', '//evil.example'])(
    'does not lead to %s',
    async (redirectTo) => {
      const query = `&redirectTo=${encodeURIComponent(redirectTo)}`;
      const { begun } = await toTheDoor('oidc', { ...aVerifier(), query }).catch(() => ({ begun: null }));
      expect(begun).toBeNull();
      const answer = await visit(`${base()}/auth/providers/oidc/authorize?codeChallenge=${aVerifier().codeChallenge}${query}`);
      expect(answer).toMatchObject({ status: 422, location: '' });
    },
  );

  it('needs a challenge of the app', async () => {
    expect(await visit(`${base()}/auth/providers/oidc/authorize`)).toMatchObject({ status: 422 });
    expect(await visit(`${base()}/auth/providers/oidc/authorize?codeChallenge=plain`)).toMatchObject({ status: 422 });
  });

  it('keeps the browser at the address that the provider sends it back to', async () => {
    const elsewhere = base().replace('127.0.0.1', 'localhost');
    const moved = await visit(`${elsewhere}/auth/providers/oidc/authorize?codeChallenge=${aVerifier().codeChallenge}`);
    expect(moved).toMatchObject({ status: 302, location: expect.stringContaining(`${base()}/auth/providers/oidc/authorize?`) });
    expect(moved.location).toContain('moved=true');
  });

  it('hands a form of Apple on to the browser, whatever origins the project names', async () => {
    const body = new URLSearchParams({ state: 'abc', code: 'def', id_token: 'secret', user: '{"name":{}}' });
    const headers = { origin: 'https://appleid.apple.com' };
    const answer = await fetch(`${base()}/auth/providers/oidc/callback`, { method: 'POST', body, headers, redirect: 'manual' });
    expect(answer.status).toBe(303);
    expect(answer.headers.get('location')).toBe('callback?state=abc&code=def&user=%7B%22name%22%3A%7B%7D%7D');
  });
});

describe('an address that somebody has', () => {
  it('is theirs where both sides have seen proof', async () => {
    const first = await signInWith('oidc', { subject: 'both-a', email: 'both@example.com', emailVerified: true });
    const second = await signInWith('discord', { subject: 'both-b', email: 'BOTH@example.com', emailVerified: true });
    expect(second.body.user.id).toBe(first.body.user.id);
  });

  it('is not given to whom the provider has not proven it, nor where the project wants no joining', async () => {
    await signUp('victim@example.com');
    const taken = { status: 409, body: { code: 'email_taken' } };
    expect(await signInWith('oidc', { subject: 'attacker', email: 'victim@example.com', emailVerified: false })).toMatchObject(taken);
    expect(await signInWith('facebook', { subject: '666', email: 'victim@example.com', emailVerified: true })).toMatchObject(taken);
    await setUp('strict', 'oidc', { linkByEmail: false });
    expect(await signInWith('strict', { subject: 'strict', email: 'victim@example.com', emailVerified: true })).toMatchObject(taken);
    expect((await anybody().post('/auth/login', { email: 'victim@example.com', password: PASSWORD })).status).toBe(200);
  });

  it('is taken back from whoever signed up with it unproven, with all ways in that they left', async () => {
    const squatter = await signUp('owner@example.com');
    await addIdentity(squatter.session.token, 'github', { subject: '777' });
    const owner = await signInWith('oidc', { subject: 'owner', email: 'owner@example.com', emailVerified: true });
    expect(owner).toMatchObject({ status: 200, body: { user: { id: squatter.user.id, emailVerified: true } } });
    expect((await withToken(squatter.session.token).get('/auth/me')).status).toBe(401);
    expect((await anybody().post('/auth/login', { email: 'owner@example.com', password: PASSWORD })).status).toBe(401);
    const back = await signInWith('github', { subject: '777' });
    expect(back.body.user.id).not.toBe(owner.body.user.id);
  });

  it('is not taken over unproven where addresses have to be proven', async () => {
    await server.as('server').patch('/auth/settings', { emailVerification: 'required' });
    const answer = await signInWith('facebook', { subject: '4242', email: 'unproven@example.com' });
    expect(answer).toMatchObject({ status: 200, body: { user: { email: null, emailVerified: false, anonymous: false } } });
    await server.as('server').patch('/auth/settings', { emailVerification: 'off' });
  });
});

describe('who may sign in', () => {
  it('is decided by the project', async () => {
    await setUp('closed', 'oidc', { createsUsers: false });
    const refused = { status: 403, body: { code: 'sign_up_refused' } };
    expect(await signInWith('closed', { subject: 'nobody' })).toMatchObject(refused);
    await server.as('server').patch('/auth/settings', { signUp: false });
    expect(await signInWith('oidc', { subject: 'nobody' })).toMatchObject(refused);
    await server.as('server').patch('/auth/settings', { signUp: true });
    const { body } = await signInWith('oidc', { subject: 'blocked' });
    await server.as('server').patch(`/users/${body.user.id}`, { blocked: true });
    expect(await signInWith('oidc', { subject: 'blocked' })).toMatchObject({ status: 401, body: { code: 'identity_refused' } });
  });

  it('has to show the second factor also after a provider, and again before another way in comes or goes', async () => {
    const { body } = await signInWith('oidc', { subject: 'two-factors' });
    const me = withToken(body.session.token);
    const begun = await me.post<{ secret: string }>('/auth/mfa/totp', {});
    const code = totpCode(begun.body.secret, Date.now());
    expect((await me.post('/auth/mfa/totp/confirm', { code })).status).toBeLessThan(300);
    const stopped = await signInWith('oidc', { subject: 'two-factors' });
    expect(stopped).toMatchObject({ status: 401, body: { code: 'second_factor_needed', secondFactor: { methods: ['totp', 'recovery'] } } });
    aheadMs = 11 * MINUTE_MS;
    const again = { status: 403, body: { code: 'step_up_needed' } };
    const { items } = (await me.get<{ items: { id: string }[] }>('/auth/identities')).body;
    expect(await me.delete(`/auth/identities/${items[0]?.id}`)).toMatchObject(again);
    expect(await me.post('/auth/providers/github/link', { codeChallenge: aVerifier().codeChallenge })).toMatchObject(again);
    const idToken = await issuer.idToken({ sub: 'another-way' });
    expect(await me.post('/auth/identities', { provider: 'oidc', idToken })).toMatchObject(again);
  });

  it('is nobody who was deleted: the identity begins anew', async () => {
    const { body } = await signInWith('oidc', { subject: 'deleted', email: 'deleted@example.com', emailVerified: true });
    expect((await withToken(body.session.token).delete('/auth/me')).status).toBe(204);
    const again = await signInWith('oidc', { subject: 'deleted', email: 'deleted@example.com', emailVerified: true });
    expect(again.status).toBe(200);
    expect(again.body.user.id).not.toBe(body.user.id);
  });
});

async function addIdentity(token: string, name: string, person: Person) {
  issuer.person = person;
  const { codeVerifier, codeChallenge } = aVerifier();
  const { body } = await withToken(token).post<{ url: string }>(`/auth/providers/${name}/link`, { codeChallenge });
  const back = await visit(body.url);
  const { location } = await visit(back.location);
  const code = new URL(location).searchParams.get('code') ?? '';
  return { code, codeVerifier, answer: await withToken(token).post<{ id: string }>('/auth/identities', { code, codeVerifier }) };
}

describe('identities of a user', () => {
  it('are added by the user alone who began it', async () => {
    const { session, user } = await signUp('linker@example.com');
    const { answer } = await addIdentity(session.token, 'discord', { subject: 'd-1', email: 'other@example.com', emailVerified: true });
    expect(answer).toMatchObject({ status: 201, body: { provider: 'discord', subject: 'd-1' } });
    expect((await signInWith('discord')).body.user).toMatchObject({ id: user.id, email: 'linker@example.com' });
    const other = await signUp('other-linker@example.com');
    const taken = await addIdentity(other.session.token, 'discord', { subject: 'd-1' });
    expect(taken.answer).toMatchObject({ status: 409, body: { code: 'identity_taken' } });
  });

  it('do not come to whoever brings the code of somebody else', async () => {
    const [mallory, victim] = [await signUp('mallory@example.com'), await signUp('lured@example.com')];
    issuer.person = { subject: 'of-the-victim' };
    const { codeVerifier, codeChallenge } = aVerifier();
    const { body } = await withToken(mallory.session.token).post<{ url: string }>('/auth/providers/oidc/link', { codeChallenge });
    const { location } = await visit((await visit(body.url)).location);
    const code = new URL(location).searchParams.get('code') ?? '';
    const refused = { status: 401, body: { code: 'provider_flow_invalid' } };
    expect(await withToken(victim.session.token).post('/auth/identities', { code, codeVerifier })).toMatchObject(refused);
    expect(await anybody().post('/auth/providers/exchange', { code, codeVerifier })).toMatchObject(refused);
    expect(await anybody().post('/auth/identities', { code, codeVerifier })).toMatchObject({ status: 401 });
  });

  it('make a known user of an anonymous one, who keeps id and session', async () => {
    const { body } = await anybody().post<SignedIn>('/auth/anonymous');
    await addIdentity(body.session.token, 'oidc', { subject: 'was-anonymous', email: 'known@example.com', emailVerified: true });
    expect((await withToken(body.session.token).get('/auth/me')).body).toMatchObject({
      id: body.user.id,
      email: 'known@example.com',
      emailVerified: true,
      anonymous: false,
    });
  });

  it('are never taken to the last: of two, taken at once, one stays', async () => {
    const { body } = await signInWith('oidc', { subject: 'two-ways' });
    const { token } = body.session;
    await addIdentity(token, 'github', { subject: '2002' });
    const me = withToken(token);
    const { items } = (await me.get<{ items: { id: string }[] }>('/auth/identities')).body;
    expect(items).toHaveLength(2);
    const answers = await Promise.all(items.map(({ id }) => me.delete(`/auth/identities/${id}`)));
    expect(successesOf(answers)).toBe(1);
    const left = (await me.get<{ items: { id: string }[] }>('/auth/identities')).body.items;
    expect(await me.delete(`/auth/identities/${left[0]?.id}`)).toMatchObject({ status: 409, body: { code: 'last_way_in' } });
    expect(await me.delete('/auth/identities/unknown')).toMatchObject({ status: 404 });
    const byAdmin = `/users/${body.user.id}/identities`;
    expect((await server.as('server').get<{ items: object[] }>(byAdmin)).body.items).toHaveLength(1);
    expect(await server.as('server').delete(`${byAdmin}/${left[0]?.id}`)).toMatchObject({ status: 409 });
  });

  it('and passkeys are not taken to the last together either', async () => {
    const { body } = await signInWith('oidc', { subject: 'with-a-passkey' });
    const me = withToken(body.session.token);
    const phone = createPasskeyAuthenticator({ origin: PASSKEY_ORIGIN });
    const begun = await me.post<{ token: string; options: never }>('/auth/passkeys/options', {});
    const attestation = phone.create(begun.body.options);
    const added = await me.post<{ passkey: { id: string } }>('/auth/passkeys', { token: begun.body.token, attestation });
    expect(added.status).toBe(201);
    const { items } = (await me.get<{ items: { id: string }[] }>('/auth/identities')).body;
    const answers = await Promise.all([
      me.delete(`/auth/identities/${items[0]?.id}`),
      me.delete(`/auth/passkeys/${added.body.passkey.id}`),
    ]);
    expect(successesOf(answers)).toBe(1);
    expect(server.leaks).toEqual([]);
  });
});
