import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { TestClient } from '@mainstay/testing';
import { createTestClient } from '@mainstay/testing';
import { execFile, spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Dashboard } from './open-dashboard.ts';
import { LOOKS, openDashboard } from './open-dashboard.ts';

/** The lines that the dashboard gives to be pasted are pasted, and run against the API. */
const executablePath = process.env['MAINSTAY_CHROMIUM'];
const inBrowser = describe.each(executablePath === undefined ? [] : ['a real browser']);
// The library that the Python lines use is not on every machine.
const hasPython = spawnSync('python3', ['-c', 'import requests']).status === 0;
const [[, LIGHT]] = LOOKS;
const run = promisify(execFile);
const TITLES = ['Create', 'Get one', 'List documents', 'List with a condition', 'Change', 'Delete'] as const;

/** How a language is run; each prints what the snippet read, as JSON. */
const RUNNERS: Readonly<Record<string, (code: string, directory: string) => Promise<string>>> = {
  curl: async (code) => (await run('sh', ['-c', code.replace(/^curl /, 'curl -sS ')])).stdout,
  TypeScript: async (code, directory) => {
    const file = join(directory, 'snippet.mts');
    const read = `typeof document === 'undefined' ? (typeof items === 'undefined' ? null : { items }) : document`;
    await writeFile(file, `${code}\nconsole.log(JSON.stringify(${read}));\n`);
    return (await run(process.execPath, ['--import', 'tsx', file])).stdout;
  },
  Python: async (code) => {
    const read = 'globals()["document"] if "document" in globals() else {"items": globals().get("items")}';
    return (await run('python3', ['-c', `${code}\nimport json\nprint(json.dumps(${read}))`])).stdout;
  },
};
const LANGUAGES = ['curl', 'TypeScript', ...(hasPython ? ['Python'] : [])];

inBrowser('the lines to paste, read in %s,', () => {
  let dashboard: Dashboard;
  let asServer: TestClient;
  let directory: string;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'mainstay-snippets-'));
    dashboard = await openDashboard(executablePath ?? '');
    asServer = createTestClient(dashboard.server.ready.api, { 'x-mainstay-key': dashboard.server.ready.secretKey });
    await asServer.put('/schema/gadgets', {
      fields: {
        name: { type: 'string', default: `it's "$5" and {x}` },
        count: { type: 'integer', min: 3 },
        tags: { type: 'array', of: 'string' },
        place: { type: 'geopoint' },
        due: { type: 'date' },
        active: { type: 'boolean' },
        parts: { type: 'object', fields: { size: { type: 'number' } } },
      },
      rules: { list: true, get: true, create: true, update: true, delete: true },
    });
  }, 90_000);
  afterAll(async () => {
    await dashboard?.close();
    await rm(directory, { recursive: true, force: true });
  });

  it.each(LANGUAGES)(
    'create, read, change and delete in %s',
    async (language) => {
      const { context, page } = await dashboard.open(LIGHT);
      await dashboard.show(page, '/data/gadgets?tab=api');
      await page.getByLabel('Language').selectOption({ label: language });
      const pasted = async (title: string, id: string): Promise<Record<string, unknown>> => {
        const code = await page.getByRole('region', { name: `${title} with ${language}` }).innerText();
        const printed = (await RUNNERS[language]?.(code.replaceAll('/ID', `/${id}`), directory)) ?? '';
        return printed.trim() === '' ? {} : ((JSON.parse(printed) ?? {}) as Record<string, unknown>);
      };
      const made = await pasted('Create', '');
      expect(made).toMatchObject({ name: `it's "$5" and {x}`, count: 3, tags: ['A tags'], active: false, parts: { size: 1 }, version: 1 });
      const id = String(made['id']);
      expect(await pasted('Get one', id)).toMatchObject({ id, due: '2030-01-01T12:00:00.000Z' });
      expect(await pasted('List documents', id)).toMatchObject({ items: [{ id }] });
      expect(await pasted('List with a condition', id)).toMatchObject({ items: [{ id }] });
      expect(await pasted('Change', id)).toMatchObject({ id, version: 2 });
      await pasted('Delete', id);
      expect((await asServer.get(`/data/gadgets/${id}`)).status).toBe(404);
      expect(await page.getByRole('region', { name: ` with ${language}` }).count()).toBe(TITLES.length);
      await context.close();
    },
    120_000,
  );
});
