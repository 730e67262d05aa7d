import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
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

/** The typed client in a page of another origin. `npm test` says so where there is no browser. */
const executablePath = process.env['MAINSTAY_CHROMIUM'];
const inBrowser = describe.each(executablePath === undefined ? [] : ['a real browser']);
const ARGUMENTS = ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update', '--disable-sync'];

/** What the page does; each step answers something that can be looked at. */
const PAGE_SCRIPT = `
import { createClient } from './index.ts';
import { createOffline, indexedDbStore } from './offline.ts';

const app = createClient(place);
const todos = app.collection('todos');
let reason;
app.auth.onChange((event) => { reason = event.reason; });
let list;
let offline;
window.steps = {
  signUp: (email) => app.auth.signUp({ email, password: 'correct horse' }).then(({ id }) => id),
  logOut: () => app.auth.logOut(),
  signedOutBy: () => reason,
  whoAmI: () => app.auth.me().then(({ id }) => id, ({ code }) => code),
  upload: async () => {
    const steps = [];
    const file = await app.files.upload(new File([new Uint8Array(400_000)], 'zeros.bin'), { onProgress: (step) => steps.push(step) });
    return { sizeBytes: file.sizeBytes, last: steps.at(-1), count: steps.length };
  },
  abortUpload: () => {
    const stop = new AbortController();
    const upload = app.files.upload(new File(['x'], 'x'), { signal: stop.signal }).then(() => 'stored', ({ code }) => code);
    stop.abort();
    return upload;
  },
  follow: () => new Promise((live) => { list = todos.subscribe({ sort: 'title' }, { onStatus: live }); }),
  create: (document) => todos.create(document),
  shown: () => list.items().map(({ title }) => title),
  openOffline: async () => {
    offline = await createOffline(app, { store: indexedDbStore('copy'), collections: ['todos'], everyMs: null });
    return offline.pending().length;
  },
  writeOffline: (document) => offline.collection('todos').create(document).then(() => offline.pending().length),
  sync: () => offline.sync().then(() => offline.collection('todos').list({ sort: 'title' }).map(({ title }) => title)),
};
`;

inBrowser('in %s an app', () => {
  let server: StartedServer;
  let site: Server;
  let browser: Browser;
  let page: Page;
  const errors: string[] = [];

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
    const html = `<!doctype html><title>App</title><script src="app.js"></script>`;
    site = createServer((request, response) => {
      const isScript = request.url === '/app.js';
      response.setHeader('content-type', isScript ? 'text/javascript; charset=utf-8' : 'text/html; charset=utf-8');
      response.end(isScript ? outputFiles[0]?.text : html);
    });
    site.listen(0, '127.0.0.1');
    await once(site, 'listening');
    browser = await chromium.launch({ executablePath: executablePath ?? '', args: ARGUMENTS });
    page = await (await browser.newContext()).newPage();
    page.on('pageerror', (error) => errors.push(error.message));
    page.setDefaultTimeout(20_000);
    await page.goto(`http://127.0.0.1:${(site.address() as AddressInfo).port}/`);
  }, 90_000);
  afterAll(async () => {
    await browser?.close();
    site?.close();
    await server?.stop();
  });

  const step = <T>(name: string, argument?: unknown): Promise<T> =>
    page.evaluate(([one, value]) => (globalThis as never as Steps).steps[one as string]?.(value), [name, argument]) as Promise<T>;
  interface Steps {
    readonly steps: Record<string, (argument: unknown) => unknown>;
  }
  let user = '';

  it('keeps the session over a reload', async () => {
    user = await step<string>('signUp', 'grace@browser.example.com');
    await page.reload();
    expect(await step('whoAmI')).toBe(user);
  });

  it('tells how far an upload is, and ends it', async () => {
    const { sizeBytes, last, count } = await step<{ sizeBytes: number; last: { sentBytes: number; totalBytes: number }; count: number }>(
      'upload',
    );
    expect(sizeBytes).toBe(400_000);
    expect(last.sentBytes).toBe(last.totalBytes);
    expect(last.totalBytes).toBeGreaterThan(400_000);
    expect(count).toBeGreaterThan(0);
    expect(await step('abortUpload')).toBe('aborted');
  });

  it('follows a list', async () => {
    expect(await step('follow')).toBe('live');
    await step('create', { title: 'from the page', owner: user });
    await page.waitForFunction(() => String((globalThis as never as Steps).steps['shown']?.(undefined)) === 'from the page');
    expect(await step('shown')).toEqual(['from the page']);
  });

  it('keeps what it writes without a connection over a reload, and sends it', async () => {
    expect(await step('openOffline')).toBe(0);
    expect(await step('writeOffline', { title: 'in the tunnel', owner: user })).toBe(1);
    await page.reload();
    expect(await step('openOffline')).toBe(1);
    expect(await step('sync')).toEqual(['from the page', 'in the tunnel']);
    expect(errors).toEqual([]);
  });

  it('is signed out in every tab', async () => {
    const tab = await page.context().newPage();
    await tab.goto(page.url());
    expect(await tab.evaluate(() => (globalThis as never as Steps).steps['whoAmI']?.(undefined))).toBe(user);
    await tab.evaluate(() => (globalThis as never as Steps).steps['logOut']?.(undefined));
    await page.waitForFunction(() => (globalThis as never as Steps).steps['signedOutBy']?.(undefined) === 'other-page');
    expect(await step('whoAmI')).toBe('user_needed');
  });
});
