import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { OidcIssuer, TestClient } from '@mainstay/testing';
import { createOidcIssuer, createTestClient } from '@mainstay/testing';
import { build } from 'esbuild';
import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import type { Server } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { resolve } from 'node:path';
import type { Page } from 'playwright-core';
import type { Dashboard } from './open-dashboard.ts';
import { faultsInAllLooks, openDashboard } from './open-dashboard.ts';

/** Sign-in with a provider as people meet it: set up in the dashboard, used from an app of another origin, with a provider of another site. */
const executablePath = process.env['MAINSTAY_CHROMIUM'];
const inBrowser = describe.each(executablePath === undefined ? [] : ['a real browser']);
const NOBODY = { storageState: { cookies: [], origins: [] } };

/** The app: a button for each way, and a line about what came of it. */
const APP_SCRIPT = `
import { createClient } from './index.ts';
const { auth } = createClient(place);
const say = (text) => { document.querySelector('output').textContent = text; };
const go = (id, run) => { document.getElementById(id).onclick = () => run().catch(({ code }) => say(code)); };
go('acme', () => auth.providers.signIn('acme'));
go('apple', () => auth.providers.signIn('apple'));
go('link', () => auth.providers.link('apple'));
go('anonymous', () => auth.signInAnonymously().then((user) => say(user.anonymous ? 'anonymous' : 'known')));
auth.ready()
  .then(() => auth.providers.complete())
  .then(async (user) => say(user === null ? 'ready' : (user.email ?? 'no address') + ' ' + (await auth.providers.identities()).length), ({ code }) => say(code));
`;

async function startApp({ server: { ready } }: Dashboard): Promise<{ site: Server; address: string }> {
  const place = { url: ready.origin, project: ready.project, key: ready.publishableKey };
  const contents = `const place = ${JSON.stringify(place)};${APP_SCRIPT}`;
  const stdin = { contents, resolveDir: resolve('packages/client/src'), loader: 'ts' as const };
  const { outputFiles } = await build({ stdin, bundle: true, write: false, format: 'esm', target: 'es2022' });
  const buttons = ['acme', 'apple', 'link', 'anonymous'].map((id) => `<button id="${id}">${id}</button>`).join('');
  const html = `<!doctype html><title>App</title>${buttons}<output></output><script type="module" src="/app.js"></script>`;
  const site = createServer((request, response) => {
    const isScript = request.url === '/app.js';
    response.setHeader('content-type', isScript ? 'text/javascript; charset=utf-8' : 'text/html; charset=utf-8');
    response.end(isScript ? outputFiles[0]?.text : html);
  });
  site.listen(0, '127.0.0.1');
  await once(site, 'listening');
  return { site, address: `http://127.0.0.1:${(site.address() as AddressInfo).port}/app` };
}

