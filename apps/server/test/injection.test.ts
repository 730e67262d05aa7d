import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createTestClient } from '@mainstay/testing';
import mqtt from 'mqtt';
import { existsSync, readFileSync } from 'node:fs';
import { brotliCompressSync, constants } from 'node:zlib';
import type { RawAnswer, Tenant, Tenants } from './start-tenants.ts';
import { startTenants } from './start-tenants.ts';

/** Values that are read as something else than a value (SECURITY-CASES 22 to 26). */
let all: Tenants;
let tenant: Tenant;
beforeAll(async () => {
  all = await startTenants();
  tenant = all.victim;
  const rules = { list: true, get: true, create: true, update: true, delete: true, subscribe: true };
  const fields = { text: { type: 'string' }, n: { type: 'number' }, any: { type: 'json' }, secret: { type: 'string', readable: false } };
  await tenant.server.put('/schema/notes', { fields, rules });
  await tenant.server.put('/schema/vault', { fields: { text: { type: 'string' } } });
  await tenant.server.post('/data/vault', { id: 'one', text: 'treasure' });
  await tenant.server.post('/data/notes', { id: 'one', text: 'x', secret: 'treasure' });
}, 60_000);
afterAll(() => all.server.stop());

const api = (path: string) => `/p/${tenant.project}/v1${path}`;
const key = () => ({ 'x-mainstay-key': tenant.publishableKey });
const secret = () => ({ 'x-mainstay-key': tenant.secretKey });
const post = (path: string, body: string | Buffer, headers: Record<string, string> = {}): Promise<RawAnswer> =>
  all.send({ method: 'POST', path: api(path), headers: { 'content-type': 'application/json', ...secret(), ...headers }, body });
const isRefused = ({ status }: { status: number }) => status >= 400 && status < 500;
/** Names that mean something to JavaScript or to MongoDB. */
const MEANINGFUL = [
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'hasOwnProperty',
  'valueOf',
  '$where',
  '$ne',
  'a.b',
  'a\0b',
  '..',
  '',
];

