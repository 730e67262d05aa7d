import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createTestClient } from '@mainstay/testing';
import mqtt from 'mqtt';
import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import type { StartedServer } from './start-server.ts';
import { startServer } from './start-server.ts';

/** What must not be accepted: each has its documented answer, none is a 500, and the process lives on. */
let server: StartedServer;
let user: { token: string };
beforeAll(async () => {
  server = await startServer({ MAINSTAY_SEED: 'true' });
  const account = { email: 'bad@input.example.com', password: 'correct horse' };
  const { body } = await createTestClient(server.ready.api, key()).post<{ session: { token: string } }>('/auth/signup', account);
  user = body.session;
}, 60_000);
afterAll(() => server.stop());

const key = () => ({ 'x-mainstay-key': server.ready.publishableKey });
const secret = () => ({ 'x-mainstay-key': server.ready.secretKey });
const json = { 'content-type': 'application/json' };
const nested = (depth: number, open: string, close: string) => open.repeat(depth) + close.repeat(depth);
const deepCondition = (levels: number): unknown => (levels === 0 ? { done: true } : { $and: [deepCondition(levels - 1)] });

interface Bad {
  readonly path?: string;
  readonly method?: string;
  readonly headers?: () => Record<string, string>;
  readonly body?: string | Buffer | (() => string | Buffer);
}

/** Sends exactly this and reads the problem. */
async function send({ path = '/data/todos', method = 'POST', headers = secret, body }: Bad) {
  const content = typeof body === 'function' ? body() : body;
  const response = await fetch(server.ready.api + path, {
    method,
    headers: { ...json, ...headers() },
    ...(content === undefined ? {} : { body: content as never }),
  });
  const text = await response.text();
  const problem = (text.startsWith('{') ? JSON.parse(text) : {}) as { code?: string; requestId?: string; errors?: { code: string }[] };
  return { status: response.status, type: response.headers.get('content-type'), problem, headers: response.headers };
}

const text = (value: unknown) => JSON.stringify(value);

describe('a request with', () => {
  it.each<[string, Bad, number, string]>([
    ['malformed JSON', { body: '{"title":' }, 400, 'malformed_json'],
    ['trailing garbage', { body: '{"title":"x"} x' }, 400, 'malformed_json'],
    ['a byte order mark', { body: '\uFEFF{"title":"x"}' }, 400, 'malformed_json'],
    ['the same key twice', { body: '{"title":"a","\\u0074itle":"b"}' }, 400, 'malformed_json'],
    ['invalid UTF-8', { body: Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x7d]) }, 400, 'malformed_json'],
    ['100,000 open brackets', { body: nested(100_000, '[', ']') }, 400, 'malformed_json'],
    ['a body that is no object', { body: '[1,2]' }, 422, 'invalid_input'],
    ['a number that JSON has not', { body: '{"title":1e400}' }, 422, 'invalid_input'],
    ['wrong types', { body: text({ title: { a: 1 } }) }, 422, 'invalid_input'],
    ['unknown fields', { body: text({ title: 'x', nope: 1 }) }, 422, 'invalid_input'],
    ['__proto__', { body: '{"title":"x","__proto__":{"admin":true}}' }, 400, 'malformed_json'],
    ['constructor', { body: '{"title":"x","constructor":{"prototype":{}}}' }, 422, 'invalid_input'],
    ['an operator as a field', { body: text({ title: 'x', $where: '1' }) }, 422, 'invalid_input'],
    ['an operator as a value', { body: text({ title: { $ne: null } }) }, 422, 'invalid_input'],
    ['a NUL in a key', { body: text({ 'ti\u0000tle': 'x' }) }, 422, 'invalid_input'],
    ['a body that is too large', { body: () => text({ title: 'x'.repeat(9_000_000) }) }, 413, 'body_too_large'],
    [
      'a compressed bomb',
      { headers: () => ({ ...secret(), 'content-encoding': 'gzip' }), body: () => gzipSync(Buffer.alloc(50_000_000, 0x20)) },
      413,
      'body_too_large',
    ],
    [
      'a wrong content type',
      { headers: () => ({ ...secret(), 'content-type': 'application/xml' }), body: '<x/>' },
      415,
      'unsupported_media_type',
    ],
    ['an unknown collection', { path: '/data/nothing', body: '{}' }, 404, 'collection_not_found'],
    ['an unknown project', { path: '/../../../p/00000000000000000000/v1/data/todos', body: '{}' }, 401, 'key_invalid'],
    ['a wrong key', { headers: () => ({ 'x-mainstay-key': 'sk_wrong' }), body: '{}' }, 401, 'key_invalid'],
    ['no key', { headers: () => ({}), body: '{}' }, 401, 'key_missing'],
    ['a session that is none', { headers: () => ({ ...key(), authorization: 'Bearer ms_nothing' }), body: '{}' }, 401, 'session_invalid'],
    ['a broken percent-encoding', { method: 'GET', path: '/data/todos/%E0%A4%A' }, 400, 'malformed_request'],
    ['a method that is not there', { method: 'PATCH', path: '/data/todos', body: '{}' }, 405, 'method_not_allowed'],
    ['a path that is not there', { path: '/nothing/at/all', body: '{}' }, 404, 'not_found'],
    ['an unknown parameter', { method: 'GET', path: '/data/todos?nope=1' }, 422, 'invalid_input'],
    ['an operator in the query string', { method: 'GET', path: '/data/todos?where[$ne]=1' }, 422, 'invalid_input'],
    ['a condition of ten levels', { path: '/data/todos/query', body: () => text({ where: deepCondition(10) }) }, 422, 'invalid_input'],
    [
      'a pattern that could take for ever',
      { path: '/data/todos/query', body: text({ where: { title: { $regex: '^(a+)+$' } } }) },
      422,
      'invalid_input',
    ],
    ['a limit out of bounds', { method: 'GET', path: '/data/todos?limit=100000' }, 422, 'invalid_input'],
    ['a cursor that is not ours', { method: 'GET', path: '/data/todos?cursor=abc' }, 422, 'invalid_input'],
    [
      'an If-Match that is none',
      { method: 'PATCH', path: '/data/todos/x', headers: () => ({ ...secret(), 'if-match': 'three' }), body: '{"done":true}' },
      400,
      'malformed_request',
    ],
    [
      'an Idempotency-Key that is none',
      { headers: () => ({ ...secret(), 'idempotency-key': 'x'.repeat(300) }), body: '{"title":"x"}' },
      400,
      'malformed_request',
    ],
    [
      'operators for credentials',
      { path: '/auth/login', headers: key, body: text({ email: { $ne: null }, password: { $ne: null } }) },
      422,
      'invalid_input',
    ],
    [
      'a password of a megabyte',
      { path: '/auth/signup', headers: key, body: () => text({ email: 'm@x.example.com', password: 'x'.repeat(1_000_000) }) },
      422,
      'invalid_input',
    ],
    [
      'fields that a sign-up does not take',
      { path: '/auth/signup', headers: key, body: text({ email: 'r@x.example.com', password: 'correct horse', roles: ['admin'] }) },
      422,
      'invalid_input',
    ],
  ])('%s has its documented answer', async (_name, bad, status, code) => {
    const answer = await send(bad);
    expect({ status: answer.status, code: answer.problem.code }).toEqual({ status, code });
    expect(answer.type).toContain('application/problem+json');
    expect(answer.problem.requestId).toMatch(/\S/);
    if (status === 405) expect(answer.headers.get('allow')).toMatch(/GET/);
  });

  it('a key that was revoked, or a session that has ended, is refused from the next request on', async () => {
    const asUser = createTestClient(server.ready.api, { ...key(), authorization: `Bearer ${user.token}` });
    expect(await asUser.get('/auth/me')).toMatchObject({ status: 200 });
    expect(await asUser.post('/auth/logout', {})).toMatchObject({ status: 204 });
    expect(await asUser.get('/auth/me')).toMatchObject({ status: 401, body: { code: 'session_invalid' } });
  });
});

