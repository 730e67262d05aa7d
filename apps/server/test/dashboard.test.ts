import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createTestClient } from '@mainstay/testing';
import mqtt from 'mqtt';
import type { Browser, Page } from 'playwright-core';
import { chromium } from 'playwright-core';
import type { StartedServer } from './start-server.ts';
import { startServer } from './start-server.ts';

/** An app developer at the dashboard, in a real browser. `npm test` says so where there is none. */
const executablePath = process.env['MAINSTAY_CHROMIUM'];
const inBrowser = describe.each(executablePath === undefined ? [] : ['a real browser']);

const ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
];

describe('the program without a browser', () => {
  it('needs none to be tested elsewhere; in CI the launcher insists on one', () => {
    expect(process.env['CI'] === 'true' && executablePath === undefined).toBe(false);
  });
});

inBrowser('in %s an app developer', () => {
  let server: StartedServer;
  let browser: Browser;
  let page: Page;
  const errors: string[] = [];

  beforeAll(async () => {
    server = await startServer({ MAINSTAY_SEED: 'true' });
    browser = await chromium.launch({ executablePath: executablePath ?? '', args: ARGUMENTS });
    page = await browser.newPage();
    page.on('pageerror', (error) => errors.push(error.message));
    page.setDefaultTimeout(20_000);
  }, 90_000);
  afterAll(async () => {
    await browser?.close();
    await server?.stop();
  });

  it('signs up, creates a project and a collection, and finds its documents in the grid', async () => {
    await page.goto(`${server.ready.origin}/sign-up`);
    await page.getByLabel('Name').fill('Grace');
    await page.getByLabel('Email').fill('grace@example.com');
    await page.getByLabel('Password', { exact: true }).fill('correct horse battery');
    await page.getByRole('button', { name: 'Sign up' }).click();
    await page.getByLabel('Project name').fill('Greenhouse');
    await page.getByRole('button', { name: 'Create project' }).click();
    await page.getByRole('button', { name: 'Open the project' }).click();
    await page.waitForURL(/\/projects\/[0-9a-z]{20}/);
    const project = /projects\/([0-9a-z]{20})/.exec(page.url())?.[1] ?? '';
    await page.goto(`${server.ready.origin}/projects/${project}/data/new`);
    await page.getByLabel('Collection name').fill('todos');
    await page.getByLabel('Name of field 1').fill('title');
    await page.getByRole('button', { name: 'Create collection' }).click();
    await page.waitForURL(/\/data\/todos/);
    await page.getByRole('button', { name: 'Add document' }).waitFor();
    await page.getByRole('tab', { name: 'API' }).click();
    await page.getByText(`/p/${project}/v1/data/todos`).first().waitFor();
    expect(errors).toEqual([]);
  }, 90_000);

  it("enters by the one-time link and sees a device's reading arrive", async () => {
    const context = await browser.newContext();
    const other = await context.newPage();
    other.setDefaultTimeout(20_000);
    await other.goto(server.ready.dashboard);
    await other.waitForURL(new RegExp(server.ready.project));
    await other.goto(`${server.ready.origin}/projects/${server.ready.project}/data/todos`);
    await other.getByText('Water the plants').waitFor();
    const asServer = createTestClient(server.ready.api, { 'x-mainstay-key': server.ready.secretKey });
    await asServer.post('/data/todos', { title: 'Arrived while we looked' });
    await other.getByText('Arrived while we looked').waitFor();
    const { body } = await asServer.post<{ device: { id: string }; credentials: { token: string } }>('/devices', { name: 'balcony' });
    await other.goto(`${server.ready.origin}/projects/${server.ready.project}/devices/${body.device.id}`);
    await other.getByText('balcony').first().waitFor();
    const client = await mqtt.connectAsync(server.ready.mqtt, { username: body.credentials.token, reconnectPeriod: 0 }, false);
    await client.publishAsync('v1/devices/me/telemetry', '{"temperature":23.75}', { qos: 1 });
    await other.getByText('23.75').first().waitFor();
    await client.endAsync();
    await other.goto(`${server.ready.origin}/projects/${server.ready.project}/analytics`);
    const event = other.getByText('Order Completed').first();
    await event.waitFor();
    expect(await event.isVisible()).toBe(true);
    await context.close();
  }, 90_000);
});
