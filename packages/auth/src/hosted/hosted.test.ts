import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Resolvers } from '@mainstay/http';
import { createMailer, mailModule, MailSettings } from '@mainstay/mail';
import type { TestServer } from '@mainstay/testing';
import { createTestClient, startTestServer, until } from '@mainstay/testing';
import { createHash, randomBytes } from 'node:crypto';
import type { Auth } from '../index.ts';
import { AuthSettings, authModule, createAuth } from '../index.ts';

const PASSWORD = 'correct horse';
const APP = 'https://app.example/welcome';
const TEN = Array.from({ length: 10 }, (_, position) => position);

interface SignedIn {
  readonly user: { readonly id: string };
  readonly session: { readonly id: string; readonly token: string; readonly refreshToken: string };
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
      return [authModule(auth), mailModule(mailer)];
    },
    resolvers: (): Partial<Resolvers> => ({ principal: (context, bearer) => auth.resolvePrincipal(context, bearer) }),
  });
  await setPolicy({ redirectUrls: [APP, 'myapp://sign-in'] });
});
afterAll(() => server.end());

const anybody = () => server.as('anonymous');
const setPolicy = (patch: object) => server.as('server').patch('/auth/settings', patch);
const base = () => `${server.origin}/p/${server.project.id}/v1`;
const withToken = (token: string) => createTestClient(base(), { 'x-mainstay-key': 'pk_test', authorization: `Bearer ${token}` });
/** Our own page: it has no key, and a header that no other site's page can send. */
const page = (extra: Record<string, string> = {}) => createTestClient(base(), { 'x-mainstay-page': 'sign-in', ...extra });
const signUp = async (email: string) => (await anybody().post<SignedIn>('/auth/signup', { email, password: PASSWORD })).body;

function aProof() {
  const codeVerifier = randomBytes(32).toString('base64url');
  return { codeVerifier, codeChallenge: createHash('sha256').update(codeVerifier).digest('base64url') };
}

async function aCode(email: string) {
  const { session, user } = await signUp(email);
  const { codeVerifier, codeChallenge } = aProof();
  const { body } = await withToken(session.token).post<{ code: string }>('/auth/ui/codes', { redirectTo: APP, codeChallenge });
  return { user, session, code: body.code, codeVerifier };
}

describe('the code of the sign-in page', () => {
  it('gives the session to one of ten apps at once, and the page has it no longer', async () => {
    const { user, session, code, codeVerifier } = await aCode('ada@example.com');
    const answers = await Promise.all(TEN.map(() => anybody().post<SignedIn>('/auth/ui/exchange', { code, codeVerifier })));
    const [won, ...others] = answers.filter(({ status }) => status === 200);
    expect(others).toEqual([]);
    expect(won?.body).toMatchObject({ user: { id: user.id }, session: { id: session.id } });
    expect(await withToken(won?.body.session.token ?? '').get('/auth/me')).toMatchObject({ status: 200 });
    await until('the tokens of the page are worth nothing', async () => (await withToken(session.token).get('/auth/me')).status === 401);
    expect(await anybody().post('/auth/refresh', { refreshToken: session.refreshToken })).toMatchObject({ status: 401 });
    expect(await anybody().post('/auth/refresh', { refreshToken: won?.body.session.refreshToken })).toMatchObject({ status: 200 });
  });

  it('is used up by a wrong verifier', async () => {
    const { code, codeVerifier } = await aCode('grace@example.com');
    const refused = { status: 401, body: { code: 'page_code_invalid' } };
    expect(await anybody().post('/auth/ui/exchange', { code, codeVerifier: aProof().codeVerifier })).toMatchObject(refused);
    expect(await anybody().post('/auth/ui/exchange', { code, codeVerifier })).toMatchObject(refused);
  });

  it('lasts a minute, for one project, and no longer than the right to sign in', async () => {
    const refused = { status: 401, body: { code: 'page_code_invalid' } };
    const late = await aCode('late@example.com');
    aheadMs = 61_000;
    expect(await anybody().post('/auth/ui/exchange', { code: late.code, codeVerifier: late.codeVerifier })).toMatchObject(refused);
    aheadMs = 0;
    const foreign = await aCode('foreign@example.com');
    const elsewhere = server.as('anonymous', server.otherProject);
    expect(await elsewhere.post('/auth/ui/exchange', { code: foreign.code, codeVerifier: foreign.codeVerifier })).toMatchObject(refused);
    const blocked = await aCode('blocked@example.com');
    await server.as('server').patch(`/users/${blocked.user.id}`, { blocked: true });
    expect(await anybody().post('/auth/ui/exchange', { code: blocked.code, codeVerifier: blocked.codeVerifier })).toMatchObject(refused);
  });

  it.each([
    ['another site', { redirectTo: 'https://evil.example/' }, 'redirect_refused'],
    ['a look-alike', { redirectTo: 'https://app.example@evil.example/welcome' }, 'redirect_refused'],
    ['a script', { redirectTo: 'javascript:alert(1)' }, 'redirect_refused'],
    ['no challenge', { codeChallenge: undefined }, 'invalid_input'],
    ['a plain challenge', { codeChallenge: 'secret' }, 'invalid_input'],
  ])('is not given for %s', async (name, change, code) => {
    const { session } = await signUp(`${name.replaceAll(' ', '-')}@example.com`);
    const body = { redirectTo: APP, codeChallenge: aProof().codeChallenge, ...change };
    expect(await withToken(session.token).post('/auth/ui/codes', body)).toMatchObject({ status: 422, body: { code } });
  });

  it('is for users only', async () => {
    const body = { redirectTo: APP, codeChallenge: aProof().codeChallenge };
    expect(await anybody().post('/auth/ui/codes', body)).toMatchObject({ status: 401 });
    expect(await server.as('server').post('/auth/ui/codes', body)).toMatchObject({ status: 401 });
  });
});