describe('a device that', () => {
  /** Sends bytes to the broker and waits until it ends the connection. */
  const ends = (bytes: Buffer): Promise<boolean> => {
    const { hostname, port } = new URL(server.ready.mqtt);
    return new Promise((resolve) => {
      const socket = connect(Number(port), hostname, () => socket.write(bytes));
      socket.on('error', () => undefined);
      socket.on('data', () => undefined);
      socket.on('close', () => resolve(true));
    });
  };

  it.each([
    ['sends anything but CONNECT first', Buffer.from([0xc0, 0x00])],
    ['sends HTTP', Buffer.from('GET / HTTP/1.1\r\nHost: x\r\n\r\n')],
    ['announces a packet of 256 MB', Buffer.from([0x10, 0xff, 0xff, 0xff, 0x7f])],
    ['speaks a protocol that is none', Buffer.from('100f00044e4f504504020000000361', 'hex')],
  ])(
    '%s is cut off',
    async (_name, bytes) => {
      expect(await ends(bytes)).toBe(true);
    },
    40_000,
  );

  it('publishes to a topic of somebody else, or subscribes to everything, is refused', async () => {
    const options = { username: server.ready.device.token, reconnectPeriod: 0 };
    const client = await mqtt.connectAsync(server.ready.mqtt, options, false);
    const closed = new Promise((resolve) => client.once('close', () => resolve('closed')));
    client.publish('v1/devices/somebody-else/telemetry', '{"temperature":1}', { qos: 1 });
    expect(await closed).toBe('closed');
    const other = await mqtt.connectAsync(server.ready.mqtt, options, false);
    const refused = await other.subscribeAsync('#').then(
      (granted) => granted.every(({ qos }) => qos === 128),
      () => true,
    );
    expect(refused).toBe(true);
    await other.endAsync(true);
  });
});

describe('after all of it', () => {
  it('the process lives, works, and has logged no failure of its own', async () => {
    expect(await createTestClient(server.ready.api, secret()).get('/data/todos?limit=1')).toMatchObject({ status: 200 });
    expect(server.process.exitCode).toBeNull();
    expect(server.log().filter(({ level }) => level === 'error' || level === 'fatal')).toEqual([]);
    expect(({} as { admin?: boolean }).admin).toBeUndefined();
  });
});
