import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createTestClient } from '@mainstay/testing';
import type { Dashboard } from './open-dashboard.ts';
import { openDashboard } from './open-dashboard.ts';

/** What users of an app may store is inert wherever a member of the project looks at it (SECURITY-CASES 19). */
const executablePath = process.env['MAINSTAY_CHROMIUM'];
const inBrowser = describe.each(executablePath === undefined ? [] : ['a real browser']);
const HOSTILE = [
  '<img src=x onerror="window.stolen=1">',
  '"><script>window.stolen=1</script>',
  'javascript:window.stolen=1',
  '{{constructor.constructor("window.stolen=1")()}}',
  '</title><svg onload="window.stolen=1">',
];
const [MARKUP = ''] = HOSTILE;

inBrowser('in %s a member', () => {
  let dashboard: Dashboard;

  beforeAll(async () => {
    dashboard = await openDashboard(executablePath ?? '');
    const { api, secretKey } = dashboard.server.ready;
    const server = createTestClient(api, { 'x-mainstay-key': secretKey });
    await server.put('/schema/hostile', { fields: { text: { type: 'text' }, link: { type: 'string' }, any: { type: 'json' } } });
    for (const text of HOSTILE) {
      const { status } = await server.post('/data/hostile', { text, link: text, any: { text } });
      if (status !== 201) throw new Error(`the document of the test was answered with ${status}`);
      await server.post('/track', { event: text, userId: 'u', properties: { text } });
      await server.post('/devices', { name: text });
    }
    await server.post('/users', { email: 'hostile@example.com', name: MARKUP });
    const form = new FormData();
    form.append('file', new Blob([`<script>window.stolen=1</script>`], { type: 'text/html' }), `${MARKUP}.html`);
    await server.post('/files', form);
  }, 150_000);
  afterAll(() => dashboard?.close());

  it.each(['/data/hostile', '/users', '/devices', '/files', '/analytics', '/data/hostile?tab=schema'])(
    'runs nothing of what somebody stored, on %s',
    async (path) => {
      const { context, page, seen } = await dashboard.open();
      await dashboard.show(page, path);
      expect(await page.evaluate<unknown>('window.stolen')).toBeUndefined();
      expect(await page.locator('img[src="x"]').count()).toBe(0);
      expect(await page.locator('a[href^="javascript:"]').count()).toBe(0);
      expect(seen.foreign).toEqual([]);
      await context.close();
    },
    60_000,
  );

  it('sees the markup as text', async () => {
    const { context, page } = await dashboard.open();
    await dashboard.show(page, '/data/hostile');
    await page.getByText(MARKUP).first().waitFor();
    expect(await page.getByText(MARKUP).count()).toBeGreaterThan(0);
    await context.close();
  }, 60_000);
});
