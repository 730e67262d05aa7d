import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { TestServer } from '@mainstay/testing';
import { aContext, startTestServer, until } from '@mainstay/testing';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import type { Socket } from 'node:net';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Files } from '../index.ts';
import { createFiles, filesModule, FilesSettings } from '../index.ts';

const PART = '--x\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\n';
const END = '\r\n--x--\r\n';

let server: TestServer;
let directory: string;
let files: Files;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'mainstay-slow-'));
  const settings = FilesSettings.parse({ idleSeconds: 1, minBytesPerSecond: 1_000, maxBytes: 1_000_000 });
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

interface Conversation {
  readonly socket: Socket;
  answer(): string;
  isClosed(): boolean;
}

function converse(): Conversation {
  const socket = connect(Number(new URL(server.origin).port), '127.0.0.1');
  let text = '';
  let isClosed = false;
  socket.on('data', (chunk) => void (text += chunk.toString()));
  socket.on('error', () => undefined);
  socket.on('close', () => void (isClosed = true));
  return { socket, answer: () => text, isClosed: () => isClosed };
}

function head(length: number | 'chunked', headers: Record<string, string> = {}): string {
  const size = length === 'chunked' ? { 'transfer-encoding': 'chunked' } : { 'content-length': String(length) };
  const all = {
    host: 'localhost',
    'content-type': 'multipart/form-data; boundary=x',
    'x-mainstay-key': 'pk_test',
    authorization: 'Bearer user:ada:',
    ...size,
    ...headers,
  };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return `POST /p/${server.project.id}/v1/files HTTP/1.1\r\n${lines.join('')}\r\n`;
}

/** What uploads have left: bytes that are counted, and blobs, whole or half. */
async function remains() {
  const found = await readdir(directory, { recursive: true, withFileTypes: true });
  const counted = await files.storageBytes(aContext(server.project, server.log));
  return { counted, blobs: found.filter((entry) => entry.isFile()).length };
}
const begun = () => until('bytes are on the disk', async () => (await remains()).blobs === 1);

describe('an upload', () => {
  it('that stands still is answered, cut, and leaves nothing', async () => {
    const { socket, answer, isClosed } = converse();
    socket.write(head(500_000) + PART + 'x'.repeat(50_000));
    await begun();
    await until('it is cut', isClosed);
    expect(answer()).toMatch(/^HTTP\/1\.1 408 /);
    expect(answer()).toContain('"code":"upload_stalled"');
    expect(await remains()).toEqual({ counted: 0, blobs: 0 });
  });

  it('that drips to stay alive is cut as well', async () => {
    const { socket, answer, isClosed } = converse();
    socket.write(head(500_000) + PART + 'x'.repeat(50_000));
    await until('it is cut', () => {
      if (!socket.destroyed) socket.write('x');
      return isClosed();
    });
    expect(answer()).toContain('"code":"upload_stalled"');
    expect(await remains()).toEqual({ counted: 0, blobs: 0 });
  });

  it('whose client goes away leaves nothing', async () => {
    const { socket } = converse();
    socket.write(head(500_000) + PART + 'x'.repeat(50_000));
    await begun();
    socket.destroy();
    await until('everything is gone', async () => {
      const { counted, blobs } = await remains();
      return counted === 0 && blobs === 0;
    });
    expect((await server.as('server').get<{ items: unknown[] }>('/files')).body.items).toEqual([]);
  });

  it('that is refused is answered while it is still sent, and the connection can be used again', async () => {
    const { socket, answer, isClosed } = converse();
    const body = PART + 'x'.repeat(100_000) + END;
    socket.write(head(body.length, { authorization: 'Bearer user::', 'x-mainstay-key': 'pk_wrong' }) + body.slice(0, 1_000));
    await until('it is refused', () => answer().includes('401'));
    socket.write(body.slice(1_000));
    const small = `${PART}hello${END}`;
    socket.write(head(small.length) + small);
    await until('the next one is taken', () => answer().includes('201'));
    expect(isClosed()).toBe(false);
    socket.destroy();
    const { id } = /"id":"(?<id>[^"]+)"/.exec(answer())?.groups ?? {};
    await server.as('server').delete(`/files/${id ?? ''}`);
  });

  it('that never ends and is too large is answered and cut', async () => {
    const { socket, answer, isClosed } = converse();
    socket.write(head('chunked') + `${PART.length.toString(16)}\r\n${PART}\r\n`);
    const chunk = `10000\r\n${'x'.repeat(65_536)}\r\n`;
    await until('it is cut', () => {
      if (!socket.destroyed) socket.write(chunk);
      return isClosed();
    });
    expect(answer() === '' || answer().includes('"code":"file_too_large"')).toBe(true);
    await until('everything is gone', async () => (await remains()).counted === 0);
    expect(await remains()).toEqual({ counted: 0, blobs: 0 });
  });
});
