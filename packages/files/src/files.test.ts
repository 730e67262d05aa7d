import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { TestServer } from '@mainstay/testing';
import { startTestServer } from '@mainstay/testing';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createFiles, filesModule, FilesSettings } from './index.ts';

const PNG = Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), randomBytes(5_000)]);
let server: TestServer;
let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'mainstay-files-'));
  const settings = FilesSettings.parse({ maxBytes: 100_000 });
  server = await startTestServer({
    modules: (frame) => [filesModule(createFiles(frame, { settings, directory, signingKey: Buffer.alloc(32, 3) }))],
    project: {
      limits: {
        requestsPerSecond: 10_000,
        storageBytes: 150_000,
        connections: 10,
        messagesPerSecond: 10,
        eventsPerSecond: 10,
        collections: 10,
      },
    },
  });
});
afterAll(async () => {
  await server.end();
  await rm(directory, { recursive: true, force: true });
});

interface Stored {
  id: string;
  name: string;
  contentType: string;
  sizeBytes: number;
}

async function upload(user: string, bytes: Uint8Array, { name = 'picture.png', visibility = 'private' } = {}) {
  const form = new FormData();
  form.append('visibility', visibility);
  form.append('file', new Blob([bytes as Uint8Array<ArrayBuffer>]), name);
  return server.as({ user }).post<Stored>('/files', form);
}
const content = (id: string, headers: Record<string, string> = {}, method = 'GET') =>
  fetch(`${server.origin}/p/${server.project.id}/v1/files/${id}/content`, {
    method,
    headers: { 'x-mainstay-key': 'pk_test', authorization: 'Bearer user:ada:', ...headers },
  });

describe('files', () => {
  it('come back whole and by range', async () => {
    const { status, body } = await upload('ada', PNG);
    expect({ status, body }).toMatchObject({
      status: 201,
      body: { name: 'picture.png', contentType: 'image/png', sizeBytes: PNG.length, owner: 'user:ada' },
    });
    const whole = await content(body.id);
    expect(Buffer.from(await whole.arrayBuffer())).toEqual(PNG);
    expect(whole.headers.get('content-disposition')).toContain('inline');
    const part = await content(body.id, { range: 'bytes=10-19' });
    expect(part.status).toBe(206);
    expect(part.headers.get('content-range')).toBe(`bytes 10-19/${PNG.length}`);
    expect(Buffer.from(await part.arrayBuffer())).toEqual(PNG.subarray(10, 20));
    expect(Buffer.from(await (await content(body.id, { range: 'bytes=-5' })).arrayBuffer())).toEqual(PNG.subarray(-5));
    expect((await content(body.id, { range: 'bytes=99999-' })).status).toBe(416);
    expect((await content(body.id, { range: 'bytes=1-2,4-5' })).status).toBe(200);
    expect((await content(body.id, { 'if-none-match': whole.headers.get('etag') ?? '' })).status).toBe(304);
    const head = await content(body.id, {}, 'HEAD');
    expect([head.status, head.headers.get('content-length')]).toEqual([200, String(PNG.length)]);
  });

  it('are hidden from strangers exactly like files that do not exist', async () => {
    const { body } = await upload('ada', PNG);
    const answers = [];
    for (const id of [body.id, 'nothing']) answers.push(await server.as({ user: 'bob' }).get(`/files/${id}`));
    const [hidden, missing] = answers.map((answer) => ({ status: answer.status, body: { ...answer.body, requestId: '' } }));
    expect(hidden).toEqual(missing);
    expect((await server.as('server', server.otherProject).get(`/files/${body.id}`)).status).toBe(404);
    expect((await server.as('server').get(`/files/${body.id}`)).status).toBe(200);
    await server.as({ user: 'ada' }).delete(`/files/${body.id}`);
    expect((await content(body.id)).status).toBe(404);
  });

  it('open by a signed link until it is changed', async () => {
    const { body } = await upload('ada', PNG);
    const { url } = (await server.as({ user: 'ada' }).post<{ url: string }>(`/files/${body.id}/signed-url`, {})).body;
    expect((await fetch(server.origin + url)).status).toBe(200);
    expect((await fetch(server.origin + url.replace(/expires=\d/, 'expires=9'))).status).toBe(404);
    expect((await fetch(server.origin + url.replace(server.project.id, server.otherProject.id))).status).toBe(404);
    expect((await fetch(server.origin + url.split('?')[0])).status).toBe(404);
    expect((await server.as({ user: 'bob' }).post(`/files/${body.id}/signed-url`, {})).status).toBe(404);
    await server.as({ user: 'ada' }).delete(`/files/${body.id}`);
  });

  it('that could carry script are served inert, and lose their path', async () => {
    const { body } = await upload('ada', Buffer.from('<script>alert(1)</script>'), {
      name: '../../etc/evil\r\nX: y.html',
      visibility: 'public',
    });
    expect(body).toMatchObject({ contentType: 'application/octet-stream', name: expect.not.stringMatching(/[/\r\n]/) });
    const answer = await fetch(`${server.origin}/p/${server.project.id}/v1/files/${body.id}/content`);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-disposition')).toMatch(/^attachment/);
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
    expect(answer.headers.get('content-security-policy')).toContain('sandbox');
  });

  it('are bounded, one by one and together', async () => {
    expect(await upload('ada', Buffer.alloc(100_001))).toMatchObject({ status: 413, body: { code: 'file_too_large' } });
    const statuses = (await Promise.all([1, 2, 3, 4].map(() => upload('ada', Buffer.alloc(60_000))))).map(({ status }) => status);
    expect(statuses.filter((status) => status === 201).length).toBeLessThanOrEqual(2);
    expect(statuses.filter((status) => status === 507).length).toBeGreaterThanOrEqual(2);
  });

  it('need a user and a proper multipart body', async () => {
    expect(await server.as('anonymous').post('/files', new FormData())).toMatchObject({ status: 401, body: { code: 'user_needed' } });
    expect(await server.as({ user: 'ada' }).post('/files', { name: 'x' })).toMatchObject({ status: 415 });
    expect(
      await server.as({ user: 'ada' }).post('/files', '--x\r\nbroken', { 'content-type': 'multipart/form-data; boundary=x' }),
    ).toMatchObject({ status: 400 });
    expect(server.leaks).toEqual([]);
  });
});
