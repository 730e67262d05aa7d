import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ProjectId } from '@mainstay/kernel';
import type { TestClient } from '@mainstay/testing';
import { aContext, aProject, createTestClient, createTestFrame, until } from '@mainstay/testing';
import mqtt from 'mqtt';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { StartedServer } from './start-server.ts';
import { startServer } from './start-server.ts';

/** The end of a project: closed at once, restored while there is time, erased without a trace, and its neighbour none the wiser. */
let server: StartedServer;
let owner: TestClient;
beforeAll(async () => {
  server = await startServer({ MAINSTAY_SEED: 'true', MAINSTAY_PLATFORM_ERASE_EVERY_MS: '200' });
  const platform = `${server.ready.origin}/platform/v1`;
  const account = { email: 'owner@end.example.com', password: 'correct horse battery' };
  const signedUp = await createTestClient(platform, {}).post<{ csrfToken: string }>('/signup', account);
  const cookie = signedUp.headers.get('set-cookie')?.split(';')[0] ?? '';
  owner = createTestClient(platform, { cookie, 'x-csrf-token': signedUp.body.csrfToken });
}, 60_000);
afterAll(() => server.stop());

interface Made {
  readonly id: ProjectId;
  readonly api: TestClient;
  readonly deviceToken: string;
}

/** A project with something in every room. */
async function makeProject(name: string): Promise<Made> {
  const { body } = await owner.post<{ project: { id: ProjectId }; keys: { secret: { key: string } } }>('/projects', { name });
  const { id } = body.project;
  const api = createTestClient(`${server.ready.origin}/p/${id}/v1`, { 'x-mainstay-key': body.keys.secret.key });
  await api.put('/schema/notes', { fields: { text: { type: 'string' } }, history: true, softDelete: true });
  await api.post('/data/notes', { id: 'one', text: 'kept' });
  await api.post('/data/notes', { id: 'two', text: 'thrown away' });
  await api.delete('/data/notes/two');
  await api.post('/users', { email: 'user@end.example.com', password: 'correct horse' });
  const form = new FormData();
  form.append('file', new Blob([Buffer.alloc(1_000, 1)]), 'bytes.bin');
  await api.post('/files', form);
  const device = await api.post<{ credentials: { token: string } }>('/devices', { name: 'sensor' });
  await api.post('/batch', {
    batch: [{ type: 'track', event: 'Done', userId: 'u', messageId: `m-${name}`, timestamp: new Date().toISOString() }],
  });
  return { id, api, deviceToken: device.body.credentials.token };
}

const connect = (token: string) => mqtt.connectAsync(server.ready.mqtt, { username: token, reconnectPeriod: 0 }, false);

/** What the stores hold of a project. */
async function remains(id: ProjectId): Promise<string[]> {
  const stores = await createTestFrame({ prefix: server.prefix });
  try {
    return await stores.frame.store.remainsOf(aContext(aProject({ id }), stores.log));
  } finally {
    await stores.frame.jobs.asPart().stop?.();
    await stores.frame.store.asPart().stop?.();
  }
}

describe('a deleted project', () => {
  it('is closed everywhere at once, and comes back whole while it can be restored', async () => {
    const { id, api, deviceToken } = await makeProject('Restored');
    const device = await connect(deviceToken);
    const closed = new Promise((resolve) => device.once('close', () => resolve('closed')));
    expect(await owner.delete(`/projects/${id}`)).toMatchObject({ status: 204 });
    // The answer for a key that never was.
    expect(await api.get('/data/notes/one')).toMatchObject({ status: 401, body: { code: 'key_invalid' } });
    expect(await closed).toBe('closed');
    await expect(connect(deviceToken)).rejects.toThrow(/refused|authorized|closed/i);
    expect(await owner.get('/deleted-projects')).toMatchObject({ body: { items: [{ id, name: 'Restored' }] } });
    expect(await createTestClient(`${server.ready.origin}/platform/v1`, {}).post(`/projects/${id}/restore`, {})).toMatchObject({
      status: 401,
    });
    expect(await owner.post(`/projects/${id}/restore`, undefined)).toMatchObject({ status: 200, body: { id } });
    await until('the project is open again', async () => (await api.get('/data/notes/one')).status === 200);
    expect(await api.post('/data/notes/trash', {})).toMatchObject({ body: { items: [{ document: { id: 'two' } }] } });
    await (await connect(deviceToken)).endAsync();
  });

  it('is erased from every store when its time is up, and nothing of its neighbour is touched', async () => {
    const [gone, neighbour] = [await makeProject('Gone'), await makeProject('Neighbour')];
    await until(
      'both have changes in the feed',
      async () => (await remains(gone.id)).includes('feed') && (await remains(neighbour.id)).includes('feed'),
    );
    const before = await remains(gone.id);
    expect(before).toEqual(expect.arrayContaining(['database', 'users', 'devices', 'files', 'revisions', 'trash']));
    const kept = await remains(neighbour.id);
    const blobs = (id: string) => join(server.directory, 'files', id);
    expect(existsSync(blobs(gone.id))).toBe(true);
    expect(await owner.delete(`/projects/${gone.id}`)).toMatchObject({ status: 204 });
    await server.again({
      MAINSTAY_ROLES: 'worker',
      MAINSTAY_SEED: 'false',
      MAINSTAY_PLATFORM_DELETED_PROJECT_DAYS: '0',
      MAINSTAY_PLATFORM_ERASE_EVERY_MS: '100',
    });
    await until('nothing is left of it', async () => (await remains(gone.id)).length === 0 && !existsSync(blobs(gone.id)), 60_000);
    await until('it can no longer be restored', async () => (await owner.post(`/projects/${gone.id}/restore`, undefined)).status === 404);
    expect(await remains(neighbour.id)).toEqual(expect.arrayContaining(kept.filter((name) => name !== 'idempotency')));
    expect(existsSync(blobs(neighbour.id))).toBe(true);
    expect(await neighbour.api.get('/data/notes/one')).toMatchObject({ status: 200, body: { text: 'kept' } });
  }, 120_000);
});