describe('an operator', () => {
  const OPERATORS: unknown[] = [
    { $where: 'while(true){}' },
    { $expr: { $function: { body: 'function(){return true}', args: [], lang: 'js' } } },
    { $expr: { $eq: ['$secret', 'treasure'] } },
    { $function: { body: 'x', args: [], lang: 'js' } },
    { $accumulator: { init: 'function(){}' } },
    { text: { $where: '1' } },
    { text: { $expr: true } },
    { text: { $regex: 'x', $options: 'i' } },
    { $comment: 'x' },
    { $jsonSchema: {} },
    { $text: { $search: 'x' }, $where: '1' },
    { 'text.$ne': 1 },
    { $nor: [{ $where: '1' }] },
    { text: { $not: { $where: '1' } } },
    { text: { $elemMatch: { $where: '1' } } },
    { text: { $inQuery: { collection: 'vault', where: { $where: '1' }, field: 'id' } } },
    { __proto__x: 1, $__proto__: 1 },
  ];

  it.each(OPERATORS.map((where) => [JSON.stringify(where), where] as const))('is no condition: %s', async (_text, where) => {
    const sent = JSON.stringify({ where });
    const answers = await Promise.all([
      post('/data/notes/query', sent, key()),
      post('/data/notes/count', sent, key()),
      all.send({ path: api(`/data/notes?where=${encodeURIComponent(JSON.stringify(where))}`), headers: key() }),
      post('/push/audiences/count', JSON.stringify({ audience: where })),
      all.send({
        method: 'PUT',
        path: api('/schema/ruled'),
        headers: { ...secret(), 'content-type': 'application/json' },
        body: JSON.stringify({ fields: { text: { type: 'string' } }, rules: { list: where } }),
      }),
    ]);
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 422));
    for (const { text } of answers) expect(text).not.toMatch(/treasure|mongo|BSON|\bat \//i);
  });

  it.each([
    [[{ $out: 'stolen' }]],
    [[{ $merge: { into: 'stolen' } }]],
    [[{ $lookup: { from: 'users', localField: 'id', foreignField: '_id', as: 'x' } }]],
    [[{ $lookup: { from: 'vault', pipeline: [], as: 'x' } }]],
    [[{ $unionWith: 'vault' }]],
    [[{ $graphLookup: { from: 'vault', startWith: '$id', connectFromField: 'id', connectToField: 'id', as: 'x' } }]],
    [[{ $group: { _id: null, x: { $accumulator: { init: 'function(){}' } } } }]],
    [[{ $project: { x: { $function: { body: 'function(){}', args: [], lang: 'js' } } } }]],
    [[{ $collStats: {} }]],
    [[{ $currentOp: {} }]],
    [[{ $match: { $where: '1' } }]],
    [[{ $facet: { x: [{ $out: 'y' }] } }]],
  ])('is no stage: %j', async (pipeline) => {
    for (const body of [{ pipeline }, pipeline, { stages: pipeline }, { group: pipeline }, { mapReduce: 'notes', map: 'function(){}' }]) {
      const answer = await post('/data/notes/aggregate', JSON.stringify(body), key());
      expect([isRefused(answer), answer.text.includes('treasure')]).toEqual([true, false]);
    }
  });

  it.each([[[{ $addFields: { x: '$secret' } }]], [[{ $replaceRoot: { newRoot: '$$ROOT' } }]], [[{ $project: { x: '$$CURRENT.secret' } }]]])(
    'sees no hidden field: %j',
    async (pipeline) => {
      const { status, text } = await post('/data/notes/aggregate', JSON.stringify({ pipeline }), key());
      expect([200, 422]).toContain(status);
      expect(text).not.toContain('treasure');
    },
  );

  it('is no value where one is expected', async () => {
    const nothing = { $ne: null };
    const answers = await Promise.all([
      post('/auth/login', JSON.stringify({ email: nothing, password: nothing }), key()),
      post('/auth/refresh', JSON.stringify({ refreshToken: nothing }), key()),
      post('/auth/password/forgot', JSON.stringify({ email: nothing }), key()),
      post('/auth/password/reset', JSON.stringify({ token: nothing, password: 'correct horse' }), key()),
      post('/auth/magic-link/verify', JSON.stringify({ token: nothing }), key()),
      post('/auth/otp/verify', JSON.stringify({ email: 'a@b.example', code: nothing }), key()),
      post('/auth/mfa/verify', JSON.stringify({ token: nothing, code: nothing }), key()),
      post('/users', JSON.stringify({ email: nothing, password: nothing })),
      post('/devices', JSON.stringify({ name: nothing })),
      post('/roles', JSON.stringify({ name: nothing })),
      post('/data/notes', JSON.stringify({ id: nothing })),
      post('/data/notes', JSON.stringify({ text: nothing })),
      post('/data/batch', JSON.stringify({ operations: [{ op: 'delete', collection: 'notes', id: nothing }] })),
      post('/batch', JSON.stringify({ batch: [{ type: 'track', event: nothing, userId: nothing }] })),
      post('/push/messages', JSON.stringify({ audience: { userId: { $where: '1' } }, notification: { title: 'a', body: 'b' } })),
      all.send({ method: 'POST', path: '/platform/v1/login', body: JSON.stringify({ email: nothing, password: nothing }) }),
      all.send({ method: 'POST', path: '/platform/v1/login/link', body: JSON.stringify({ token: nothing }) }),
    ]);
    const taken = answers.map(({ status, text }) => (isRefused({ status }) || /"accepted":0/.test(text) ? 'refused' : text));
    expect(taken).toEqual(answers.map(() => 'refused'));
    for (const query of ['email[$ne]=', 'limit[$gt]=1', 'where[$ne]=1', '$where=1', 'sort[$ne]=x', 'where=%7B%7D&where=%7B%7D']) {
      for (const path of ['/data/notes', '/users', '/devices', '/analytics/events', '/mail/inbox']) {
        const { status } = await all.send({ path: api(`${path}?${query}`), headers: secret() });
        expect([path, query, isRefused({ status })]).toEqual([path, query, true]);
      }
    }
  });
});

