import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Resolvers } from '@mainstay/http';
import type { HookService, TestServer } from '@mainstay/testing';
import { createMailer, MailSettings } from '@mainstay/mail';
import { startHookService, startTestServer } from '@mainstay/testing';
import type { Auth } from '../index.ts';
import { AuthSettings, authModule, createAuth } from '../index.ts';
import { isCallable } from './call-outside.ts';
import { signCall } from './sign-call.ts';

const PASSWORD = 'correct horse';
interface SignedIn {
  user: { id: string; roles: string[] };
}

let server: TestServer;
let customer: HookService;
beforeAll(async () => {
  customer = await startHookService();
  let auth: Auth;
  server = await startTestServer({
    modules: (frame) => {
      const mailer = createMailer(frame, { settings: MailSettings.parse({}), masterKey: Buffer.alloc(32, 3) });
      const settings = AuthSettings.parse({ allowPrivateHooks: 'true', hookTimeoutMs: 300 });
      auth = createAuth(frame, { settings, mailer, masterKey: Buffer.alloc(32, 4) });
      return [authModule(auth)];
    },
    resolvers: (): Partial<Resolvers> => ({ principal: (context, bearer) => auth.resolvePrincipal(context, bearer) }),
  });
});
afterAll(async () => {
  await server.end();
  await customer.stop();
});
beforeEach(async () => {
  customer.answer({ allow: true });
  await asServer().delete('/auth/hooks/beforeSignUp');
  await asServer().delete('/auth/hooks/beforeSignIn');
  await asServer().delete('/auth/captcha/settings');
});

const asServer = () => server.as('server');
const anybody = () => server.as('anonymous');
const signUp = (email: string) => anybody().post<SignedIn>('/auth/signup', { email, password: PASSWORD });
const login = (email: string) => anybody().post<SignedIn>('/auth/login', { email, password: PASSWORD });
const put = (name: string, body: object = {}) =>
  asServer().put<{ secret: string | null }>(`/auth/hooks/${name}`, { url: `${customer.origin}/${name}`, ...body });

describe('a hook', () => {
  it('is asked before a sign-up with a signature that it can check, and may refuse', async () => {
    const { body } = await put('beforeSignUp');
    customer.answer({ allow: false, reason: 'Ask your teacher first.' });
    expect(await signUp('refused@mailinator.com')).toMatchObject({
      status: 403,
      body: { code: 'refused_by_hook', detail: 'Ask your teacher first.' },
    });
    const call = customer.calls.at(-1);
    expect(JSON.parse(call?.body ?? '')).toMatchObject({
      type: 'beforeSignUp',
      project: server.project.id,
      user: { email: 'refused@mailinator.com', isDisposable: true },
      client: { method: 'password' },
    });
    expect(call?.body).not.toContain(PASSWORD);
    const header = String(call?.headers['x-mainstay-signature']);
    const at = Number(/^t=(\d+),/.exec(header)?.[1]) * 1_000;
    expect(signCall(body.secret ?? '', call?.body ?? '', at)).toBe(header);
    expect((await login('refused@mailinator.com')).status).toBe(401);
  });

  it('gives claims and roles, of which those that are not there are left out', async () => {
    await asServer().post('/roles', { name: 'student' });
    await put('beforeSignUp');
    customer.answer({ allow: true, claims: { plan: 'free' }, roles: ['student', 'ghost'] });
    expect(await signUp('student@example.com')).toMatchObject({ status: 201, body: { user: { roles: ['student'] } } });
  });

  it('is asked before every sign-in, whatever the way, and its refusal is noted', async () => {
    const { body } = await signUp('leaving@example.com');
    await put('beforeSignIn');
    customer.answer({ allow: false });
    expect(await login('leaving@example.com')).toMatchObject({ status: 403, body: { code: 'refused_by_hook' } });
    expect(await anybody().post('/auth/anonymous')).toMatchObject({ status: 403, body: { code: 'refused_by_hook' } });
    await asServer().delete('/auth/hooks/beforeSignIn');
    const { session } = (await anybody().post<{ session: { token: string } }>('/auth/anonymous')).body;
    await put('beforeSignUp');
    const upgrade = { email: 'upgraded@example.com', password: PASSWORD };
    const bearer = { authorization: `Bearer ${session.token}` };
    expect(await anybody().post('/auth/anonymous/upgrade', upgrade, bearer)).toMatchObject({
      status: 403,
      body: { code: 'refused_by_hook' },
    });
    const events = await asServer().get(`/users/${body.user.id}/events`);
    expect(events).toMatchObject({ body: { items: [{ type: 'sign_in_refused' }, { type: 'signed_in' }, { type: 'signed_up' }] } });
  });

  it.each([['silent'], ['endless'], [500], [302], [{ allow: 'yes' }], [{ allow: true, claims: { __proto__: 1, 'a.b': 1 } }]])(
    'that answers %j keeps people out, unless it fails open',
    async (how) => {
      customer.answer(how as object);
      await put('beforeSignUp');
      expect(await signUp('out@example.com')).toMatchObject({ status: 503, body: { code: 'hook_unavailable' } });
      await put('beforeSignUp', { failsOpen: true });
      const open = await signUp(`open-${JSON.stringify(how).replace(/\W/g, '')}@example.com`);
      expect(open.status).toBe(201);
    },
  );

  it('shows its secret once, gets a new one, and may be an address of ours in no installation', async () => {
    expect((await put('beforeSignIn')).body.secret).toMatch(/^whs_/);
    expect((await put('beforeSignIn')).body.secret).toBeNull();
    expect(JSON.stringify((await asServer().get('/auth/hooks')).body)).not.toContain('whs_');
    expect(await asServer().post('/auth/hooks/beforeSignIn/secret')).toMatchObject({ status: 201 });
    expect((await anybody().get('/auth/hooks')).status).toBe(403);
    expect((await asServer().put('/auth/hooks/beforeSignIn', { url: 'file:///etc/passwd' })).status).toBe(422);
    const refused = ['http://example.com/', 'https://127.0.0.1/', 'https://[::1]/', 'https://a:b@example.com/', 'https://169.254.169.254/'];
    expect(refused.filter((url) => isCallable(url, false))).toEqual([]);
    expect(isCallable('https://example.com/hook', false)).toBe(true);
  });
});

