import { AxeBuilder } from '@axe-core/playwright';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { OidcIssuer, TestClient } from '@mainstay/testing';
import { addVirtualAuthenticator, createOidcIssuer, createTestClient, startHookService, totpCode, until } from '@mainstay/testing';
import { build } from 'esbuild';
import { once } from 'node:events';
import type { Server } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { resolve } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { chromium } from 'playwright-core';
import type { StartedServer } from './start-server.ts';
import { startServer } from './start-server.ts';

/** The sign-in page as the users of an app meet it, from an app of another origin and with nothing configured but where that is. */
const executablePath = process.env['MAINSTAY_CHROMIUM'];
const inBrowser = describe.each(executablePath === undefined ? [] : ['a real browser']);
const ARGUMENTS = ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update', '--disable-sync'];
const PHONE = { viewport: { width: 390, height: 780 }, isMobile: true, hasTouch: true };
/** Pages that begin with another view. */
const ADDRESSES = ['', '?view=sign-up', '?view=forgot', '#type=reset-password&token=x', '?locale=ja'];
const PASSWORD = 'correct horse battery';

/** The app: a button that goes to the page, and a line about who has come back. */
const APP_SCRIPT = `
import { createClient } from './index.ts';
const app = createClient(place);
const say = (text) => { document.querySelector('output').textContent = text; };
document.querySelector('button').onclick = () => app.auth.signInWithPage({ locale: 'en' });
app.auth.completeSignIn().then((user) => say(user === null ? 'nobody' : user.email ?? user.username ?? 'anonymous'), ({ code }) => say(code));
`;

/** A widget as Turnstile documents it, with a button for the check that a person passes. */
const TURNSTILE = `window.turnstile = {
  render: (box, { callback }) => {
    const button = document.createElement('button');
    button.type = 'button';
    button.textContent = 'I am human';
    button.onclick = () => callback('solved');
    box.append(button);
    return 1;
  },
  reset: () => undefined,
};`;

async function startApp(ready: StartedServer['ready']): Promise<{ site: Server; address: string }> {
  const { origin: url, project, publishableKey: key } = ready;
  const { outputFiles } = await build({
    stdin: {
      contents: `const place = ${JSON.stringify({ url, project, key })};${APP_SCRIPT}`,
      resolveDir: resolve('packages/client/src'),
      loader: 'ts',
    },
    bundle: true,
    write: false,
    format: 'esm',
    target: 'es2022',
  });
  const html = `<!doctype html><title>App</title><button>Sign in</button><output></output><script type="module" src="/app.js"></script>`;
  const site = createServer((request, response) => {
    const isScript = request.url === '/app.js';
    response.setHeader('content-type', isScript ? 'text/javascript; charset=utf-8' : 'text/html; charset=utf-8');
    response.end(isScript ? outputFiles[0]?.text : html);
  });
  site.listen(0, '127.0.0.1');
  await once(site, 'listening');
  return { site, address: `http://127.0.0.1:${(site.address() as AddressInfo).port}/app` };
}

