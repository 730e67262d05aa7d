import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { TestClient } from '@mainstay/testing';
import { createTestClient } from '@mainstay/testing';
import type { Dashboard } from './open-dashboard.ts';
import { faultsOf, LOOKS, openDashboard } from './open-dashboard.ts';

/** What developers do with their data at the dashboard, from the first click to what the API then answers. */
const executablePath = process.env['MAINSTAY_CHROMIUM'];
const inBrowser = describe.each(executablePath === undefined ? [] : ['a real browser']);

const CLEAN = { blockers: [], overflow: 0 };

inBrowser('in %s a developer', () => {
  let dashboard: Dashboard;
  let asServer: TestClient;

  beforeAll(async () => {
    dashboard = await openDashboard(executablePath ?? '', { MAINSTAY_DATA_SCHEMA_SETTLE_MS: '300' });
    const { api, secretKey } = dashboard.server.ready;
    asServer = createTestClient(api, { 'x-mainstay-key': secretKey });
  }, 90_000);
  afterAll(() => dashboard?.close());

  it.each(LOOKS)(
    'renames, retypes and removes fields with their values, in %s',
    async (name, look) => {
      const collection = `plants${LOOKS.findIndex(([other]) => other === name)}`;
      await asServer.put(`/schema/${collection}`, {
        fields: { label: { type: 'string' }, height: { type: 'string' }, note: { type: 'string' } },
        rules: { list: { label: 'fern' } },
      });
      await asServer.post(`/data/${collection}`, { label: 'fern', height: '12', note: 'old' });
      await asServer.post(`/data/${collection}`, { label: 'moss', height: 'tiny', note: 'old' });
      const { context, page, seen } = await dashboard.open(look);
      await dashboard.show(page, `/data/${collection}?tab=schema`);
      const pick = async (field: string, item: RegExp) => {
        await page.getByLabel(`Rename, retype or remove ${field}`).click();
        await page.getByRole('menuitem', { name: item }).click();
        await page.getByRole('dialog').waitFor();
      };
      const ended = (title: RegExp) =>
        page.getByRole('list', { name: 'Changes of fields' }).getByRole('listitem').filter({ hasText: title }).getByText('done').waitFor();

      await pick('label', /Remove/);
      await page.getByText('rules.list').waitFor();
      expect(await page.getByRole('button', { name: 'Remove field' }).isDisabled()).toBe(true);
      await page.keyboard.press('Escape');
      await pick('label', /Rename/);
      await page.getByLabel('New name').fill('species');
      await page.getByText('rules.list').waitFor();
      expect(await faultsOf(page)).toEqual(CLEAN);
      await page.getByRole('button', { name: 'Rename field' }).click();
      await ended(/Rename label to species/);

      await pick('height', /Change the type/);
      await page.getByLabel('New type').selectOption('integer');
      await page.getByLabel('Values that cannot be converted').selectOption('remove');
      await page.getByRole('dialog').getByText('not_a_number').waitFor();
      expect(await faultsOf(page)).toEqual(CLEAN);
      await page.getByRole('button', { name: 'Change type' }).click();
      await ended(/height becomes integer/);

      await pick('note', /Remove/);
      await page.getByText('deleted for good').waitFor();
      await page.getByRole('button', { name: 'Remove field' }).click();
      await ended(/Remove note/);
      await page.getByLabel('Field species').waitFor();
      expect(await faultsOf(page)).toEqual(CLEAN);
      const { body } = await asServer.get<{ items: Record<string, unknown>[] }>(`/data/${collection}?sort=species`);
      expect(body.items.map(({ species, height, note }) => ({ species, height, note }))).toEqual([
        { species: 'fern', height: 12, note: undefined },
        { species: 'moss', height: undefined, note: undefined },
      ]);
      expect(seen).toEqual({ errors: [], foreign: [] });
      await context.close();
    },
    90_000,
  );
});
