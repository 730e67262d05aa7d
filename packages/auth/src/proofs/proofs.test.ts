import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Resolvers } from '@mainstay/http';
import { createMailer, mailModule, MailSettings } from '@mainstay/mail';
import type { SmtpService, TestServer } from '@mainstay/testing';
import { createTestClient, startSmtpService, startTestServer, until } from '@mainstay/testing';
import type { Auth } from '../index.ts';
import { AuthSettings, authModule, createAuth } from '../index.ts';

const PASSWORD = 'correct horse';
const APP = 'https://app.example/welcome';
const TEN = Array.from({ length: 10 }, (_, position) => position);
const HOUR_MS = 3_600_000;

interface SignedIn {
  readonly user: { readonly id: string; readonly email: string; readonly emailVerified: boolean };
  readonly session: { readonly id: string; readonly token: string } | null;
}

let server: TestServer;
let smtp: SmtpService;
let aheadMs = 0;
beforeAll(async () => {
  smtp = await startSmtpService();
  let auth: Auth;
  server = await startTestServer({
    modules: (frame) => {
      const clocked = { ...frame, clock: { now: () => Date.now() + aheadMs } };
      const mail = MailSettings.parse({ allowPrivateHosts: 'true' });
      const mailer = createMailer(frame, { settings: mail, masterKey: Buffer.alloc(32, 3) });
      const settings = AuthSettings.parse({ proofsPerIpHour: 500, proofsPerEmailHour: 8 });
      auth = createAuth(clocked, { settings, mailer, masterKey: Buffer.alloc(32, 4) });
      return [authModule(auth), mailModule(mailer)];
    },
    resolvers: (): Partial<Resolvers> => ({ principal: (context, bearer) => auth.resolvePrincipal(context, bearer) }),
  });
  await server.as('server').put('/mail/settings', { host: '127.0.0.1', port: smtp.port, from: 'app@app.example' });
  await setPolicy({ appUrl: APP });
});
afterAll(async () => {
  await server.end();
  await smtp.stop();
});

const anybody = () => server.as('anonymous');
const setPolicy = (patch: object) => server.as('server').patch('/auth/settings', patch);
const withToken = (token: string) =>
  createTestClient(`${server.origin}/p/${server.project.id}/v1`, { 'x-mainstay-key': 'pk_test', authorization: `Bearer ${token}` });
const signUp = async (email: string) => (await anybody().post<SignedIn>('/auth/signup', { email, password: PASSWORD })).body;
const login = (email: string, password = PASSWORD) => anybody().post<SignedIn>('/auth/login', { email, password });
const tokenOf = ({ session }: SignedIn) => session?.token ?? 'no session';

/** The text of the newest mail to the address, with its line ends joined again. */
const mailTo = (email: string, subject: RegExp) =>
  until(`a mail to ${email} arrives`, () => {
    const mails = smtp.mails.filter(({ to, raw }) => to[0] === email && subject.test(raw));
    return mails.at(-1)?.raw.replaceAll('=\r\n', '').replaceAll('=3D', '=');
  });
const tokenIn = (mail: string): string => /token=(ml_[\w-]+)/.exec(mail)?.[1] ?? '';
/** How many of ten requests at once were let through. */
const successesOfTen = async (request: () => Promise<{ status: number }>): Promise<number> =>
  (await Promise.all(TEN.map(request))).filter(({ status }) => status < 300).length;

describe('an address', () => {
  it('is confirmed by the link in a mail, once', async () => {
    const signedUp = await signUp('verify@example.com');
    const { body } = await withToken(tokenOf(signedUp)).post('/auth/verify-email/request', {});
    expect(body).toEqual({ accepted: true });
    const mail = await mailTo('verify@example.com', /Confirm/);
    expect(mail).toContain(`${APP}#type=verify-email&token=`);
    const token = tokenIn(mail);
    expect(await successesOfTen(() => anybody().post('/auth/verify-email', { token }))).toBe(1);
    expect((await login('verify@example.com')).body.user).toMatchObject({ emailVerified: true });
  });

  it('has to be confirmed before the first session where the project wants that', async () => {
    await setPolicy({ emailVerification: 'required' });
    const signedUp = await anybody().post<SignedIn>('/auth/signup', { email: 'required@example.com', password: PASSWORD });
    expect(signedUp).toMatchObject({ status: 201, body: { session: null } });
    expect(await login('required@example.com')).toMatchObject({ status: 401, body: { code: 'login_failed' } });
    const token = tokenIn(await mailTo('required@example.com', /Confirm/));
    expect(await anybody().post('/auth/verify-email', { token })).toMatchObject({ status: 200, body: { emailVerified: true } });
    expect(await login('required@example.com')).toMatchObject({ status: 200 });
    await setPolicy({ emailVerification: 'off' });
  });
});