describe('a name that means something elsewhere', () => {
  it.each(MEANINGFUL)('%j is a name or refused, nothing else', async (name) => {
    const [segment, json] = [encodeURIComponent(name), JSON.stringify(name)];
    const put = (path: string, body: string) =>
      all.send({ method: 'PUT', path: api(path), headers: { ...secret(), 'content-type': 'application/json' }, body });
    const answers = {
      collection: await put(`/schema/${segment}`, '{"fields":{}}'),
      field: await put('/schema/named', `{"fields":{${json}:{"type":"string"}}}`),
      unknownField: await post('/data/notes', `{${json}:"x"}`),
      condition: await post('/data/notes/query', `{"where":{${json}:"x"}}`),
      variable: await post('/data/notes/query', `{"where":{"text":{"$var":${JSON.stringify(`user.${name}`)}}}}`),
      sort: await all.send({ path: api(`/data/notes?sort=${segment}`), headers: key() }),
      fields: await all.send({ path: api(`/data/notes?fields=${segment}`), headers: key() }),
      include: await all.send({ path: api(`/data/notes?include=${segment}`), headers: key() }),
      document: await all.send({ path: api(`/data/notes/${segment}`), headers: key() }),
      role: await post('/roles', `{"name":${json}}`),
      device: await post('/devices', `{"name":${json}}`),
      event: await post('/track', `{"event":${json},"userId":"u","properties":{"x":{${json}:1}}}`),
      property: await post('/track', `{"event":"e","userId":"u","properties":{${json}:1}}`),
      trait: await post('/identify', `{"userId":"u","traits":{${json}:1}}`),
      tag: await put('/push/installations/i', `{"platform":"android","token":"123456789","tags":[${json}]}`),
      claim: await post('/users', `{"email":"claims@example.com","claims":{${json}:1}}`),
      template: await put(`/mail/templates/${segment}/en`, '{"subject":"s","text":"t","html":"h"}'),
      hook: await put(`/auth/hooks/${segment}`, '{"url":"https://1.1.1.1/"}'),
      provider: await put(`/auth/providers/${segment}`, '{"preset":"google","clientId":"x"}'),
      channel: await put('/realtime/channels', `{"rules":[{"pattern":${json},"join":true}]}`),
      query: await all.send({ path: api(`/data/notes?${segment}=1`), headers: key() }),
    };
    const broken = Object.entries(answers).filter(([, { status, text }]) => status >= 500 || /mongo|BSON|\bat \//i.test(text));
    expect(broken).toEqual([]);
    for (const part of ['collection', 'field', 'unknownField', 'template', 'hook'] as const) {
      expect([part, isRefused(answers[part])]).toEqual([part, true]);
    }
  });

  it('reaches no device by its topic either', async () => {
    const { body } = await tenant.server.post<{ credentials: { token: string } }>('/devices', { name: 'topics' });
    for (const topic of ['v1/devices/__proto__/telemetry', 'd/constructor/t', `app/a\r\nb/x`, '$SYS/x']) {
      const client = await mqtt.connectAsync(all.server.ready.mqtt, { username: body.credentials.token, reconnectPeriod: 0 }, false);
      const closed = new Promise((resolve) => client.once('close', () => resolve('closed')));
      client.publish(topic, '{"__proto__":{"x":1}}', { qos: 1 });
      expect([topic, await closed]).toEqual([topic, 'closed']);
    }
  });
});

describe('a pattern', () => {
  it.each([
    '^(a+)+$',
    '^(a|a)*b',
    `^${'a'.repeat(10_000)}`,
    '^(?=a)b',
    '^(.*)*\\1',
    'unanchored',
    '.*x',
    '^a{1,100000}',
    '^[',
    '^\\p{L}{9999}',
  ])('%.30s is refused before it is searched for', async (pattern) => {
    const since = performance.now();
    for (const where of [{ text: { $regex: pattern } }, { $nor: [{ text: { $regex: pattern } }] }]) {
      expect((await post('/data/notes/query', JSON.stringify({ where }), key())).status).toBe(422);
      const fields = { text: { type: 'string', pattern } };
      const answer = await tenant.server.put('/schema/patterned', { fields });
      if (pattern !== 'unanchored' && pattern !== '.*x') expect([pattern.slice(0, 30), answer.status]).toEqual([pattern.slice(0, 30), 422]);
    }
    expect(performance.now() - since).toBeLessThan(5_000);
  });
});

describe('JSON', () => {
  const manyKeys = (count: number) => `{${Array.from({ length: count }, (_, n) => `"k${n}":1`).join(',')}}`;

  it.each<[string, () => string]>([
    ['10,000 levels', () => `{"any":${'['.repeat(10_000)}${']'.repeat(10_000)}}`],
    ['a million keys', () => manyKeys(1_000_000)],
    ['as many keys as fit', () => manyKeys(60_000)],
    ['the same key twice, far apart', () => `{"text":"a",${manyKeys(1_000).slice(1, -1)},"te\\u0078t":"b"}`],
    ['a number whose last digit would change', () => '{"n":9007199254740993}'],
    ['1e400', () => '{"n":1e400}'],
    ['-1e400 inside', () => '{"any":{"x":[-1e400]}}'],
    ['a lone surrogate', () => '{"text":"\\ud800"}'],
    ['a lone surrogate in a key', () => '{"any":{"\\udfff":1}}'],
    ['a byte order mark', () => '\uFEFF{"text":"x"}'],
    ['garbage behind it', () => '{"text":"x"}\0'],
    ['two values', () => '{"text":"x"}{"text":"y"}'],
    ['a comment', () => '{"text":"x"/* */}'],
    ['NaN', () => '{"n":NaN}'],
  ])('with %s is refused at once', async (_name, body) => {
    const since = performance.now();
    const { status } = await post('/data/notes', body());
    expect([400, 413, 422]).toContain(status);
    expect(performance.now() - since).toBeLessThan(5_000);
  });

  it.each(['application/json; charset=utf-16', 'application/json; charset=iso-8859-1', 'text/html', 'application/bson', 'x'])(
    'as %s is refused',
    async (type) => {
      expect((await post('/data/notes', '{"text":"x"}', { 'content-type': type })).status).toBe(415);
    },
  );

  it('that grows a hundred thousand times is refused, and memory stays flat', async () => {
    const bomb = brotliCompressSync(Buffer.alloc(200_000_000, 0x20), { params: { [constants.BROTLI_PARAM_QUALITY]: 2 } });
    expect(bomb.length).toBeLessThan(10_000);
    const before = peakMegabytes();
    for (let round = 0; round < 3; round += 1) {
      const answers = await Promise.all(Array.from({ length: 10 }, () => post('/data/notes', bomb, { 'content-encoding': 'br' })));
      expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 413));
    }
    // Thirty of them are six gigabytes.
    expect(peakMegabytes() - before).toBeLessThan(300);
  });

  /** The most memory that the program ever had, where the system tells. */
  function peakMegabytes(): number {
    const path = `/proc/${all.server.process.pid ?? 0}/status`;
    if (!existsSync(path)) return 0;
    return Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(path, 'utf8'))?.[1]) / 1_000;
  }
});