describe('a captcha', () => {
  const use = (body: object = {}) =>
    asServer().put('/auth/captcha/settings', {
      provider: 'turnstile',
      siteKey: 'site',
      secret: 'hidden secret',
      verifyUrl: `${customer.origin}/siteverify`,
      ...body,
    });

  it('stands before every way in that robots like, and is solved once per request', async () => {
    await use();
    customer.answer(({ body }) => ({ success: new URLSearchParams(body).get('response') === 'solved' }));
    const email = 'robot@example.com';
    const ways = [
      ['/auth/signup', { email, password: PASSWORD }],
      ['/auth/anonymous', {}],
      ['/auth/password/forgot', { email }],
      ['/auth/magic-link', { email }],
      ['/auth/otp', { email }],
    ] as const;
    await asServer().patch('/auth/settings', { appUrl: 'https://app.example.com/' });
    for (const [path, body] of ways) {
      expect(await anybody().post(path, body)).toMatchObject({ status: 403, body: { code: 'captcha_needed' } });
      expect((await anybody().post(path, { ...body, captchaToken: 'guessed' })).status).toBe(403);
      expect((await anybody().post(path, { ...body, captchaToken: 'solved' })).status).toBeLessThan(300);
      expect((await asServer().post(path, body)).status).not.toBe(403);
    }
    const sent = new URLSearchParams(customer.calls.at(-1)?.body);
    expect(sent.get('secret')).toBe('hidden secret');
    expect((await login(email)).status).toBe(200);
    expect(await anybody().get('/auth/captcha')).toMatchObject({ body: { captcha: { provider: 'turnstile', siteKey: 'site' } } });
  });

  it('of reCAPTCHA takes no low score; one whose provider is away keeps out, unless it fails open', async () => {
    await use({ provider: 'recaptcha', minScore: 0.7 });
    const token = { captchaToken: 'x' };
    customer.answer({ success: true, score: 0.3 });
    expect((await anybody().post('/auth/anonymous', token)).status).toBe(403);
    customer.answer({ success: true, score: 0.9 });
    expect((await anybody().post('/auth/anonymous', token)).status).toBe(201);
    customer.answer(500);
    expect(await anybody().post('/auth/anonymous', token)).toMatchObject({ status: 503, body: { code: 'hook_unavailable' } });
    await use({ provider: 'recaptcha', failsOpen: true });
    expect((await anybody().post('/auth/anonymous', token)).status).toBe(201);
    expect(JSON.stringify((await asServer().get('/auth/captcha/settings')).body)).not.toContain('hidden secret');
  });
});

describe('addresses for a few minutes', () => {
  it('sign up nowhere where the project refuses them, nor do its own list of domains', async () => {
    expect((await signUp('one@mailinator.com')).status).toBe(201);
    await asServer().patch('/auth/settings', { refusesDisposable: true, refusedDomains: ['spam.example'] });
    for (const email of ['two@mailinator.com', 'two@eu.mailinator.com', 'two@spam.example', 'two@a.spam.example']) {
      expect(await signUp(email)).toMatchObject({ status: 403, body: { code: 'sign_up_refused' } });
    }
    const { body } = await anybody().post<{ session: { token: string } }>('/auth/signup', {
      email: 'two@notspam.example',
      password: PASSWORD,
    });
    const change = { email: 'two@spam.example', currentPassword: PASSWORD };
    const bearer = { authorization: `Bearer ${body.session.token}` };
    expect((await anybody().post('/auth/email/change', change, bearer)).body).toMatchObject({ code: 'sign_up_refused' });
  });
});
