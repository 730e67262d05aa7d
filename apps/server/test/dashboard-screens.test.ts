import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createTestClient } from '@mainstay/testing';
import type { Dashboard } from './open-dashboard.ts';
import { faultsOf, LOOKS, openDashboard } from './open-dashboard.ts';

/** Every screen of the dashboard as people meet it: in light and dark, on a phone, by keyboard, and when the session ends. */
const executablePath = process.env['MAINSTAY_CHROMIUM'];
const inBrowser = describe.each(executablePath === undefined ? [] : ['a real browser']);
const WIDE = { width: 1280, height: 800 };
const PHONE = { width: 390, height: 780 };

/** Addresses below the project. */
const SCREENS = [
  '',
  '/data',
  '/data/new',
  '/data/todos',
  '/data/todos?tab=schema',
  '/data/todos?tab=rules',
  '/data/todos?tab=indexes',
  '/data/todos?tab=transfer',
  '/data/todos?tab=api',
  '/users',
  '/users?tab=roles',
  '/users?tab=sign-in',
  '/users?tab=sign-in-page',
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

inBrowser('in %s every screen', () => {
  let dashboard: Dashboard;

  beforeAll(async () => {
    dashboard = await openDashboard(executablePath ?? '');
  }, 90_000);
  afterAll(() => dashboard?.close());

  it.each(LOOKS)(
    'in %s is whole and can be used by everybody',
    async (_name, options) => {
      const { context, page, seen } = await dashboard.open(options);
      for (const path of SCREENS) {
        await dashboard.show(page, path);
        expect({ path, ...(await faultsOf(page)), ...seen }).toEqual({
          path,
          blockers: [],
          overflow: 0,
          errors: [],
          foreign: [],
        });
      }
      await context.close();
    },
    300_000,
  );

  it('before the sign-in is whole as well', async () => {
    const { context, page, seen } = await dashboard.open({ storageState: { cookies: [], origins: [] }, viewport: PHONE });
    for (const path of ['/sign-in', '/sign-up']) {
      await page.goto(dashboard.server.ready.origin + path);
      await page.getByRole('heading').first().waitFor();
      expect({ path, ...(await faultsOf(page)) }).toEqual({ path, blockers: [], overflow: 0 });
    }
    // The one refusal that is expected: who is signed in?
    expect(seen.errors.filter((text) => !text.includes('401'))).toEqual([]);
    await context.close();
  }, 60_000);

  it('is reached from the palette with the keyboard alone', async () => {
    const { context, page } = await dashboard.open({ viewport: WIDE });
    await dashboard.show(page, '');
    await page.keyboard.press('Control+k');
    await page.getByPlaceholder('Go to, find, do').fill('analyt');
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/analytics/);
    await page.getByRole('heading', { name: 'Analytics' }).waitFor();
    expect(page.url()).toBe(dashboard.address('/analytics'));
    await context.close();
  }, 60_000);

  it('gives way to the sign-in when the session ends, which leads back to it', async () => {
    const { context, page, seen } = await dashboard.open({ viewport: WIDE });
    await dashboard.show(page, '/users');
    const [cookie] = await context.cookies();
    const platform = createTestClient(`${dashboard.server.ready.origin}/platform/v1`, {
      cookie: `${cookie?.name ?? ''}=${cookie?.value ?? ''}`,
    });
    const { body } = await platform.get<{ csrfToken: string }>('/me');
    await createTestClient(`${dashboard.server.ready.origin}/platform/v1`, {
      cookie: `${cookie?.name ?? ''}=${cookie?.value ?? ''}`,
      'x-csrf-token': body.csrfToken,
    }).post('/logout', {});
    await page.getByRole('link', { name: 'Devices' }).click();
    await page.waitForURL(/\/sign-in\?next=/);
    await page.getByRole('button', { name: 'Sign in' }).waitFor();
    expect(decodeURIComponent(page.url())).toContain(`/projects/${dashboard.server.ready.project}/devices`);
    expect(seen.errors.filter((text) => !text.includes('401'))).toEqual([]);
    await context.close();
  }, 60_000);
});