describe('a line end', () => {
  it('in the name of a file is in no header', async () => {
    const body = '--x\r\nContent-Disposition: form-data; name="file"; filename="a%0d%0aSet-Cookie: x=1\\"; y=.html"\r\n\r\nx\r\n--x--\r\n';
    const made = await post('/files', body, { 'content-type': 'multipart/form-data; boundary=x' });
    expect(made.status).toBe(201);
    const { id } = JSON.parse(made.text) as { id: string };
    const { headers } = await all.send({ path: api(`/files/${id}/content`), headers: secret() });
    expect(headers['set-cookie']).toBeUndefined();
    expect(String(headers['content-disposition'])).toMatch(/^attachment; filename="[^"\r\n]*"; filename\*=UTF-8''[^\s"]*$/);
  });

  it('in a name begins no line of the log, no header of a mail and no header of an answer', async () => {
    const evil = 'a\r\nX-Evil: 1\r\n{"level":"fatal"}';
    const named = await tenant.owner.patch(`/projects/${tenant.project}`, { name: evil });
    expect(isRefused(named) || named.status === 200).toBe(true);
    const { headers } = await all.send({
      path: api('/nothing%0d%0aX-Evil:%201'),
      headers: { ...key(), 'x-request-id': 'aaaaaaaa%0d%0aX-Evil: 1' },
    });
    expect(headers['x-evil']).toBeUndefined();
    expect(headers['x-request-id']).not.toContain('Evil');
    for (const to of ['a@b.example\r\nBcc: c@d.example', 'a@b.example\nBcc: c@d.example', 'a@b.example, c@d.example']) {
      expect(isRefused(await tenant.server.post('/mail/test', { to }))).toBe(true);
      expect(isRefused(await tenant.app().post('/auth/magic-link', { email: to, redirectTo: '/' }))).toBe(true);
      expect(isRefused(await tenant.owner.post(`/organizations/${tenant.organization}/invitations`, { email: to, role: 'viewer' }))).toBe(
        true,
      );
    }
    expect(all.server.log().filter(({ level }) => level === 'fatal')).toEqual([]);
  });

  it('and dots lead out of no directory', async () => {
    const paths = [
      '..%2f..%2fetc%2fpasswd',
      '..',
      '%2e%2e%2f%2e%2e',
      '....//',
      '..%5c..%5cx',
      `..%2f${tenant.project}`,
      '/etc/passwd',
      'a%00b',
    ];
    for (const path of paths) {
      for (const place of [
        `/files/${path}/content`,
        `/files/${path}`,
        `/docs/${path}`,
        `/data/notes/${path}`,
        `/mail/templates/${path}/en`,
      ]) {
        const { status, text } = await all.send({ path: api(place), headers: secret() });
        expect([place, isRefused({ status }), text.includes('root:')]).toEqual([place, true, false]);
      }
    }
    for (const path of [
      '/../../etc/passwd',
      '/assets/..%2f..%2f..%2fetc%2fpasswd',
      '/p/../../etc/passwd',
      '//etc/passwd',
      '/%2e%2e/%2e%2e/etc/passwd',
    ]) {
      const { text } = await all.send({ path });
      expect([path, text.includes('root:')]).toEqual([path, false]);
    }
  });
});

