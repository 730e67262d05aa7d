import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { until } from '@mainstay/testing';
import { connect } from 'node:net';
import type { Tenant, Tenants } from './start-tenants.ts';
import { startTenants } from './start-tenants.ts';

/** Uploads, ranges and audiences that say what is not so (SECURITY-CASES 38 to 40). */
let all: Tenants;
let tenant: Tenant;
beforeAll(async () => {
  all = await startTenants();
  tenant = all.victim;
}, 60_000);
afterAll(() => all.server.stop());

const api = (path: string) => `/p/${tenant.project}/v1${path}`;
const secret = () => ({ 'x-mainstay-key': tenant.secretKey });
async function upload(bytes: string): Promise<string> {
  const form = new FormData();
  form.append('file', new Blob([bytes]), 'a.bin');
  return (await tenant.server.post<{ id: string }>('/files', form)).body.id;
}

/** Sends text as it is and gives all that comes back before the connection ends. */
function speak(text: string): Promise<string> {
  const { hostname, port } = new URL(all.server.ready.origin);
  return new Promise((resolve) => {
    let heard = '';
    const socket = connect(Number(port), hostname, () => socket.end(text));
    socket.on('data', (chunk: Buffer) => (heard += chunk.toString()));
    socket.on('error', () => undefined);
    socket.on('close', () => resolve(heard));
  });
}

describe('a range', () => {
  let id: string;
  beforeAll(async () => {
    id = await upload('0123456789');
  });

  it.each([
    'bytes=0-0,2-3,5-6',
    `bytes=${Array.from({ length: 2_000 }, (_, n) => `${n}-${n}`).join(',')}`,
    'bytes=0-9,0-9,0-9,0-9',
    'bytes=-1-2',
    'bytes=5-2',
    'bytes=99999999999999999999-',
    'bytes=0-99999999999999999999999',
    'bytes=0x1-2',
    'bytes=1e1-',
    'bytes= 1-2',
    'lines=1-2',
    'bytes=',
  ])('of %s gives what is there, or nothing', async (range) => {
    const { status, text } = await all.send({ path: api(`/files/${id}/content`), headers: { ...secret(), range } });
    expect([200, 206, 400, 416, 431]).toContain(status);
    if (status === 200 || status === 206) expect('0123456789').toContain(text);
    expect(text.length).toBeLessThan(1_000);
  });
});

describe('an upload', () => {
  const part = (bytes: string) => `--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n${bytes}\r\n--x--\r\n`;
  const stored = async () => (await tenant.owner.get<{ storageBytes: number }>(`/projects/${tenant.project}/usage`)).body.storageBytes;
  const files = async () => (await tenant.server.get<{ items: unknown[] }>('/files')).body.items.length;

  it('whose length lies leaves nothing', async () => {
    const [before, bytes] = [await files(), await stored()];
    const head = (length: string) =>
      `POST ${api('/files')} HTTP/1.1\r\nHost: x\r\nX-Mainstay-Key: ${tenant.secretKey}\r\nContent-Type: multipart/form-data; boundary=x\r\n${length}\r\nConnection: close\r\n\r\n`;
    const body = part('bytes');
    for (const length of [
      `${body.length + 500}`,
      '9'.repeat(30),
      '-1',
      '0x10',
      `${body.length}, ${body.length}`,
      `${body.length}\r\nContent-Length: 5`,
    ]) {
      const heard = await speak(head(`Content-Length: ${length}`) + body);
      expect([length, / 201 /.test(heard.split('\r\n')[0] ?? '')]).toEqual([length, false]);
    }
    for (const lie of [
      'Transfer-Encoding: chunked\r\nContent-Length: 5',
      'Transfer-Encoding: chunked, identity',
      'Transfer-Encoding: xchunked',
    ]) {
      const heard = await speak(head(lie) + body);
      expect([lie, / 201 /.test(heard.split('\r\n')[0] ?? '')]).toEqual([lie, false]);
    }
    await until('nothing is left', async () => (await files()) === before && (await stored()) === bytes);
  });

  it('that is cut short, or whose end never comes, leaves nothing', async () => {
    const before = await files();
    for (const body of [part('bytes').slice(0, -10), '--x\r\n', '', '--x--\r\n', part('bytes').replace('name="file"', 'name="other"')]) {
      const headers = { ...secret(), 'content-type': 'multipart/form-data; boundary=x' };
      const { status } = await all.send({ method: 'POST', path: api('/files'), headers, body });
      expect([body.length, status >= 400 && status < 500]).toEqual([body.length, true]);
    }
    expect(await files()).toBe(before);
  });
});

describe('an audience', () => {
  it('of everybody is everybody of this project', async () => {
    for (const one of [all.attacker, all.victim]) {
      await one.app().put('/push/installations/phone', { platform: 'android', token: `token-of-${one.project}` });
    }
    for (const audience of [{}, true, { $or: [{}, { platform: 'android' }] }, { $nor: [{ platform: 'web' }] }]) {
      expect((await all.attacker.server.post('/push/audiences/count', { audience })).body).toMatchObject({ count: 1 });
    }
    for (const audience of [{ project: tenant.project }, { _id: { $exists: true } }, { token: `token-of-${tenant.project}` }]) {
      expect((await all.attacker.server.post('/push/audiences/count', { audience })).status).toBe(422);
    }
    // The same token in another project moves nothing there.
    await all.attacker.app().put('/push/installations/phone', { platform: 'android', token: `token-of-${tenant.project}` });
    expect((await tenant.server.get('/push/installations')).body).toMatchObject({ items: [{ id: 'phone' }] });
  });
});