describe('a forgotten password', () => {
  it('is set anew by one of ten at once, ends all sessions, and is told to the owner', async () => {
    const { session } = await signUp('forgot@example.com');
    expect(await anybody().post('/auth/password/forgot', { email: 'forgot@example.com', locale: 'de' })).toMatchObject({ status: 202 });
    const token = tokenIn(await mailTo('forgot@example.com', /Neues Passwort/));
    const reset = (password: string) => anybody().post('/auth/password/reset', { token, password });
    expect(await reset('short')).toMatchObject({ status: 422, body: { code: 'password_unacceptable' } });
    expect(await reset('Password123')).toMatchObject({ status: 422, body: { code: 'password_unacceptable' } });
    expect(await successesOfTen(() => reset('a better horse'))).toBe(1);
    expect((await withToken(session?.token ?? '').get('/auth/me')).status).toBe(401);
    expect((await login('forgot@example.com')).status).toBe(401);
    expect((await login('forgot@example.com', 'a better horse')).status).toBe(200);
    await mailTo('forgot@example.com', /wurde ge/);
  });

  it.each([
    ['forgot', { email: 'known@example.com' }, { email: 'unknown@example.com' }],
    ['magic', { email: 'known@example.com' }, { email: 'unknown@example.com' }],
  ])('does not tell who has an account (%s)', async (way, known, unknown) => {
    await anybody().post('/auth/signup', { ...known, password: PASSWORD });
    const path = way === 'forgot' ? '/auth/password/forgot' : '/auth/magic-link';
    const answers = [await anybody().post(path, known), await anybody().post(path, unknown)];
    expect(answers[0]?.status).toBe(202);
    expect(answers[0]?.body).toEqual(answers[1]?.body);
    await mailTo('known@example.com', way === 'forgot' ? /new password/ : /Sign in/);
    expect(smtp.mails.filter(({ to }) => to.includes('unknown@example.com'))).toEqual([]);
  });

  it('link is void after the password was changed, after its time, for another purpose, and in another project', async () => {
    const { session } = await signUp('void@example.com');
    const ask = async () => {
      const before = smtp.mails.length;
      await anybody().post('/auth/password/forgot', { email: 'void@example.com' });
      await until('the mail is there', () => smtp.mails.slice(before).some(({ to }) => to[0] === 'void@example.com'));
      return tokenIn(await mailTo('void@example.com', /Set a new password/));
    };
    const refused = { status: 401, body: { code: 'link_invalid' } };
    const reset = (token: string) => anybody().post('/auth/password/reset', { token, password: 'a better horse' });
    const first = await ask();
    expect(await anybody().post('/auth/magic-link/verify', { token: first })).toMatchObject(refused);
    const elsewhere = server.as('anonymous', server.otherProject);
    expect(await elsewhere.post('/auth/password/reset', { token: first, password: 'a better horse' })).toMatchObject(refused);
    const change = { currentPassword: PASSWORD, newPassword: 'another horse' };
    expect(await withToken(session?.token ?? '').post('/auth/password/change', change)).toMatchObject({ status: 204 });
    expect(await reset(first)).toMatchObject(refused);
    const second = await ask();
    aheadMs += 2 * HOUR_MS;
    expect(await reset(second)).toMatchObject(refused);
    aheadMs -= 2 * HOUR_MS;
  });
});