inBrowser('in %s sign-in with a provider', () => {
  let dashboard: Dashboard;
  let issuer: OidcIssuer;
  let site: Server;
  let address: string;
  let asServer: TestClient;

  beforeAll(async () => {
    // Of another site than ours, so that cookies behave as they would.
    issuer = await createOidcIssuer({ host: 'localhost' });
    issuer.asks = true;
    dashboard = await openDashboard(executablePath ?? '', { MAINSTAY_AUTH_ALLOW_PRIVATE_ISSUERS: 'true' });
    ({ site, address } = await startApp(dashboard));
    asServer = createTestClient(dashboard.server.ready.api, { 'x-mainstay-key': dashboard.server.ready.secretKey });
    await asServer.patch('/auth/settings', { redirectUrls: [address] });
  }, 90_000);
  afterAll(async () => {
    site?.close();
    await dashboard?.close();
    await issuer?.stop();
  });
  beforeEach(() => {
    issuer.clientKey = null;
  });

  async function openApp() {
    const opened = await dashboard.open(NOBODY);
    await opened.page.goto(address);
    await says(opened.page, 'ready');
    return opened;
  }
  const says = (page: Page, text: string) => page.locator('output', { hasText: text }).waitFor();
  const approve = async (page: Page) => {
    await page.waitForURL(new RegExp(issuer.url));
    await page.locator('#approve').click();
  };

  it('is set up in the dashboard, which shows the address to register and whether the provider answers', async () => {
    const { page, context } = await dashboard.open();
    await dashboard.show(page, '/users?tab=sign-in');
    await page.getByRole('button', { name: 'Add provider' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Provider', { exact: true }).selectOption('oidc');
    await dialog.getByLabel('Name').fill('acme');
    await dialog.getByText(`${dashboard.server.ready.api}/auth/providers/acme/callback`).waitFor();
    await dialog.getByLabel('Issuer').fill(issuer.url);
    await dialog.getByRole('textbox', { name: 'Client id', exact: true }).fill(issuer.clientId);
    await dialog.getByLabel('Client secret').fill(issuer.clientSecret);
    expect(await faultsInAllLooks(page)).toEqual({});
    await dialog.getByRole('button', { name: 'Save provider' }).click();
    await page.getByText('acme is set up.').waitFor();
    await page.getByRole('button', { name: 'Check acme' }).click();
    await page.getByText('acme answers.').waitFor();
    await context.close();
  }, 120_000);

  it('registers keys for custom tokens and changes the key of access tokens there as well', async () => {
    const { page, context } = await dashboard.open();
    await dashboard.show(page, '/users?tab=sign-in');
    const { publicKey } = generateKeyPairSync('ed25519');
    await page.getByLabel('Name of the key').fill('our server');
    await page.getByLabel('Public key').fill(publicKey.export({ type: 'spki', format: 'pem' }) as string);
    await page.getByRole('button', { name: 'Register key' }).click();
    await page.getByText('EdDSA').waitFor();
    await page.getByRole('button', { name: 'Rotate key' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Rotate key' }).click();
    await page.getByText('A new key signs.').waitFor();
    expect(await faultsInAllLooks(page)).toEqual({});
    await context.close();
  }, 120_000);

  it('leads there and back, leaves nothing in the address, and is remembered', async () => {
    issuer.person = { subject: 'browser-1', email: 'browser@example.com', emailVerified: true };
    const { page, context } = await openApp();
    await page.locator('#acme').click();
    await approve(page);
    await says(page, 'browser@example.com 1');
    expect(page.url()).toBe(address);
    const [cookie] = await context.cookies(dashboard.server.ready.origin);
    expect(cookie).toMatchObject({ name: 'mainstay-flow', httpOnly: true, sameSite: 'Lax' });
    await context.close();
  }, 60_000);

  it('is shown with the user, whose last way in cannot be taken', async () => {
    const { body } = await asServer.get<{ items: { id: string }[] }>('/users?search=browser@example.com');
    const { page, context } = await dashboard.open();
    await dashboard.show(page, `/users?user=${body.items[0]?.id}`);
    await page.getByText('acme: browser@example.com').waitFor();
    expect(await faultsInAllLooks(page)).toEqual({});
    await page.getByRole('button', { name: 'Unlink acme' }).click();
    await page.getByRole('button', { name: 'Unlink account' }).click();
    await page.getByText('Without it nobody could sign in as this user.').waitFor();
    await context.close();
  }, 120_000);

  it('tells the app when the person refuses', async () => {
    issuer.person = null;
    const { page, context } = await openApp();
    await page.locator('#acme').click();
    await approve(page);
    await says(page, 'access_denied');
    expect(page.url()).toBe(address);
    await context.close();
  }, 60_000);

  it('comes back by the form of Apple from another site, and links an account to who is here already', async () => {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    issuer.clientKey = publicKey;
    issuer.person = { subject: 'apple-1', email: 'apple@example.com', emailVerified: true };
    const clientSecret = privateKey.export({ type: 'pkcs8', format: 'pem' });
    const apple = {
      preset: 'apple',
      issuer: issuer.url,
      clientId: issuer.clientId,
      clientSecret,
      teamId: 'A123456789',
      keyId: 'B123456789',
    };
    expect(await asServer.put('/auth/providers/apple', apple)).toMatchObject({ status: 200 });
    const { page, context } = await openApp();
    await page.locator('#anonymous').click();
    await says(page, 'anonymous');
    await page.locator('#link').click();
    await approve(page);
    await says(page, 'apple@example.com 1');
    await context.close();

    const again = await openApp();
    await again.page.locator('#apple').click();
    await approve(again.page);
    await says(again.page, 'apple@example.com 1');
    await again.context.close();
  }, 60_000);
});
