import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { TestServer } from '@mainstay/testing';
import { startTestServer } from '@mainstay/testing';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Files } from '../index.ts';
import { createFiles, filesModule, FilesSettings } from '../index.ts';

const MULTIPART = { 'content-type': 'multipart/form-data; boundary=x' };
const FILE = '--x\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\nhello\r\n';
const field = (name: string, value: string): string => `--x\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`;

let server: TestServer;
let directory: string;
let files: Files;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'mainstay-uploads-'));
  const settings = FilesSettings.parse({ maxBytes: 100_000 });
  server = await startTestServer({
    modules: (frame) => {
      files = createFiles(frame, { settings, directory, signingKey: Buffer.alloc(32, 3) });
      return [filesModule(files)];
    },
  });
});
afterAll(async () => {
  await server.end();
  await rm(directory, { recursive: true, force: true });
});

const send = (body: string) => server.as({ user: 'ada' }).post<Record<string, string>>('/files', body, MULTIPART);

/** What is left of all uploads: rows, and whole or half blobs. */
async function remains(): Promise<{ rows: number; blobs: number }> {
  const { body } = await server.as('server').get<{ items: unknown[] }>('/files');
  const found = await readdir(directory, { recursive: true, withFileTypes: true });
  return { rows: body.items.length, blobs: found.filter((entry) => entry.isFile()).length };
}

describe('uploads that fail', () => {
  it.each([
    ['end in the middle of the file', FILE],
    ['end in the middle of a part header', '--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\nhel'],
    ['carry a second file', `${FILE}${FILE}--x--\r\n`],
    ['carry an unknown field behind the file', `${FILE}${field('surprise', '1')}--x--\r\n`],
  ])('that %s leave neither file nor bytes behind', async (_what, body) => {
    expect(await send(body)).toMatchObject({ status: 400 });
    expect(await remains()).toEqual({ rows: 0, blobs: 0 });
  });
});

describe('uploads', () => {
  it('give back what failed ones had reserved', async () => {
    const { project } = server;
    const context = { project, principal: { type: 'system', task: 'test' }, requestId: 'test', log: server.frame.log } as const;
    await send(`${FILE}${field('surprise', '1')}--x--\r\n`);
    expect(await files.storageBytes(context)).toBe(0);
  });

  it('are text only when they say so and are', async () => {
    const types = [];
    for (const [bytes, type] of [
      ['grüße', 'text/plain'],
      [Buffer.from([0x68, 0xff, 0xfe]), 'text/plain'],
      ['<svg onload="alert(1)"/>', 'image/svg+xml'],
    ] as const) {
      const form = new FormData();
      form.append('file', new Blob([bytes], { type }), 'a.bin');
      const { body } = await server.as({ user: 'ada' }).post<Record<string, string>>('/files', form);
      types.push(body['contentType']);
      await server.as('server').delete(`/files/${body['id'] ?? ''}`);
    }
    expect(types).toEqual(['text/plain', 'application/octet-stream', 'application/octet-stream']);
  });

  it('with names of 4 kB end on a whole character and can be fetched', async () => {
    const form = new FormData();
    form.append('file', new Blob(['x']), '\u{1F600}'.repeat(1_000));
    const { body } = await server.as({ user: 'ada' }).post<Record<string, string>>('/files', form);
    expect(body['name']).toBe('\u{1F600}'.repeat(63));
    const answer = await fetch(`${server.origin}/p/${server.project.id}/v1/files/${body['id'] ?? ''}/content`, {
      headers: { 'x-mainstay-key': 'sk_test' },
    });
    expect(answer.headers.get('content-disposition')).toContain("filename*=UTF-8''%F0%9F%98%80");
    await server.as('server').delete(`/files/${body['id'] ?? ''}`);
  });

  it('may name the visibility behind the file', async () => {
    const { status, body } = await send(`${FILE}${field('visibility', 'public')}--x--\r\n`);
    expect({ status, body }).toMatchObject({ status: 201, body: { visibility: 'public', sizeBytes: 5 } });
    await server.as('server').delete(`/files/${body['id'] ?? ''}`);
    expect(await remains()).toEqual({ rows: 0, blobs: 0 });
  });
});
