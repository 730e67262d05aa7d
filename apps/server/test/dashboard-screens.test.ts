import { AxeBuilder } from '@axe-core/playwright';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createTestClient } from '@mainstay/testing';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { chromium } from 'playwright-core';
import type { StartedServer } from './start-server.ts';
import { startServer } from './start-server.ts';

/** Every screen of the dashboard as people meet it: in light and dark, on a phone, by keyboard, and when the session ends. */
const executablePath = process.env['MAINSTAY_CHROMIUM'];
const inBrowser = describe.each(executablePath === undefined ? [] : ['a real browser']);
const ARGUMENTS = ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update', '--no-first-run'];
const WIDE = { width: 1280, height: 800 };
const PHONE = { width: 390, height: 780 };

/** Addresses below the project. */
const SCREENS = [
  '',
  '/data',
  '/data/new',
  '/data/todos',
  '/data/todos?tab=schema',
  '/data/todos?tab=api',
  '/users',
  '/users?tab=roles',
  '/users?tab=sign-in',
  '/files',
  '/push',
  '/push?tab=compose',
  '/push?tab=installations',
  '/mail',
  '/mail?tab=templates',
  '/mail?tab=server',
  '/devices',
  '/devices?tab=rules',
  '/analytics',
  '/api',
  '/settings',
  '/settings?tab=members',
  '/settings?tab=project',
  '/settings?tab=audit',
  '/settings?tab=tokens',
];

/** Reads of a page that opened without a mistake: no error in the console, nothing asked of another origin, no sideways scrolling. */
interface Seen {
  readonly errors: string[];
  readonly foreign: string[];
}

function watch(page: Page, origin: string): Seen {
  const seen: Seen = { errors: [], foreign: [] };
  page.on('console', (message) => message.type() === 'error' && seen.errors.push(message.text()));
  page.on('pageerror', (error) => seen.errors.push(error.message));
  page.on('request', (request) => {
    const url = request.url();
    if (!url.startsWith(origin) && !url.startsWith(origin.replace('http', 'ws')) && !/^(?:data|blob):/.test(url)) seen.foreign.push(url);
  });
  return seen;
}

inBrowser('in %s every screen', () => {
  let server: StartedServer;
  let browser: Browser;
  let signedIn: Awaited<ReturnType<BrowserContext['storageState']>>;

  beforeAll(async () => {
    server = await startServer({ MAINSTAY_SEED: 'true' });
    browser = await chromium.launch({ executablePath: executablePath ?? '', args: ARGUMENTS });
    const context = await browser.newContext();
    const page = await context.newPage();
    await page.goto(server.ready.dashboard);
    await page.waitForURL(new RegExp(server.ready.project));
    signedIn = await context.storageState();
    await context.close();
  }, 90_000);
  afterAll(async () => {
    await browser?.close();
    await server?.stop();
  });

  async function open(options: Parameters<Browser['newContext']>[0]): Promise<{ context: BrowserContext; page: Page; seen: Seen }> {
    const context = await browser.newContext({ storageState: signedIn, ...options });
    const page = await context.newPage();
    page.setDefaultTimeout(20_000);
    return { context, page, seen: watch(page, server.ready.origin) };
  }

  const address = (path: string) => `${server.ready.origin}/projects/${server.ready.project}${path}`;
  const show = async (page: Page, path: string): Promise<void> => {
    await page.goto(address(path));
    await page.getByRole('heading').first().waitFor();
    await page.waitForLoadState('networkidle');
  };

  async function blockersOf(page: Page): Promise<string[]> {
    const { violations } = await new AxeBuilder({ page }).analyze();
    return violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(' · ')}`);
  }

  it.each([
    ['light', { colorScheme: 'light' as const, viewport: WIDE }],
    ['dark', { colorScheme: 'dark' as const, viewport: WIDE }],
    ['dark on a phone', { colorScheme: 'dark' as const, viewport: PHONE, isMobile: true, hasTouch: true }],
  ])(
    'in %s is whole and can be used by everybody',
    async (_name, options) => {
      const { context, page, seen } = await open(options);
      for (const path of SCREENS) {
        await show(page, path);
        const overflow = await page.evaluate<number>('document.documentElement.scrollWidth - window.innerWidth');
        expect({ path, blockers: await blockersOf(page), overflow, ...seen }).toEqual({
          path,
          blockers: [],
          overflow: 0,
          errors: [],
          foreign: [],
        });
      }
      await context.close();
    },
    180_000,
  );

  it('before the sign-in is whole as well', async () => {
    const { context, page, seen } = await open({ storageState: { cookies: [], origins: [] }, viewport: PHONE });
    for (const path of ['/sign-in', '/sign-up']) {
      await page.goto(server.ready.origin + path);
      await page.getByRole('heading').first().waitFor();
      expect({ path, blockers: await blockersOf(page) }).toEqual({ path, blockers: [] });
    }
    // The one refusal that is expected: who is signed in?
    expect(seen.errors.filter((text) => !text.includes('401'))).toEqual([]);
    await context.close();
  }, 60_000);

  it('is reached from the palette with the keyboard alone', async () => {
    const { context, page } = await open({ viewport: WIDE });
    await show(page, '');
    await page.keyboard.press('Control+k');
    await page.getByPlaceholder('Go to, find, do').fill('analyt');
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/analytics/);
    await page.getByRole('heading', { name: 'Analytics' }).waitFor();
    expect(page.url()).toBe(address('/analytics'));
    await context.close();
  }, 60_000);

  it('gives way to the sign-in when the session ends, which leads back to it', async () => {
    const { context, page, seen } = await open({ viewport: WIDE });
    await show(page, '/users');
    const [cookie] = await context.cookies();
    const platform = createTestClient(`${server.ready.origin}/platform/v1`, { cookie: `${cookie?.name ?? ''}=${cookie?.value ?? ''}` });
    const { body } = await platform.get<{ csrfToken: string }>('/me');
    await createTestClient(`${server.ready.origin}/platform/v1`, {
      cookie: `${cookie?.name ?? ''}=${cookie?.value ?? ''}`,
      'x-csrf-token': body.csrfToken,
    }).post('/logout', {});
    await page.getByRole('link', { name: 'Devices' }).click();
    await page.waitForURL(/\/sign-in\?next=/);
    await page.getByRole('button', { name: 'Sign in' }).waitFor();
    expect(decodeURIComponent(page.url())).toContain(`/projects/${server.ready.project}/devices`);
    expect(seen.errors.filter((text) => !text.includes('401'))).toEqual([]);
    await context.close();
  }, 60_000);
});
