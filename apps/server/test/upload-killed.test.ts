import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { TestClient } from '@mainstay/testing';
import { createTestClient, until } from '@mainstay/testing';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import type { StartedServer } from './start-server.ts';
import { startServer } from './start-server.ts';

/** A process that is killed in the middle of an upload: the next one frees what was reserved and deletes what had come. */
let server: StartedServer;
let owner: TestClient;
const ENVIRONMENT = { MAINSTAY_FILES_LEASE_SECONDS: '1' };
beforeAll(async () => {
  server = await startServer({ MAINSTAY_SEED: 'true', ...ENVIRONMENT });
}, 60_000);
afterAll(() => server.stop());

async function signIn(origin: string): Promise<TestClient> {
  const platform = `${origin}/platform/v1`;
  const account = { email: 'owner@killed.example.com', password: 'correct horse battery' };
  const signedUp = await createTestClient(platform, {}).post<{ csrfToken: string }>('/signup', account);
  const cookie = signedUp.headers.get('set-cookie')?.split(';')[0] ?? '';
  return createTestClient(platform, { cookie, 'x-csrf-token': signedUp.body.csrfToken });
}

const storedBytes = async (id: string) => (await owner.get<{ storageBytes: number }>(`/projects/${id}/usage`)).body.storageBytes;
const incoming = async () => (await readdir(join(server.directory, 'files', 'incoming'))).length;

it('leaves nothing for good', async () => {
  const { origin } = server.ready;
  owner = await signIn(origin);
  const { body } = await owner.post<{ project: { id: string }; keys: { secret: { key: string } } }>('/projects', { name: 'Killed' });
  const { id } = body.project;
  const socket = connect(Number(new URL(origin).port), '127.0.0.1');
  socket.on('error', () => undefined);
  const head = [
    `POST /p/${id}/v1/files HTTP/1.1`,
    'host: localhost',
    `x-mainstay-key: ${body.keys.secret.key}`,
    'content-type: multipart/form-data; boundary=x',
    'content-length: 500000',
  ];
  const part = '--x\r\nContent-Disposition: form-data; name="file"; filename="a.bin"\r\n\r\n';
  socket.write(`${head.join('\r\n')}\r\n\r\n${part}${'x'.repeat(200_000)}`);
  await until('half a file is there', async () => (await incoming()) === 1 && (await storedBytes(id)) === 500_000);

  const died = once(server.process, 'exit');
  server.process.kill('SIGKILL');
  await died;
  expect(await incoming()).toBe(1);

  const next = await server.again(ENVIRONMENT);
  owner = createTestClient(`${next.ready.origin}/platform/v1`, {});
  const { body: session, headers } = await owner.post<{ csrfToken: string }>('/login', {
    email: 'owner@killed.example.com',
    password: 'correct horse battery',
  });
  owner = createTestClient(`${next.ready.origin}/platform/v1`, {
    cookie: headers.get('set-cookie')?.split(';')[0] ?? '',
    'x-csrf-token': session.csrfToken,
  });
  await until('the bytes are free and gone', async () => (await storedBytes(id)) === 0 && (await incoming()) === 0, 20_000);
}, 60_000);