inBrowser('in %s the sign-in page', () => {
  let server: StartedServer;
  let site: Server;
  let address: string;
  let browser: Browser;
  let asServer: TestClient;
  let issuer: OidcIssuer;
  const pageUrl = () => `${server.ready.origin}/p/${server.ready.project}/auth/ui`;
  const setPolicy = (patch: object) => asServer.patch('/auth/settings', patch);

  beforeAll(async () => {
    issuer = await createOidcIssuer();
    server = await startServer({
      MAINSTAY_SEED: 'true',
      MAINSTAY_AUTH_ALLOW_PRIVATE_ISSUERS: 'true',
      MAINSTAY_AUTH_ALLOW_PRIVATE_HOOKS: 'true',
    });
    ({ site, address } = await startApp(server.ready));
    asServer = createTestClient(server.ready.api, { 'x-mainstay-key': server.ready.secretKey });
    await setPolicy({ redirectUrls: [address] });
    browser = await chromium.launch({ executablePath: executablePath ?? '', args: ARGUMENTS });
  }, 90_000);
  afterAll(async () => {
    await browser?.close();
    site?.close();
    await server?.stop();
    await issuer?.stop();
  });

  async function open(options: Parameters<Browser['newContext']>[0] = {}) {
    const context = await browser.newContext({ locale: 'en-GB', ...options });
    const page = await context.newPage();
    page.setDefaultTimeout(20_000);
    return { context, page, errors: watch(page) };
  }

  /** What goes wrong in a page; answers that refuse a sign-in are told to the console by every browser. */
  function watch(page: Page): string[] {
    const errors: string[] = [];
    page.on('pageerror', (error) => errors.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error' && !/status of 4\d\d/.test(message.text())) errors.push(message.text());
    });
    return errors;
  }

  /** From the app to the page. */
  async function fromApp(page: Page): Promise<void> {
    await page.goto(address);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('heading', { name: 'Sign in to demo' }).waitFor();
  }

  async function cameBackAs(page: Page, who: string): Promise<void> {
    await page.getByText(who, { exact: true }).waitFor();
    expect(page.url()).toBe(address);
  }

  /** The text of the newest mail to somebody, from the development inbox. */
  async function mailTo(email: string, template: string): Promise<string> {
    const { id } = await until(`a mail to ${email} arrives`, async () => {
      const { body } = await asServer.get<{ items: { id: string; to: string; template: string }[] }>('/mail/inbox?limit=50');
      return body.items.find((mail) => mail.to === email && mail.template === template);
    });
    const { body } = await asServer.get<{ text: string }>(`/mail/inbox/${id}`);
    return body.text;
  }
  const linkIn = (mail: string): string => /http\S+#\S+/.exec(mail)?.[0] ?? 'no link';

  async function signUp(email: string): Promise<void> {
    expect(await asServer.post('/auth/signup', { email, password: PASSWORD })).toMatchObject({ status: 201 });
  }

  it('signs in with a password and brings the user back to the app, with nothing in the address', async () => {
    await signUp('ada@app.example');
    const { context, page, errors } = await open();
    await fromApp(page);
    await page.getByLabel('E-mail address').fill('ada@app.example');
    await page.getByLabel('Password', { exact: true }).fill('wrong horse battery');
    await page.keyboard.press('Enter');
    await page.getByRole('alert').getByText('The name or the password is wrong.').waitFor();
    await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
    await page.keyboard.press('Enter');
    await cameBackAs(page, 'ada@app.example');
    expect(errors).toEqual([]);
    await context.close();
  }, 60_000);

  it('makes an account, and says what is wrong with what was typed', async () => {
    await signUp('taken@app.example');
    const { context, page, errors } = await open();
    await fromApp(page);
    await page.getByRole('button', { name: 'Create account' }).click();
    await page.getByRole('button', { name: 'Create account' }).click();
    await page.getByText('Please fill this in.').first().waitFor();
    await page.getByLabel('E-mail address').fill('taken@app.example');
    await page.getByLabel('Password', { exact: true }).fill('Password123');
    await page.getByRole('button', { name: 'Create account' }).click();
    await page.getByText('Choose another password').waitFor();
    await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
    await page.getByRole('button', { name: 'Create account' }).click();
    await page.getByText('There is an account with this address already.').waitFor();
    expect(await page.getByLabel('E-mail address').getAttribute('aria-invalid')).toBe('true');
    await page.getByLabel('E-mail address').fill('new@app.example');
    await page.getByRole('button', { name: 'Create account' }).click();
    await cameBackAs(page, 'new@app.example');
    expect(errors).toEqual([]);
    await context.close();
  }, 60_000);

  it('has an address confirmed before the first sign-in where the project wants that, with no address of an app', async () => {
    await setPolicy({ emailVerification: 'required' });
    const { context, page, errors } = await open();
    await fromApp(page);
    await page.getByRole('button', { name: 'Create account' }).click();
    await page.getByLabel('E-mail address').fill('verify@app.example');
    await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
    await page.getByRole('button', { name: 'Create account' }).click();
    await page.getByText('We sent a link to verify@app.example.').waitFor();
    const link = linkIn(await mailTo('verify@app.example', 'verify-email'));
    // A scanner that opens the link, even with a browser, uses nothing up.
    const scanner = await context.newPage();
    await scanner.goto(link);
    await scanner.getByRole('button', { name: 'Confirm' }).waitFor();
    expect(scanner.url()).not.toContain('token');
    await page.goto(link);
    await page.getByRole('button', { name: 'Confirm' }).click();
    await page.getByText('Your address is confirmed.').waitFor();
    expect(await page.getByLabel('E-mail address').inputValue()).toBe('verify@app.example');
    await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
    await page.keyboard.press('Enter');
    await cameBackAs(page, 'verify@app.example');
    expect(errors).toEqual([]);
    await setPolicy({ emailVerification: 'off' });
    await context.close();
  }, 60_000);

  it('signs in by a link in a mail, in another tab, once', async () => {
    await signUp('link@app.example');
    const { context, page, errors } = await open();
    await fromApp(page);
    await page.getByLabel('E-mail address').fill('link@app.example');
    await page.getByRole('button', { name: 'E-mail me a link' }).click();
    await page.getByRole('button', { name: 'Send the link' }).click();
    await page.getByText('If link@app.example has an account').waitFor();
    const link = linkIn(await mailTo('link@app.example', 'magic-link'));
    const tab = await context.newPage();
    await tab.goto(link);
    await tab.getByRole('button', { name: 'Sign in' }).click();
    await cameBackAs(tab, 'link@app.example');
    await page.goto(link);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByText('This link was used already').waitFor();
    expect(errors).toEqual([]);
    await context.close();
  }, 60_000);

  it('signs in by a code in a mail', async () => {
    await signUp('code@app.example');
    const { context, page, errors } = await open();
    await fromApp(page);
    await page.getByRole('button', { name: 'E-mail me a code' }).click();
    await page.getByLabel('E-mail address').fill('code@app.example');
    await page.getByRole('button', { name: 'Send the code' }).click();
    await page.getByRole('heading', { name: 'Enter your code' }).waitFor();
    const code = /\b\d{6}\b/.exec(await mailTo('code@app.example', 'one-time-code'))?.[0] ?? '';
    await page.getByRole('textbox', { name: 'Code' }).fill(code === '000000' ? '000001' : '000000');
    await page.keyboard.press('Enter');
    await page.getByText('The code is wrong').waitFor();
    await page.getByRole('textbox', { name: 'Code' }).fill(`${code.slice(0, 3)} ${code.slice(3)}`);
    await page.keyboard.press('Enter');
    await cameBackAs(page, 'code@app.example');
    expect(errors).toEqual([]);
    await context.close();
  }, 60_000);

  it('signs in by a code in a text message', async () => {
    const sender = await startHookService();
    await asServer.put('/auth/sms/sender', { url: `${sender.origin}/messages` });
    await setPolicy({ smsCode: true, createsUsers: true });
    const { context, page, errors } = await open();
    await fromApp(page);
    await page.getByRole('button', { name: 'Text me a code' }).click();
    await page.getByLabel('Mobile number').fill('079 123 45 67');
    await page.getByRole('button', { name: 'Send the code' }).click();
    await page.getByText('This is not a number with its country').waitFor();
    await page.getByLabel('Mobile number').fill('+41 79 123 45 67');
    await page.getByRole('button', { name: 'Send the code' }).click();
    await page.getByText('If +41 79 123 45 67 can sign in here').waitFor();
    const message = await until('the message is sent', () => Promise.resolve(sender.calls[0]));
    await page.getByRole('textbox', { name: 'Code' }).fill(/\b\d{6}\b/.exec(message.body)?.[0] ?? '');
    await page.keyboard.press('Enter');
    await cameBackAs(page, 'anonymous');
    expect(errors).toEqual([]);
    await context.close();
    await setPolicy({ smsCode: false, createsUsers: false });
    await sender.stop();
  }, 60_000);

  it('sets a forgotten password anew', async () => {
    await signUp('forgot@app.example');
    const { context, page, errors } = await open();
    await fromApp(page);
    await page.getByRole('button', { name: 'Forgot your password?' }).click();
    await page.getByLabel('E-mail address').fill('forgot@app.example');
    await page.getByRole('button', { name: 'Send the link' }).click();
    await page.getByText('If forgot@app.example has an account').waitFor();
    await page.goto(linkIn(await mailTo('forgot@app.example', 'reset-password')));
    await page.getByLabel('New password', { exact: true }).fill('a better horse battery');
    await page.getByRole('button', { name: 'Set the password' }).click();
    await page.getByText('Your new password is set.').waitFor();
    await page.getByLabel('E-mail address').fill('forgot@app.example');
    await page.getByLabel('Password', { exact: true }).fill('a better horse battery');
    await page.keyboard.press('Enter');
    await cameBackAs(page, 'forgot@app.example');
    expect(errors).toEqual([]);
    await context.close();
  }, 60_000);

  it('lets people in without an account', async () => {
    const { context, page, errors } = await open();
    await fromApp(page);
    await page.getByRole('button', { name: 'Continue without an account' }).click();
    await cameBackAs(page, 'anonymous');
    expect(errors).toEqual([]);
    await context.close();
  }, 60_000);

  it('signs in with a user name where the project has them', async () => {
    await asServer.patch('/auth/ui/theme', { signUpWith: 'username' });
    const { context, page, errors } = await open();
    await fromApp(page);
    await page.getByRole('button', { name: 'Create account' }).click();
    await page.getByLabel('User name').fill('lovelace');
    await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
    await page.getByRole('button', { name: 'Create account' }).click();
    await cameBackAs(page, 'lovelace');
    await fromApp(page);
    await page.getByLabel('E-mail address or user name').fill('Lovelace');
    await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
    await page.keyboard.press('Enter');
    await cameBackAs(page, 'lovelace');
    expect(errors).toEqual([]);
    await asServer.patch('/auth/ui/theme', { signUpWith: 'email' });
    await context.close();
  }, 60_000);

  it('shows only what the project offers', async () => {
    await setPolicy({ signUp: false, magicLink: false, emailCode: false, passwordReset: false });
    const { context, page } = await open();
    await fromApp(page);
    const buttons = await page.getByRole('button').allInnerTexts();
    expect(buttons.filter(Boolean)).toEqual(['Sign in', 'Continue without an account']);
    await setPolicy({ signUp: true, magicLink: true, emailCode: true, passwordReset: true });
    await context.close();
  }, 60_000);

  it('says how long to wait after too many guesses', async () => {
    await signUp('guessed@app.example');
    const { context, page } = await open();
    await page.goto(pageUrl());
    await page.getByLabel('E-mail address').fill('guessed@app.example');
    await until('the page says to wait', async () => {
      await page.getByLabel('Password', { exact: true }).fill('wrong horse battery');
      await page.keyboard.press('Enter');
      await page.getByRole('alert').waitFor();
      return /Try again in \d+ seconds?\./.test(await page.getByRole('alert').innerText());
    });
    await page.getByText('You can try again now.').waitFor();
    expect(await page.getByRole('alert').isVisible()).toBe(true);
    await context.close();
  }, 60_000);

  it('signs in and out where no app waits', async () => {
    const { context, page, errors } = await open();
    await page.goto(`${pageUrl()}?view=sign-up&email=alone@app.example`);
    await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
    await page.keyboard.press('Enter');
    await page.getByText('as alone@app.example').waitFor();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByText('You are signed out.').waitFor();
    expect(await page.evaluate('JSON.stringify([localStorage, sessionStorage, document.cookie])')).toBe('[{},{},""]');
    expect(errors).toEqual([]);
    await context.close();
  }, 60_000);

  const setUpProvider = () =>
    asServer.put('/auth/providers/acme', {
      preset: 'oidc',
      issuer: issuer.url,
      clientId: issuer.clientId,
      clientSecret: issuer.clientSecret,
    });

  it('signs in with a provider, and says so when the user does not want to', async () => {
    expect(await setUpProvider()).toMatchObject({ status: 200 });
    issuer.person = null;
    const { context, page, errors } = await open();
    await fromApp(page);
    await page.getByRole('button', { name: 'Continue with Acme' }).click();
    await page.getByRole('alert').getByText('You did not sign in there.').waitFor();
    expect(page.url()).not.toContain('error=');
    issuer.person = { subject: '7', email: 'acme@app.example', emailVerified: true, name: 'Ada' };
    await page.getByRole('button', { name: 'Continue with Acme' }).click();
    await cameBackAs(page, 'acme@app.example');
    // Nobody else's code: this tab did not leave for the provider.
    await page.goto(`${pageUrl()}?code=mo_somebodyelse`);
    await page.getByRole('alert').waitFor();
    expect(page.url()).not.toContain('code=');
    expect(errors).toEqual([]);
    await asServer.delete('/auth/providers/acme');
    await context.close();
  }, 60_000);

  it('goes straight to the provider that the app asks for, at the address that it knows', async () => {
    await setUpProvider();
    issuer.person = { subject: '8', email: 'straight@app.example', emailVerified: true, name: 'Ada' };
    const { context, page, errors } = await open();
    await page.goto(`${pageUrl().replace('127.0.0.1', 'localhost')}?provider=acme`);
    await page.getByText('as straight@app.example').waitFor();
    expect(page.url().startsWith(pageUrl())).toBe(true);
    expect(errors).toEqual([]);
    await asServer.delete('/auth/providers/acme');
    await context.close();
  }, 60_000);

  it('has a second factor set up where the project wants one, and asks for it after that', async () => {
    await setPolicy({ secondFactor: 'required' });
    const { context, page, errors } = await open();
    await page.goto(`${pageUrl()}?view=sign-up&email=factor@app.example`);
    await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Protect your account' }).waitFor();
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.getByRole('img', { name: 'QR code with the key' }).waitFor();
    expect(await blockersOf(page)).toEqual([]);
    const secret = (await page.locator('.secret').innerText()).replaceAll(' ', '');
    await page.getByRole('textbox', { name: 'Code' }).fill(totpCode(secret, Date.now()));
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Keep your recovery codes' }).waitFor();
    const codes = await page.getByRole('listitem').allInnerTexts();
    expect(codes).toHaveLength(10);
    expect(await blockersOf(page)).toEqual([]);
    await page.getByRole('button', { name: 'I have kept them' }).click();
    await page.getByText('as factor@app.example').waitFor();

    await fromApp(page);
    await page.getByLabel('E-mail address').fill('factor@app.example');
    await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Confirm that it is you' }).waitFor();
    await page.getByRole('textbox', { name: 'Code' }).fill('000000');
    await page.keyboard.press('Enter');
    await page.getByText('The code is wrong').waitFor();
    await page.getByRole('button', { name: 'Use a recovery code' }).click();
    await page.getByRole('textbox', { name: 'Recovery code' }).fill(codes[0] ?? '');
    await page.keyboard.press('Enter');
    await cameBackAs(page, 'factor@app.example');
    expect(errors).toEqual([]);
    await setPolicy({ secondFactor: 'optional' });
    await context.close();
  }, 90_000);

  it('signs up, in and again with a passkey, and adds one to an account', async () => {
    const { context, page, errors } = await open();
    const authenticator = await addVirtualAuthenticator(await context.newCDPSession(page));
    // Browsers have passkeys for names, not for 127.0.0.1.
    const here = pageUrl().replace('127.0.0.1', 'localhost');
    await page.goto(`${here}?view=sign-up`);
    await page.getByRole('button', { name: 'Use a passkey instead of a password' }).click();
    await page.getByLabel('E-mail address').fill('passkey@app.example');
    expect(await blockersOf(page)).toEqual([]);
    await page.getByRole('button', { name: 'Create the passkey' }).click();
    await page.getByText('as passkey@app.example').waitFor();
    expect(await authenticator.count()).toBe(1);
    // The virtual authenticator answers at once also what the name field's list offers, faster than the button can be pressed.
    await page.addInitScript('PublicKeyCredential.isConditionalMediationAvailable = () => Promise.resolve(false);');
    await page.goto(`${here}?view=forgot`);
    await page.getByRole('button', { name: 'Back' }).click();
    await page.getByRole('button', { name: 'Sign in with a passkey' }).click({ noWaitAfter: true });
    await page.getByText('as passkey@app.example').waitFor();
    expect(errors).toEqual([]);
    await context.close();

    const other = await open();
    const second = await addVirtualAuthenticator(await other.context.newCDPSession(other.page));
    await other.page.goto(`${here}?view=sign-up&email=adds@app.example`);
    await other.page.getByLabel('Password', { exact: true }).fill(PASSWORD);
    await other.page.keyboard.press('Enter');
    await other.page.getByRole('button', { name: 'Add a passkey' }).click();
    await other.page.getByText('The passkey is added.').waitFor();
    expect(await second.count()).toBe(1);
    expect(await blockersOf(other.page)).toEqual([]);
    expect(other.errors).toEqual([]);
    await other.context.close();
  }, 60_000);

  it('shows the captcha of the project before what it guards, and lets its provider alone into the page', async () => {
    const provider = await startHookService();
    provider.answer(({ body }) => ({ success: new URLSearchParams(body).get('response') === 'solved' }));
    const captcha = { provider: 'turnstile', siteKey: 'site', secret: 'hidden', verifyUrl: `${provider.origin}/siteverify` };
    expect(await asServer.put('/auth/captcha/settings', captcha)).toMatchObject({ status: 200 });
    const { context, page, errors } = await open();
    await page.route('https://challenges.cloudflare.com/**', (route) => route.fulfill({ contentType: 'text/javascript', body: TURNSTILE }));
    await page.goto(`${pageUrl()}?view=sign-up&email=human@app.example`);
    await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
    await page.getByText('I am human').waitFor();
    await page.getByRole('button', { name: 'Create account' }).click();
    await page.getByRole('alert').getByText('Confirm that you are not a robot.').waitFor();
    await page.getByText('I am human').click();
    await page.getByRole('button', { name: 'Create account' }).click();
    await page.getByText('as human@app.example').waitFor();
    expect(provider.calls).toHaveLength(1);
    const policy = (await fetch(pageUrl())).headers.get('content-security-policy') ?? '';
    expect(policy).toContain("script-src 'self' https://challenges.cloudflare.com;");
    expect(policy).not.toContain('unsafe');
    expect(errors).toEqual([]);
    await asServer.delete('/auth/captcha/settings');
    expect((await fetch(pageUrl())).headers.get('content-security-policy')).toContain("script-src 'self';");
    await context.close();
    await provider.stop();
  }, 60_000);

  it.each([
    ['another site', `redirectTo=${encodeURIComponent('https://evil.example/')}&codeChallenge=${'x'.repeat(43)}`, 'not on its list'],
    ['a script', `redirectTo=${encodeURIComponent('javascript:alert(1)')}&codeChallenge=${'x'.repeat(43)}`, 'not on its list'],
  ])('does not begin for %s', async (_name, query, why) => {
    const { context, page } = await open();
    await page.goto(`${pageUrl()}?${query}`);
    await page.getByText(why).waitFor();
    expect(await page.getByRole('textbox').count()).toBe(0);
    await context.close();
  });

  it('does not begin without a challenge, nor end a sign-in that the app did not begin', async () => {
    const { context, page } = await open();
    await page.goto(`${pageUrl()}?redirectTo=${encodeURIComponent(address)}`);
    await page.getByText('codeChallenge is missing').waitFor();
    await page.goto(`${address}?code=mp_somebodyelse&state=foreign`);
    await page.getByText('sign_in_not_begun').waitFor();
    expect(page.url()).toBe(address);
    await context.close();
  });

  it('says that there is no such app, with 404', async () => {
    const { context, page } = await open();
    const answer = await page.goto(`${server.ready.origin}/p/00000000000000000000/auth/ui`);
    expect(answer?.status()).toBe(404);
    await page.getByText('There is no app at this address.').waitFor();
    await context.close();
  });

  it('may do little, in no frame, and tells nobody where it is', async () => {
    const { headers } = await fetch(pageUrl());
    const policy = headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toContain('unsafe');
    expect(headers.get('referrer-policy')).toBe('no-referrer');
    expect(headers.get('cache-control')).toBe('no-store');
    const html = await (await fetch(pageUrl())).text();
    expect(html).not.toMatch(/<script(?![^>]*\bsrc=)|\bon\w+=|style=|[ps]k_/);
    expect((await fetch(pageUrl(), { method: 'POST' })).status).toBe(405);
    const { context, page } = await open();
    await page.goto(address);
    await page.evaluate(`document.body.innerHTML = '<iframe src="${pageUrl()}"></iframe>'`);
    const frame = await until('the frame has loaded', () => page.frames()[1]);
    expect(await frame.locator('input').count()).toBe(0);
    await context.close();
  });

  it.each([
    ['de', 'Bei demo anmelden'],
    ['fr', 'Se connecter à demo'],
    ['es', 'Iniciar sesión en demo'],
    ['ja', 'demo にログイン'],
    ['nl', 'Sign in to demo'],
  ])('speaks %s where the browser prefers it', async (locale, heading) => {
    const { context, page } = await open({ locale });
    await page.goto(pageUrl());
    await page.getByRole('heading', { name: heading }).waitFor();
    expect(await page.evaluate('document.documentElement.lang')).toBe(locale === 'nl' ? 'en' : locale);
    await context.close();
  });

  it('speaks what the address or the user asks for', async () => {
    const { context, page } = await open();
    await page.goto(`${pageUrl()}?locale=de-AT`);
    await page.getByRole('heading', { name: 'Bei demo anmelden' }).waitFor();
    await page.getByLabel('Sprache').selectOption('ja');
    await page.getByRole('heading', { name: 'demo にログイン' }).waitFor();
    expect(await page.title()).toBe('demo にログイン');
    await context.close();
  });

  async function blockersOf(page: Page): Promise<string[]> {
    const { violations } = await new AxeBuilder({ page }).analyze();
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(' · ')}`);
  }

  it.each<[string, Parameters<Browser['newContext']>[0]]>([
    ['light', { colorScheme: 'light' }],
    ['dark', { colorScheme: 'dark' }],
    ['light on a phone', { colorScheme: 'light', ...PHONE }],
    ['dark on a phone', { colorScheme: 'dark', ...PHONE }],
  ])(
    'in %s can be used by everybody, whatever its colours',
    async (_name, options) => {
      for (const color of options?.isMobile === true ? ['#0b7285'] : ['#0b7285', '#ffe600', '#111111']) {
        await asServer.patch('/auth/ui/theme', { color, background: color === '#ffe600' ? '#5b2a86' : null });
        const { context, page, errors } = await open(options);
        for (const query of color === '#0b7285' ? ADDRESSES : ['']) {
          await page.goto('about:blank');
          await page.goto(pageUrl() + query);
          await page.getByRole('heading').waitFor();
          const overflow = await page.evaluate<number>('document.documentElement.scrollWidth - window.innerWidth');
          expect({ color, query, overflow, blockers: await blockersOf(page), errors }).toEqual({
            color,
            query,
            overflow: 0,
            blockers: [],
            errors: [],
          });
        }
        await context.close();
      }
      await asServer.patch('/auth/ui/theme', { color: '#0b7285', background: null });
    },
    120_000,
  );

  it('is used with the keyboard alone', async () => {
    await signUp('keys@app.example');
    const { context, page } = await open();
    await fromApp(page);
    await page.keyboard.type('keys@app.example');
    await page.keyboard.press('Tab');
    await page.keyboard.type(PASSWORD);
    await page.keyboard.press('Tab');
    expect(await focused(context)).toBe('Show password');
    await page.keyboard.press('Space');
    expect(await page.getByLabel('Password', { exact: true }).getAttribute('type')).toBe('text');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await cameBackAs(page, 'keys@app.example');
    await context.close();
  }, 60_000);

  const focused = (context: BrowserContext): Promise<string | null | undefined> =>
    context.pages()[0]?.evaluate<string | null>("document.activeElement.getAttribute('aria-label')") ?? Promise.resolve(undefined);
});