describe('an address inside of our network', () => {
  const HOSTS = [
    '127.0.0.1',
    '127.1',
    '2130706433',
    '0x7f000001',
    '0177.0.0.1',
    '0',
    '[::1]',
    '[::]',
    '[::ffff:127.0.0.1]',
    '[::ffff:7f00:1]',
    '[64:ff9b::7f00:1]',
    '[fe80::1]',
    '[fd00::1]',
    '10.0.0.1',
    '172.16.0.1',
    '192.168.1.1',
    '169.254.169.254',
    '100.64.0.1',
    '224.0.0.1',
    'localhost',
    'localhost.',
    'a.localhost',
    '１２７.０.０.１',
    '127。0。0。1',
  ];

  it.each(HOSTS)('%s is called by nothing that a tenant sets', async (host) => {
    const keys = {
      p256dh: 'BNcRdreALRFXTkOOUHK1EtK2wtaz5Ry4YfYCA_0QTpQtUbVlUls0VJXg7A8u-Ts1XbjhazAkj7I99e8QcYP7DkM',
      auth: 'tBHItJI5svbpez7KI4CCXg',
    };
    const url = `https://${host}/x`;
    const bare = host.replace(/^\[|\]$/g, '');
    const answers = {
      push: await tenant.app().put('/push/installations/ssrf', { platform: 'web', subscription: { endpoint: url, keys } }),
      hook: await tenant.server.put('/auth/hooks/beforeSignIn', { url }),
      smtp: await tenant.server.put('/mail/settings', { host: bare, port: 25, from: 'a@b.example' }),
      sms: await tenant.server.put('/auth/sms/sender', { url }),
      captcha: await tenant.server.put('/auth/captcha/settings', { provider: 'hcaptcha', siteKey: 'k', secret: 's', verifyUrl: url }),
      issuer: await tenant.server.put('/auth/providers/inside', { preset: 'oidc', clientId: 'x', clientSecret: 'y', issuer: url }),
    };
    for (const [what, { status, body }] of Object.entries(answers))
      expect([what, status, body['code']]).toEqual([what, 422, expect.any(String)]);
  });
});

describe('after all of it', () => {
  it('the program lives, has logged no failure of its own, and keeps what it had', async () => {
    expect(await createTestClient(`${all.server.ready.origin}${api('')}`, secret()).get('/data/vault/one')).toMatchObject({
      status: 200,
      body: { text: 'treasure' },
    });
    expect(({} as { x?: unknown }).x).toBeUndefined();
    expect(all.server.log().filter(({ level }) => level === 'error' || level === 'fatal')).toEqual([]);
  });
});