describe('a magic link', () => {
  it('signs in one of ten at once', async () => {
    await signUp('magic@example.com');
    await anybody().post('/auth/magic-link', { email: 'magic@example.com' });
    const token = tokenIn(await mailTo('magic@example.com', /Sign in/));
    expect(await successesOfTen(() => anybody().post('/auth/magic-link/verify', { token }))).toBe(1);
  });

  it('takes an address back from whoever signed up with it unconfirmed', async () => {
    const stranger = await signUp('mine@example.com');
    await anybody().post('/auth/magic-link', { email: 'mine@example.com' });
    const token = tokenIn(await mailTo('mine@example.com', /Sign in/));
    const owner = await anybody().post<SignedIn>('/auth/magic-link/verify', { token });
    expect(owner).toMatchObject({ status: 200, body: { user: { emailVerified: true } } });
    expect((await withToken(tokenOf(stranger)).get('/auth/me')).status).toBe(401);
    expect((await login('mine@example.com')).status).toBe(401);
    expect((await withToken(tokenOf(owner.body)).get('/auth/me')).status).toBe(200);
  });

  it('makes a user where the project wants that', async () => {
    await setPolicy({ createsUsers: true });
    await anybody().post('/auth/magic-link', { email: 'fresh@example.com' });
    const token = tokenIn(await mailTo('fresh@example.com', /Sign in/));
    expect(await anybody().post('/auth/magic-link/verify', { token })).toMatchObject({
      status: 200,
      body: { user: { email: 'fresh@example.com', emailVerified: true, anonymous: false } },
    });
    await setPolicy({ createsUsers: false });
  });

  it.each([
    ['https://evil.example/'],
    ['https://app.example.evil.example/welcome'],
    ['https://app.example@evil.example/welcome'],
    ['//evil.example'],
    ['javascript:alert(1)'],
    ['https://app.example/elsewhere'],
    ['https://app.example/shop/../admin'],
    ['http://app.example/welcome'],
  ])('does not lead to %s', async (redirectTo) => {
    await setPolicy({ redirectUrls: ['https://app.example/shop/', 'myapp://sign-in'] });
    expect(await anybody().post('/auth/magic-link', { email: 'a@example.com', redirectTo })).toMatchObject({
      status: 422,
      body: { code: 'redirect_refused' },
    });
  });

  it('leads where the project allows it, whatever the Host header says', async () => {
    await setPolicy({ redirectUrls: ['https://app.example/shop/', 'myapp://sign-in'] });
    await signUp('redirected@example.com');
    for (const redirectTo of ['https://app.example/shop/cart?id=1', 'myapp://sign-in']) {
      const body = { email: 'redirected@example.com', redirectTo };
      expect(await anybody().post('/auth/magic-link', body, { 'x-forwarded-host': 'evil.example' })).toMatchObject({ status: 202 });
      const target = redirectTo.replace(/[?]/g, '\\?');
      expect(await mailTo('redirected@example.com', new RegExp(target.slice(0, 14)))).toContain(`${redirectTo}#type=magic-link`);
    }
  });

  it('needs to know where the app is', async () => {
    const other = server.as('anonymous', server.otherProject);
    const ask = () => other.post('/auth/magic-link', { email: 'a@example.com' });
    expect(await ask()).toMatchObject({ status: 202 });
    await server.as('server', server.otherProject).patch('/auth/settings', { hostedPage: false });
    expect(await ask()).toMatchObject({
      status: 409,
      body: { code: 'app_url_missing' },
    });
    await setPolicy({ magicLink: false });
    expect(await anybody().post('/auth/magic-link', { email: 'a@example.com' })).toMatchObject({
      status: 403,
      body: { code: 'sign_in_way_off' },
    });
    await setPolicy({ magicLink: true });
  });
});

describe('a code', () => {
  const ask = async (email: string) => {
    const { body } = await anybody().post<{ handle: string }>('/auth/otp', { email });
    return body.handle;
  };
  const codeFor = async (email: string) => /(\d{6}) is your code/.exec(await mailTo(email, /is your code/))?.[1] ?? '';
  const verify = (handle: string, code: string) => anybody().post<SignedIn>('/auth/otp/verify', { handle, code });

  it('signs in one of ten at once, and only whoever asked for it', async () => {
    await signUp('code@example.com');
    const handle = await ask('code@example.com');
    const code = await codeFor('code@example.com');
    const foreign = await ask('nobody@example.com');
    expect(await verify(foreign, code)).toMatchObject({ status: 401, body: { code: 'code_invalid' } });
    expect(await successesOfTen(() => verify(handle, code))).toBe(1);
  });

  it('is guessed five times and no more', async () => {
    await signUp('guess@example.com');
    const handle = await ask('guess@example.com');
    const code = await codeFor('guess@example.com');
    const wrong = code === '000000' ? '000001' : '000000';
    const guesses = await Promise.all(TEN.map(() => verify(handle, wrong)));
    expect(new Set(guesses.map(({ status }) => status))).toEqual(new Set([401]));
    expect(await verify(handle, code)).toMatchObject({ status: 401, body: { code: 'code_invalid' } });
  });
});

describe('an anonymous user', () => {
  it('gets an address and a password once, and keeps id and session', async () => {
    const { body } = await anybody().post<SignedIn>('/auth/anonymous');
    const client = withToken(tokenOf(body));
    const upgrade = () => client.post<{ id: string }>('/auth/anonymous/upgrade', { email: 'upgraded@example.com', password: PASSWORD });
    expect(await successesOfTen(upgrade)).toBe(1);
    expect(await client.get('/auth/me')).toMatchObject({
      status: 200,
      body: { id: body.user.id, email: 'upgraded@example.com', anonymous: false },
    });
    expect(await login('upgraded@example.com')).toMatchObject({ status: 200, body: { user: { id: body.user.id } } });
    expect(await upgrade()).toMatchObject({ status: 409, body: { code: 'not_anonymous' } });
  });

  it("can't adopt somebody else's account", async () => {
    await signUp('taken@example.com');
    const { body } = await anybody().post<SignedIn>('/auth/anonymous');
    const answer = await withToken(tokenOf(body)).post('/auth/anonymous/upgrade', { email: 'taken@example.com', password: PASSWORD });
    expect(answer).toMatchObject({ status: 409, body: { code: 'email_taken' } });
  });
});

describe('mails to one address', () => {
  it('are few', async () => {
    const statuses: number[] = [];
    while (statuses.length < 10) statuses.push((await anybody().post('/auth/password/forgot', { email: 'bomb@example.com' })).status);
    expect(statuses).toEqual([...Array.from({ length: 8 }, () => 202), 429, 429]);
    expect(server.leaks).toEqual([]);
  });
});
