import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createTestClient, until } from '@mainstay/testing';
import { connectAsync } from 'mqtt';
import type { Composition, ContainerProcess } from './container-processes.ts';
import { startComposition } from './container-processes.ts';
import type { ReadyLine } from './start-server.ts';

/** The containers' own commands as plain processes: three members, Redis, and each role with its environment from compose.yaml. */
const GRACE_MS = 15_000;
let composition: Composition;
let api: ContainerProcess;
let ready: ReadyLine;

beforeAll(async () => {
  composition = await startComposition();
  api = await composition.start('api-1', { MAINSTAY_SEED: 'true', MAINSTAY_READY: 'json' });
  const line = await until(
    'the first server is ready',
    () => {
      if (api.process.exitCode !== null) throw new Error(`api-1 ended: ${api.output().slice(-2_000)}`);
      return api.output().split('\n').find((text) => text.startsWith('{"ready":true')); // prettier-ignore
    },
    60_000,
  );
  ready = JSON.parse(line) as ReadyLine;
}, 180_000);
afterAll(() => composition?.stop(), 30_000);

async function startHealthy(service: string): Promise<ContainerProcess> {
  const started = await composition.start(service);
  await until(`${service} is healthy`, () => started.isHealthy(), 60_000);
  return started;
}

async function expectOrderlyEnd(container: ContainerProcess): Promise<void> {
  const from = Date.now();
  expect(await container.end()).toBe(0);
  expect(Date.now() - from).toBeLessThan(GRACE_MS);
  expect(await container.isHealthy()).toBe(false);
}

describe('the commands of the containers', () => {
  it('make the replica set again without harm', async () => {
    await expect(composition.initialize()).resolves.toBeUndefined();
  });

  it('api: is healthy, answers, and both servers see the same project', async () => {
    expect(await api.isHealthy()).toBe(true);
    const second = await startHealthy('api-2');
    const path = new URL(ready.api).pathname;
    const client = createTestClient(`http://127.0.0.1:${second.ports.http}${path}`, { 'x-mainstay-key': ready.secretKey });
    expect((await client.get('/schema')).status).toBe(200);
    expect((await fetch(`${ready.origin}/healthz`)).status).toBe(200);
    await expectOrderlyEnd(second);
  }, 90_000);

  it('broker: is healthy, and takes telemetry of a device that a server knows', async () => {
    const broker = await startHealthy('broker');
    const device = await connectAsync(`mqtt://127.0.0.1:${broker.ports.mqtt}`, { username: ready.device.token });
    await device.publishAsync('v1/devices/me/telemetry', '{"containers":7}', { qos: 1 });
    await device.endAsync();
    const client = createTestClient(ready.api, { 'x-mainstay-key': ready.secretKey });
    const { body } = await client.get<{ items: unknown[] }>(`/devices/${ready.device.id}/telemetry?keys=containers`);
    expect(body.items).toMatchObject([{ values: { containers: 7 } }]);
    await expectOrderlyEnd(broker);
  }, 90_000);

  it('worker: is healthy and ends in order', async () => {
    const worker = await startHealthy('worker');
    const metrics = await (await fetch(`http://127.0.0.1:${worker.ports.admin}/metrics`)).text();
    expect(metrics).toContain('feed_leader');
    await expectOrderlyEnd(worker);
  }, 90_000);
});
