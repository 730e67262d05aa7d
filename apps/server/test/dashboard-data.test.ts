import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { TestClient } from '@mainstay/testing';
import { createTestClient, until } from '@mainstay/testing';
import type { Download } from 'playwright-core';
import type { Dashboard } from './open-dashboard.ts';
import { faultsInAllLooks, LOOKS, openDashboard } from './open-dashboard.ts';

/** What developers do with their data at the dashboard, from the first click to what the API then answers. */
const executablePath = process.env['MAINSTAY_CHROMIUM'];
const inBrowser = describe.each(executablePath === undefined ? [] : ['a real browser']);

const [[, LIGHT]] = LOOKS;

inBrowser('in %s a developer', () => {
  let dashboard: Dashboard;
  let asServer: TestClient;

  beforeAll(async () => {
    dashboard = await openDashboard(executablePath ?? '', { MAINSTAY_DATA_SCHEMA_SETTLE_MS: '300', MAINSTAY_DATA_SLOW_QUERY_MS: '0' });
    const { api, secretKey } = dashboard.server.ready;
    asServer = createTestClient(api, { 'x-mainstay-key': secretKey });
  }, 150_000);
  afterAll(() => dashboard?.close());

  it('renames, retypes and removes fields with their values', async () => {
    await asServer.put('/schema/plants', {
      fields: { label: { type: 'string' }, height: { type: 'string' }, note: { type: 'string' } },
      rules: { list: { label: 'fern' } },
    });
    await asServer.post('/data/plants', { label: 'fern', height: '12', note: 'old' });
    await asServer.post('/data/plants', { label: 'moss', height: 'tiny', note: 'old' });
    const { context, page, seen } = await dashboard.open(LIGHT);
    await dashboard.show(page, '/data/plants?tab=schema');
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
    expect(await faultsInAllLooks(page)).toEqual({});
    await page.getByRole('button', { name: 'Rename field' }).click();
    await ended(/Rename label to species/);

    await pick('height', /Change the type/);
    await page.getByLabel('New type').selectOption('integer');
    await page.getByLabel('Values that cannot be converted').selectOption('remove');
    await page.getByRole('dialog').getByText('not_a_number').waitFor();
    expect(await faultsInAllLooks(page)).toEqual({});
    await page.getByRole('button', { name: 'Change type' }).click();
    await ended(/height becomes integer/);

    await pick('note', /Remove/);
    await page.getByText('deleted for good').waitFor();
    await page.getByRole('button', { name: 'Remove field' }).click();
    await ended(/Remove note/);
    await page.getByLabel('Field species').waitFor();
    expect(await faultsInAllLooks(page)).toEqual({});
    const { body } = await asServer.get<{ items: Record<string, unknown>[] }>('/data/plants?sort=species');
    expect(body.items.map(({ species, height, note }) => ({ species, height, note }))).toEqual([
      { species: 'fern', height: 12, note: undefined },
      { species: 'moss', height: undefined, note: undefined },
    ]);
    expect(seen).toEqual({ errors: [], foreign: [] });
    await context.close();
  }, 150_000);

  it('adds and mends indexes, and takes the advice of slow queries', async () => {
    await asServer.put('/schema/stock', {
      fields: { sku: { type: 'string' }, count: { type: 'integer' }, code: { type: 'string', unique: true } },
    });
    const made = await Promise.all(
      ['a', 'a', 'b'].map((sku, count) => asServer.post<{ id: string }>('/data/stock', { sku, count, code: `${count}` })),
    );
    await asServer.post('/data/stock/query', { where: { sku: 'a' }, sort: ['-count'] });
    const { context, page, seen } = await dashboard.open(LIGHT);
    await dashboard.show(page, '/data/stock?tab=indexes');
    await page.getByRole('button', { name: 'Add index' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('combobox', { name: 'Field 1', exact: true }).fill('sku');
    await dialog.getByLabel('Unique').check();
    expect(await faultsInAllLooks(page)).toEqual({});
    await dialog.getByRole('button', { name: 'Add index' }).click();
    const index = page.getByRole('listitem', { name: 'Index sku', exact: true });
    await index.getByText('One value is held by more than one document').waitFor();
    expect(await index.getByRole('row').allInnerTexts()).toEqual(['sku\tDocuments', 'a\t2']);
    expect(await faultsInAllLooks(page)).toEqual({});
    await asServer.delete(`/data/stock/${made[1]?.body.id ?? ''}`);
    await index.getByRole('button', { name: 'Try again' }).click();
    await index.getByText('ready').waitFor();
    await page.getByRole('button', { name: 'Create index on sku, count down' }).click();
    await page.getByRole('listitem', { name: 'Index sku, count down' }).getByText('ready').waitFor();
    await page.getByRole('button', { name: 'Remove index sku', exact: true }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Remove index' }).click();
    await index.waitFor({ state: 'detached' });
    const { body } = await asServer.get<{ indexes: unknown }>('/schema/stock');
    expect(body.indexes).toEqual([
      {
        fields: [
          ['sku', 1],
          ['count', -1],
        ],
      },
    ]);
    expect(seen).toEqual({ errors: [], foreign: [] });
    await context.close();
  }, 150_000);

  it('imports a file: maps its columns, tries it, runs it, takes it back; and exports', async () => {
    await asServer.put('/schema/people', {
      fields: { name: { type: 'string', required: true }, email: { type: 'email', unique: true }, age: { type: 'integer' } },
    });
    const { context, page, seen } = await dashboard.open(LIGHT);
    await dashboard.show(page, '/data/people?tab=transfer');
    const csv = 'Name,E-Mail,years,Shoe size\nAda,ada@example.com,36,38\nAlan,alan@example.com,41,43\nGrace,none,85,39\n';
    await page.getByLabel('File to import').setInputFiles({ name: 'people.csv', mimeType: 'text/csv', buffer: Buffer.from(csv) });
    await page.getByLabel('Field of years').selectOption('age');
    await page
      .getByRole('row', { name: /^years/ })
      .getByText('41', { exact: true })
      .waitFor();
    expect(await page.getByLabel('Field of E-Mail').inputValue()).toBe('email');
    expect(await page.getByLabel('Field of Shoe size').inputValue()).toBe('');
    await page.getByLabel('A row is there already').selectOption('email');
    expect(await faultsInAllLooks(page)).toEqual({});

    await page.getByRole('button', { name: 'Dry run' }).click();
    const runs = page.getByRole('list', { name: 'Imports' }).getByRole('listitem');
    await runs.getByText('3 rows · 2 would be created · 1 would fail').waitFor();
    await page.getByRole('button', { name: 'Show errors' }).click();
    await page.getByRole('region', { name: 'Rows that failed' }).getByText('not_an_email').waitFor();
    expect(await faultsInAllLooks(page)).toEqual({});
    const [errors] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Save all as CSV' }).click()]);
    expect(await textOf(errors)).toContain('3,not_an_email,');

    await page.getByRole('button', { name: 'Import', exact: true }).click();
    await runs.getByText('3 rows · 2 created · 1 failed').waitFor();
    const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Export', exact: true }).click()]);
    expect(file.suggestedFilename()).toBe('people.csv');
    const lines = (await textOf(file))
      .trim()
      .split('\n')
      .map((line) => line.split(',').slice(1, 4).join(','));
    expect(lines.sort()).toEqual(['Ada,ada@example.com,36', 'Alan,alan@example.com,41', 'name,email,age']);

    await page.getByRole('button', { name: 'Undo', exact: true }).click();
    await page.getByRole('button', { name: 'Undo import' }).click();
    await runs.getByText('2 taken back').waitFor();
    expect((await asServer.post<{ count: number }>('/data/people/count', {})).body.count).toBe(0);
    expect(seen).toEqual({ errors: [], foreign: [] });
    await context.close();
  }, 150_000);

  it('looks at the versions of a document, goes back to one, and restores from the trash', async () => {
    await asServer.put('/schema/notes', { fields: { title: { type: 'string' }, stars: { type: 'integer' } } });
    const { context, page, seen } = await dashboard.open(LIGHT);
    await dashboard.show(page, '/data/notes?tab=schema');
    await page.getByRole('switch', { name: 'History' }).click();
    await page.getByRole('switch', { name: 'Trash' }).click();
    await page.getByRole('button', { name: 'Review changes' }).click();
    await page.getByRole('button', { name: 'Apply changes' }).click();
    await page.getByText('The schema is saved.').waitFor();
    await page.getByRole('tab', { name: 'Trash' }).click();
    await page.getByText('The trash is empty').waitFor();
    expect(await faultsInAllLooks(page)).toEqual({});

    const { body } = await asServer.post<{ id: string }>('/data/notes', { title: 'Ideas' });
    await asServer.patch(`/data/notes/${body.id}`, { title: 'Plans', stars: 3 });
    await dashboard.show(page, `/data/notes?document=${body.id}`);
    await page.getByRole('tab', { name: 'History' }).click();
    await page.getByRole('table', { name: 'What version 2 changed' }).waitFor();
    expect(await page.getByRole('table', { name: 'What version 2 changed' }).getByRole('row').allInnerTexts()).toEqual([
      'Field\tBefore\tAfter',
      'stars\tnothing\t3',
      'title\t"Ideas"\t"Plans"',
    ]);
    await page.getByRole('button', { name: 'Revert to version 1' }).click();
    await page.getByRole('table', { name: 'What reverting changes' }).getByText('"Ideas"').waitFor();
    expect(await faultsInAllLooks(page)).toEqual({});
    await page.getByRole('button', { name: 'Revert', exact: true }).click();
    await page.getByRole('listitem', { name: 'Version 3' }).getByText('current').waitFor();
    const { body: reverted } = await asServer.get<Record<string, unknown>>(`/data/notes/${body.id}`);
    expect([reverted['title'], reverted['stars'], reverted['version']]).toEqual(['Ideas', undefined, 3]);

    await asServer.delete(`/data/notes/${body.id}`);
    await dashboard.show(page, '/data/notes?tab=trash');
    await page.getByText('title: Ideas').waitFor();
    expect(await faultsInAllLooks(page)).toEqual({});
    await page.getByRole('button', { name: `Restore ${body.id}` }).click();
    await page.getByText('The trash is empty').waitFor();
    expect((await asServer.get(`/data/notes/${body.id}`)).status).toBe(200);
    expect(seen).toEqual({ errors: [], foreign: [] });
    await context.close();
  }, 150_000);

  it('changes and deletes everything that meets a condition, after a look at how much that is', async () => {
    await asServer.put('/schema/orders', { fields: { state: { type: 'string' }, sum: { type: 'integer', max: 10 } } });
    for (const [state, sum] of [
      ['open', 1],
      ['open', 9],
      ['paid', 1],
    ])
      await asServer.post('/data/orders', { state, sum });
    const { context, page, seen } = await dashboard.open(LIGHT);
    await dashboard.show(page, `/data/orders?where=${encodeURIComponent('{"state":"open"}')}`);
    const bulk = page.getByRole('list', { name: 'Bulk changes' });
    await page.getByRole('button', { name: 'Change many' }).click();
    await page.getByLabel('Change', { exact: true }).fill('{"$inc":{"sum":5}}');
    await page.getByText('2 documents meet it.').waitFor();
    expect(await faultsInAllLooks(page)).toEqual({});
    await page.getByRole('button', { name: 'Update 2 documents' }).click();
    await bulk.getByText('1 of 2 updated · 1 failed').waitFor();
    await bulk.getByRole('button', { name: 'Show errors' }).click();
    await bulk.getByText('sum:').waitFor();
    expect(await faultsInAllLooks(page)).toEqual({});

    await page.getByRole('button', { name: 'Change many' }).click();
    await page.getByRole('dialog').getByText('Delete', { exact: true }).click();
    await page.getByLabel('Documents that meet').fill('{"state":"paid"}');
    await page.getByText('1 document meets it.').waitFor();
    expect(await faultsInAllLooks(page)).toEqual({});
    await page.getByRole('button', { name: 'Delete 1 document' }).click();
    await bulk.getByText('1 of 1 deleted').waitFor();
    const { body } = await asServer.get<{ items: Record<string, unknown>[] }>('/data/orders?sort=sum');
    expect(body.items.map(({ state, sum }) => [state, sum])).toEqual([
      ['open', 6],
      ['open', 9],
    ]);
    expect(seen).toEqual({ errors: [], foreign: [] });
    await context.close();
  }, 150_000);

  it('writes rules as text and as JSON, sees their faults in place, and tries them before they are saved', async () => {
    await asServer.put('/schema/papers', {
      fields: { owner: { type: 'reference', collection: 'users' }, public: { type: 'boolean' } },
      rules: { get: { owner: { $var: 'user.id' } } },
    });
    const { context, page, seen } = await dashboard.open(LIGHT);
    await dashboard.show(page, '/data/papers?tab=rules');
    await until('the rule is there as text', async () => (await page.getByLabel('Get rule as CEL').inputValue()) === 'owner == user.id');
    await page.getByLabel('Get rule as CEL').fill('owner == user.id || publc == true');
    await page.locator('mark.fault').waitFor();
    expect(await page.locator('mark.fault').innerText()).toBe('publc');
    expect(await faultsInAllLooks(page)).toEqual({});
    await page.getByLabel('Get rule as CEL').fill('owner == user.id || public == true');
    await page.getByText('Allowed when owner is the signed-in user or public is true.').waitFor();
    expect(JSON.parse(await page.getByLabel('Get rule as JSON').inputValue())).toEqual({
      $or: [{ owner: { $var: 'user.id' } }, { public: true }],
    });

    await page.getByLabel('Document', { exact: true }).fill('{"owner":"bob","public":false}');
    await page.getByRole('button', { name: 'Try' }).click();
    await page.getByText('Denied').waitFor();
    await page.getByRole('list', { name: 'Trace' }).getByText('public is true', { exact: false }).last().waitFor();
    expect(await faultsInAllLooks(page)).toEqual({});
    await page.getByLabel('Document', { exact: true }).fill('{"owner":"bob","public":true}');
    await page.getByRole('button', { name: 'Try' }).click();
    await page.getByText('Allowed', { exact: true }).waitFor();

    await page.getByRole('button', { name: 'Save rules' }).click();
    await page.getByText('The rules are saved.').waitFor();
    const { body } = await asServer.get<{ rules: Record<string, unknown> }>('/schema/papers');
    expect(body.rules['get']).toBe('owner == user.id || public == true');
    expect(seen).toEqual({ errors: [], foreign: [] });
    await context.close();
  }, 150_000);

  it('begins with a template, and brings the schema out and in as a file', async () => {
    const { context, page, seen } = await dashboard.open(LIGHT);
    await dashboard.show(page, '/data/new');
    await page.getByRole('button', { name: 'Use the template Chat' }).click();
    await page.getByRole('dialog').getByText('messages', { exact: true }).waitFor();
    expect(await faultsInAllLooks(page)).toEqual({});
    await page.getByRole('button', { name: /^Create \d collections$/ }).click();
    await page.waitForURL(/\/data\/(?:rooms|messages)$/);
    expect((await asServer.get('/schema/messages')).status).toBe(200);

    await dashboard.show(page, '/data');
    const [saved] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Save schema.json' }).click()]);
    const file = JSON.parse(await textOf(saved)) as { collections: Record<string, { fields: Record<string, unknown> }> };
    expect(Object.keys(file.collections)).toContain('messages');
    const changed = { ...file, collections: { ...file.collections, added: { fields: { a: { type: 'string' } } } } };
    const messages = file.collections['messages'];
    if (messages !== undefined) messages.fields['mood'] = { type: 'string' };
    const buffer = Buffer.from(JSON.stringify(changed));
    await page.getByLabel('Schema file').setInputFiles({ name: 'schema.json', mimeType: 'application/json', buffer });
    await page.getByRole('table', { name: 'What changes in messages' }).getByText('fields.mood').waitFor();
    expect(await faultsInAllLooks(page)).toEqual({});
    await page.getByRole('button', { name: 'Apply to 2 collections' }).click();
    await page.getByText('The collections are as in the file.').waitFor();
    const { body } = await asServer.get<{ fields: object }>('/schema/messages');
    expect(body.fields).toHaveProperty('mood');
    expect((await asServer.get('/schema/added')).status).toBe(200);
    expect(seen).toEqual({ errors: [], foreign: [] });
    await context.close();
  }, 150_000);
});

async function textOf(download: Download): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of await download.createReadStream()) parts.push(part as Buffer);
  return Buffer.concat(parts).toString('utf8');
}
