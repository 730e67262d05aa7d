import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { VirtualAuthenticator } from '@mainstay/testing';
import { addVirtualAuthenticator, totpCode } from '@mainstay/testing';
import { build } from 'esbuild';
import { once } from 'node:events';
import type { Server } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { resolve } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { chromium } from 'playwright-core';
import type { StartedServer } from './start-server.ts';
import { startServer } from './start-server.ts';

/** Passkeys as browsers make and show them, and the second step of sign-in, with the typed client in an app's own page. */
const executablePath = process.env['MAINSTAY_CHROMIUM'];
const inBrowser = describe.each(executablePath === undefined ? [] : ['a real browser']);
const ARGUMENTS = ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update', '--disable-sync'];
const PASSWORD = 'correct horse';

/** Each step answers something that can be looked at; what is thrown is answered by its code. */
const PAGE_SCRIPT = `
import { createClient } from './index.ts';

const app = createClient(place);
const { auth } = app;
let step = null;
const answer = (promise) => promise.then((value) => value ?? 'done', (error) => { step = error.secondFactor ?? step; return error.code || error.name; });
window.steps = {
  signUp: (email) => answer(auth.signUp({ email, password: ${JSON.stringify(PASSWORD)} }).then(({ id }) => id)),
  logIn: (email) => answer(auth.logIn({ email, password: ${JSON.stringify(PASSWORD)} }).then(({ id }) => id)),
  logOut: () => answer(auth.logOut()),
  vault: () => answer(app.collection('vault').list().then(({ items }) => items.length)),
  whoAmI: () => answer(auth.me().then(({ id }) => id)),
  signUpByPasskey: (username) => answer(auth.passkeys.signUp({ username }).then(({ id }) => id)),
  signInByPasskey: () => answer(auth.passkeys.signIn().then(({ id }) => id)),
  addPasskey: (name) => answer(auth.passkeys.add({ name }).then(({ passkey }) => passkey.name)),
  passkeys: () => answer(auth.passkeys.list().then((list) => list.map(({ name }) => name))),
  removePasskeys: () => answer(auth.passkeys.list().then(async ([first]) => auth.passkeys.remove(first.id))),
  wish: (wish) => answer(auth.secondFactors.set(wish).then((codes) => codes.length)),
  methods: () => step.methods,
  completeByPasskey: () => answer(auth.secondFactors.complete(step, 'passkey').then(({ id }) => id)),
  completeByCode: (factor) => answer(auth.secondFactors.complete(step, factor).then(({ id }) => id)),
  beginApp: () => answer(auth.secondFactors.beginApp(step ?? {}).then(({ secret }) => secret)),
  confirmApp: (code) => answer(auth.secondFactors.confirmApp({ code, ...(step ?? {}) }).then((codes) => codes.length)),
};
`;

