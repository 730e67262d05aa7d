import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { freePort } from '@mainstay/testing';
import { connect } from 'node:net';
import type { Tenant, Tenants } from './start-tenants.ts';
import { startTenants } from './start-tenants.ts';

/** Clients that keep the server busy, and what it tells of itself (SECURITY-CASES 50). */
let all: Tenants;
let tenant: Tenant;
beforeAll(async () => {
  const adminPort = String(await freePort());
  all = await startTenants({
    MAINSTAY_ADMIN_PORT: adminPort,
    MAINSTAY_HTTP_HEADERS_TIMEOUT_MS: '1000',
    MAINSTAY_HTTP_REQUEST_TIMEOUT_MS: '2000',
  });
  tenant = all.victim;
}, 60_000);
afterAll(() => all.server.stop());

/** Sends text and leaves the connection open: what comes back until the server ends it. */
function hold(text: string): Promise<string> {
  const { hostname, port } = new URL(all.server.ready.origin);
  return new Promise((resolve) => {
    let heard = '';
    const socket = connect(Number(port), hostname, () => socket.write(text));
    socket.on('data', (chunk: Buffer) => (heard += chunk.toString()));
    socket.on('error', () => undefined);
    socket.on('close', () => resolve(heard));
  });
}
const api = (path: string) => `/p/${tenant.project}/v1${path}`;
const GET = () => `GET ${api('/data/none')} HTTP/1.1\r\nHost: x\r\nX-Mainstay-Key: ${tenant.secretKey}\r\n`;
const answers = (heard: string): number => heard.split('HTTP/1.1 ').length - 1;

describe('the public port', () => {
  it('has nothing of the operator', async () => {
    const paths = [
      '/metrics',
      '/readyz',
      '/admin/queues',
      '/queues',
      '/bull',
      '/debug',
      '/debug/pprof',
      '/.env',
      '/.git/config',
      '/server-status',
    ];
    for (const path of [...paths, api('/metrics'), '/platform/v1/metrics', '/node_modules/express/package.json', '/package.json']) {
      const { status, text } = await all.send({ path });
      // Where the dashboard is built, it answers what no file has: with its one page, which says that there is nothing.
      const isNothing = status === 404 || (status === 200 && text.includes('<div id="root">'));
      expect([path, isNothing, /mainstay_http|mongodb:|redis:/.test(text)]).toEqual([path, true, false]);
    }
    expect((await all.send({ path: '/healthz' })).text).toBe('ok\n');
  });

  it.each([
    ['/data/none', 'GET'],
    ['/nothing', 'GET'],
    ['/data/%E0%A4%A', 'GET'],
    ['/data/none', 'POST'],
    ['/users/x', 'GET'],
    ['/data/none?where={', 'GET'],
  ])('says nothing of what is behind it (%s, %s)', async (path, method) => {
    const { status, text, headers } = await all.send({
      method,
      path: api(path),
      headers: { 'x-mainstay-key': tenant.secretKey },
      body: '{',
    });
    expect(status).toBeLessThan(500);
    expect(text).not.toMatch(/\bat \S+ \(|node_modules|mongo|\.ts\b|\.js\b|Error:|SELECT|E11000/i);
    expect(headers['x-powered-by'] ?? headers['server']).toBeUndefined();
  });
});

describe('a connection', () => {
  it.each<[string, () => string]>([
    ['whose headers never end', GET],
    ['that sends nothing', () => ''],
    [
      'whose body never ends',
      () => `POST ${api('/auth/login')} HTTP/1.1\r\nHost: x\r\nX-Mainstay-Key: ${tenant.publishableKey}\r\nContent-Length: 100\r\n\r\n{`,
    ],
    ['with 64 kB of headers', () => `${GET()}X-Long: ${'x'.repeat(65_536)}\r\n\r\n`],
    ['with 10,000 headers', () => `${GET()}${'a:b\r\n'.repeat(10_000)}\r\n`],
    ['with a line of 1 MB', () => `GET /${'x'.repeat(1_000_000)} HTTP/1.1\r\n\r\n`],
    ['that is no HTTP', () => '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03'],
    [
      'with both lengths (CL.TE)',
      () => `POST ${api('/auth/login')} HTTP/1.1\r\nHost: x\r\nContent-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nG`,
    ],
    ['with two lengths', () => `POST ${api('/auth/login')} HTTP/1.1\r\nHost: x\r\nContent-Length: 6\r\nContent-Length: 5\r\n\r\n{}{}{}`],
    ['with a hidden length', () => `POST ${api('/auth/login')} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding : chunked\r\n\r\n0\r\n\r\n`],
    ['with a header over two lines', () => `${GET()}X-A: b\r\n c: d\r\n\r\n`],
  ])('%s is answered or cut', async (_name, text) => {
    const heard = await hold(text());
    expect(answers(heard)).toBeLessThanOrEqual(1);
    expect(heard).not.toMatch(/^HTTP\/1\.1 2/);
    expect((await all.send({ path: '/healthz' })).status).toBe(200);
  });

  it('with many requests at once gets one answer for each, in order', async () => {
    const requests = Array.from({ length: 50 }, () => `${GET()}\r\n`).join('');
    expect(answers(await hold(`${requests}${GET()}Connection: close\r\n\r\n`))).toBe(51);
  });

  it('of five hundred idle ones keeps nobody else waiting', async () => {
    const idle = Array.from({ length: 500 }, () => hold(GET()));
    const since = performance.now();
    expect((await tenant.server.get('/schema')).status).toBe(200);
    expect(performance.now() - since).toBeLessThan(5_000);
    expect((await Promise.all(idle)).every((heard) => answers(heard) <= 1)).toBe(true);
  });
});