describe('the sign-in page', () => {
  it('is told what the project offers, and nothing that is not for everybody', async () => {
    await setPolicy({ magicLink: false });
    const { status, body } = await page().get<object>('/auth/ui/settings');
    expect({ status, body }).toMatchObject({
      status: 200,
      body: { name: server.project.name, ways: { signUp: true, magicLink: false, emailCode: true }, redirectAllowed: null },
    });
    expect(Object.keys(body).sort()).toEqual([
      'captcha',
      'factors',
      'locale',
      'name',
      'origin',
      'passkeys',
      'providers',
      'redirectAllowed',
      'theme',
      'ways',
    ]);
    await setPolicy({ magicLink: true });
    const asked = (redirectTo: string) => page().get(`/auth/ui/settings?redirectTo=${encodeURIComponent(redirectTo)}`);
    expect(await asked('myapp://sign-in')).toMatchObject({ body: { redirectAllowed: true } });
    expect(await asked('https://evil.example/')).toMatchObject({ body: { redirectAllowed: false } });
  });

  it('signs in without a key; whatever else needs one still does', async () => {
    await signUp('keyless@example.com');
    const login = { email: 'keyless@example.com', password: PASSWORD };
    expect(await page().post('/auth/login', login)).toMatchObject({ status: 200 });
    expect(await createTestClient(base(), {}).post('/auth/login', login)).toMatchObject({ status: 401 });
    expect(await page().get('/users')).toMatchObject({ status: 401 });
    expect(await page().get('/auth/settings')).toMatchObject({ status: 401 });
  });

  it("can't be played by the page of another site: its browser may not send the header", async () => {
    const preflight = await fetch(`${base()}/auth/login`, {
      method: 'OPTIONS',
      headers: { origin: 'https://evil.example', 'access-control-request-headers': 'x-mainstay-page' },
    });
    expect(preflight.headers.get('access-control-allow-headers')?.toLowerCase()).not.toContain('x-mainstay-page');
  });

  it('looks as the project wants', async () => {
    const asServer = server.as('server');
    expect(await asServer.patch('/auth/ui/theme', { color: '#AA3300', name: 'Greenhouse', radius: 4 })).toMatchObject({
      status: 200,
      body: { color: '#aa3300', name: 'Greenhouse', radius: 4, scheme: 'auto' },
    });
    expect(await page().get('/auth/ui/settings')).toMatchObject({ body: { name: 'Greenhouse', theme: { color: '#aa3300' } } });
    expect(await anybody().patch('/auth/ui/theme', { color: '#000000' })).toMatchObject({ status: 403 });
  });

  it.each([
    [{ color: 'red;}' }],
    [{ logoUrl: 'javascript:alert(1)' }],
    [{ logoUrl: 'http://logo.example/' }],
    [{ radius: 500 }],
    [{ css: '' }],
  ])('does not look like %j', async (patch) => {
    expect(await server.as('server').patch('/auth/ui/theme', patch)).toMatchObject({ status: 422, body: { code: 'invalid_input' } });
  });

  it('is not there for a project that does not use it', async () => {
    const { session } = await signUp('off@example.com');
    await setPolicy({ hostedPage: false });
    const off = { status: 403, body: { code: 'sign_in_way_off' } };
    expect(await page().get('/auth/ui/settings')).toMatchObject(off);
    const body = { redirectTo: APP, codeChallenge: aProof().codeChallenge };
    expect(await withToken(session.token).post('/auth/ui/codes', body)).toMatchObject(off);
    await setPolicy({ hostedPage: true });
    expect(server.leaks).toEqual([]);
  });
});
