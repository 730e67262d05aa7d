import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createPublicLookup, PrivateAddressError } from '@mainstay/kernel';
import type { Server } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createGuardedFetch } from './create-guarded-fetch.ts';

let server: Server;
let origin: string;
beforeAll(async () => {
  server = createServer((request, response) => {
    if (request.url === '/moved') response.writeHead(302, { location: '/' }).end();
    else if (request.url === '/large') response.end(Buffer.alloc(600_000));
    else if (request.url === '/silent') response.flushHeaders();
    else response.end(`${request.method} ok`);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const allowed = createGuardedFetch({ allowPrivate: true, timeoutMs: 300 });

describe('a fetch for addresses that tenants choose', () => {
  it.each([
    ['https://127.0.0.1/jwks'],
    ['https://[::1]/jwks'],
    ['https://169.254.169.254/latest/meta-data'],
    ['https://0x7f.1/jwks'],
    ['http://id.example/jwks'],
  ])('does not go to %s', async (url) => {
    await expect(createGuardedFetch({ allowPrivate: false, timeoutMs: 300 })(url)).rejects.toBeInstanceOf(PrivateAddressError);
  });

  it('does not go where a name leads to an address that is not public', async () => {
    const lookup = createPublicLookup((_name, _options, done) => done(null, [{ address: '10.0.0.1', family: 4 }]));
    const guarded = createGuardedFetch({ allowPrivate: false, timeoutMs: 300 }, lookup);
    await expect(guarded('https://internal.example/jwks')).rejects.toBeInstanceOf(PrivateAddressError);
  });

  it('posts forms, follows no redirect, and reads neither without end nor without bound', async () => {
    const answer = await allowed(origin, { method: 'POST', body: new URLSearchParams({ a: 'b' }) });
    expect(await answer.text()).toBe('POST ok');
    expect((await allowed(`${origin}/moved`)).status).toBe(302);
    await expect(allowed(`${origin}/large`)).rejects.toThrow('too large');
    await expect(allowed(`${origin}/silent`)).rejects.toThrow('aborted');
  });
});