inBrowser('in %s', () => {
  let server: StartedServer;
  let site: Server;
  let browser: Browser;
  let page: Page;
  let authenticator: VirtualAuthenticator;

  const send = async (method: string, path: string, body: object): Promise<number> => {
    const { api, secretKey } = server.ready;
    const headers = { 'x-mainstay-key': secretKey, 'content-type': 'application/json' };
    return (await fetch(`${api}${path}`, { method, headers, body: JSON.stringify(body) })).status;
  };
  const setPolicy = (patch: object): Promise<number> => send('PATCH', '/auth/settings', patch);

  beforeAll(async () => {
    server = await startServer({ MAINSTAY_SEED: 'true' });
    const { origin: url, project, publishableKey: key } = server.ready;
    const { outputFiles } = await build({
      stdin: {
        contents: `const place = ${JSON.stringify({ url, project, key })};${PAGE_SCRIPT}`,
        resolveDir: resolve('packages/client/src'),
        loader: 'ts',
      },
      bundle: true,
      write: false,
      format: 'iife',
      target: 'es2020',
    });
    site = createServer((request, response) => {
      const isScript = request.url === '/app.js';
      response.setHeader('content-type', isScript ? 'text/javascript; charset=utf-8' : 'text/html; charset=utf-8');
      response.end(isScript ? outputFiles[0]?.text : '<!doctype html><title>App</title><script src="app.js"></script>');
    });
    site.listen(0, '127.0.0.1');
    await once(site, 'listening');
    const origin = `http://localhost:${(site.address() as AddressInfo).port}`;
    await setPolicy({ passkeys: { rpId: 'localhost', origins: [origin] } });
    await send('PUT', '/schema/vault', { fields: { text: { type: 'string' } }, rules: { list: 'user.secondFactor.fresh' } });
    browser = await chromium.launch({ executablePath: executablePath ?? '', args: ARGUMENTS });
    page = await (await browser.newContext()).newPage();
    page.setDefaultTimeout(20_000);
    const devtools = await page.context().newCDPSession(page);
    authenticator = await addVirtualAuthenticator({ send: (method, parameters) => devtools.send(method as never, parameters as never) });
    await page.goto(`${origin}/`);
  }, 90_000);
  afterAll(async () => {
    await browser?.close();
    site?.close();
    await server?.stop();
  });

  interface Steps {
    readonly steps: Record<string, (argument: unknown) => unknown>;
  }
  const step = <T = string>(name: string, argument?: unknown): Promise<T> =>
    page.evaluate(([one, value]) => (globalThis as never as Steps).steps[one as string]?.(value), [name, argument]) as Promise<T>;

  it('somebody signs up and in with a passkey, without a password and without a name', async () => {
    const id = await step('signUpByPasskey', 'grace');
    expect(id).toMatch(/^[\w-]{10,}$/);
    expect(await authenticator.count()).toBe(1);
    await step('logOut');
    expect(await step('signInByPasskey')).toBe(id);
    expect(await step('removePasskeys')).toBe('last_way_in');
    await step('logOut');
  });

  it('a passkey without a finger does not sign in', async () => {
    await authenticator.setUserVerified(false);
    expect(await step('signInByPasskey')).toBe('NotAllowedError');
    await authenticator.setUserVerified(true);
  });

  it('a passkey that the site does not own is none: another origin is refused', async () => {
    expect(await setPolicy({ passkeys: { rpId: 'localhost', origins: ['http://localhost:1'] } })).toBe(200);
    expect(await step('signInByPasskey')).toBe('passkey_invalid');
    expect(await setPolicy({ passkeys: { rpId: 'localhost', origins: [new URL(page.url()).origin] } })).toBe(200);
  });

  it('a passkey is asked for after the password when its owner wants that, and opens what a rule keeps for those who showed one', async () => {
    const id = await step('signUp', 'ada@browser.example.com');
    expect(await step('vault')).toBe('rule_denied');
    expect(await step('addPasskey', 'Laptop')).toBe('Laptop');
    expect(await step('wish', { passkey: true })).toBe(10);
    await step('logOut');
    expect(await step('logIn', 'ada@browser.example.com')).toBe('second_factor_needed');
    expect(await step('methods')).toEqual(['passkey', 'recovery']);
    expect(await step('whoAmI')).toBe('user_needed');
    expect(await step('completeByPasskey')).toBe(id);
    expect(await step('vault')).toBe(0);
    expect(await step('passkeys')).toEqual(['Laptop']);
    expect(await step('removePasskeys')).toBe('done');
    await step('logOut');
  });

  it('an authenticator app is set up before the first session where the project asks for one', async () => {
    expect(await setPolicy({ secondFactor: 'required' })).toBe(200);
    expect(await step('signUp', 'must@browser.example.com')).toBe('second_factor_enrolment_needed');
    const secret = await step('beginApp');
    expect(await step('confirmApp', totpCode(secret, Date.now()))).toBe(10);
    expect(await step('whoAmI')).toMatch(/^[\w-]{10,}$/);
    await step('logOut');
    expect(await step('logIn', 'must@browser.example.com')).toBe('second_factor_needed');
    expect(await step('completeByCode', { method: 'totp', code: totpCode(secret, Date.now() + 30_000) })).toMatch(/^[\w-]{10,}$/);
    expect(await setPolicy({ secondFactor: 'optional' })).toBe(200);
  });
});
