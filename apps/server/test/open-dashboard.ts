import { AxeBuilder } from '@axe-core/playwright';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { chromium } from 'playwright-core';
import type { StartedServer } from './start-server.ts';
import { startServer } from './start-server.ts';

const ARGUMENTS = ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update', '--no-first-run'];
const WIDE = { width: 1280, height: 800 };
const PHONE = { width: 390, height: 780 };

/** How people look at the dashboard, by name. */
export const LOOKS = [
  ['light', { colorScheme: 'light' as const, viewport: WIDE }],
  ['dark', { colorScheme: 'dark' as const, viewport: WIDE }],
  ['dark on a phone', { colorScheme: 'dark' as const, viewport: PHONE, isMobile: true, hasTouch: true }],
] as const;

/** Reads of a page that opened without a mistake: no error in the console, nothing asked of another origin. */
export interface Seen {
  readonly errors: string[];
  readonly foreign: string[];
}

/** A page of the dashboard, signed in unless it is asked otherwise. */
export interface OpenPage {
  readonly context: BrowserContext;
  readonly page: Page;
  readonly seen: Seen;
}

/** The demo's dashboard in a browser. */
export interface Dashboard {
  readonly server: StartedServer;
  open(options?: Parameters<Browser['newContext']>[0]): Promise<OpenPage>;
  /** The address of a screen of the project. */
  address(path: string): string;
  /** Goes to a screen and waits until it has read what it shows. */
  show(page: Page, path: string): Promise<void>;
  close(): Promise<void>;
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

/** What keeps people from using a page, and how far it scrolls sideways. */
export async function faultsOf(page: Page): Promise<{ blockers: string[]; overflow: number }> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  const blockers = violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(' · ')}`);
  return { blockers, overflow: await page.evaluate<number>('document.documentElement.scrollWidth - window.innerWidth') };
}

/** The faults of what a page shows now, in light, in dark and on a phone, by name of the look; the page ends up as it was: light and wide. */
export async function faultsInAllLooks(page: Page): Promise<Record<string, string[]>> {
  const found: Record<string, string[]> = {};
  for (const [name, { colorScheme, viewport }] of [...LOOKS].reverse()) {
    await page.emulateMedia({ colorScheme });
    await page.setViewportSize(viewport);
    const { blockers, overflow } = await faultsOf(page);
    const faults = [...blockers, ...(overflow > 0 ? [`scrolls sideways by ${overflow} px`] : [])];
    if (faults.length > 0) found[name] = faults;
  }
  return found;
}

/** Starts a server with the demo project and a browser that is signed in to it. */
export async function openDashboard(executablePath: string, environment: Record<string, string> = {}): Promise<Dashboard> {
  const server = await startServer({ MAINSTAY_SEED: 'true', ...environment });
  const browser = await chromium.launch({ executablePath, args: ARGUMENTS });
  const first = await browser.newContext();
  const page = await first.newPage();
  await page.goto(server.ready.dashboard);
  await page.waitForURL(new RegExp(server.ready.project));
  const storageState = await first.storageState();
  await first.close();
  const address = (path: string) => `${server.ready.origin}/projects/${server.ready.project}${path}`;
  return {
    server,
    async open(options = {}) {
      const context = await browser.newContext({ storageState, ...options });
      const opened = await context.newPage();
      opened.setDefaultTimeout(20_000);
      return { context, page: opened, seen: watch(opened, server.ready.origin) };
    },
    address,
    async show(shown, path) {
      await shown.goto(address(path));
      await shown.getByRole('heading').first().waitFor();
      await shown.waitForLoadState('networkidle');
    },
    async close() {
      await browser.close();
      await server.stop();
    },
  };
}
