import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { TestAnswer, TestClient } from '@mainstay/testing';
import { createTestClient, until } from '@mainstay/testing';
import mqtt from 'mqtt';
import type { AppUser, RawAnswer, Tenant, Tenants } from './start-tenants.ts';
import { startTenants } from './start-tenants.ts';

/** What one tenant holds opens nothing of another, and what does not open looks exactly like what is not there (SECURITY-CASES 1 to 5). */
let all: Tenants;
let attacker: Tenant;
let victim: Tenant;
let mallory: AppUser;
let alice: AppUser;
const SAME = 'same-name';
const NEVER = '0'.repeat(20);
const NOTES = {
  fields: { text: { type: 'string' } },
  rules: { list: true, get: true, create: true, update: true, delete: true, subscribe: true },
  realtime: true,
  history: true,
  softDelete: true,
};

beforeAll(async () => {
  all = await startTenants();
  ({ attacker, victim } = all);
  for (const { server } of [attacker, victim]) await server.put('/schema/notes', NOTES);
  [mallory, alice] = [await attacker.signUp(SAME), await victim.signUp(SAME)];
}, 60_000);
afterAll(() => all.server.stop());

/** The answer without what differs in every answer. */
const seen = ({ status, body }: TestAnswer) => ({ status, body: { ...body, requestId: '' } });
const bytes = ({ status, text }: RawAnswer) => ({ status, text: text.replace(/"requestId":"[^"]*"/, '') });
const at = ({ project }: { project: string }, headers: Record<string, string>): TestClient =>
  createTestClient(`${all.server.ready.origin}/p/${project}/v1`, headers);

const isEmpty = ({ status, body }: TestAnswer) => status === 200 && JSON.stringify(body['items']) === '[]';

interface OpenApi {
  readonly paths: Record<string, Record<string, { responses?: unknown }>>;
}
/** Every operation that the program describes, with an id in the place of each parameter. */
async function operations(): Promise<{ method: string; path: string }[]> {
  const { body } = await victim.server.get<OpenApi>('/openapi.json');
  return Object.entries(body.paths).flatMap(([path, methods]) =>
    Object.entries(methods)
      .filter(([, operation]) => operation.responses !== undefined)
      .map(([method]) => ({ method: method.toUpperCase(), path: path.replace(/\{collection\}/, 'notes').replace(/\{\w+\}/g, SAME) })),
  );
}

describe("a tenant's own", () => {
  it.each([
    ['secret key', () => ({ 'x-mainstay-key': attacker.secretKey })],
    ['publishable key', () => ({ 'x-mainstay-key': attacker.publishableKey })],
    ['key under another name', () => ({ 'x-mainstay-key': attacker.secretKey.replace(attacker.project, victim.project) })],
    ['key as a write key', () => ({ authorization: `Basic ${Buffer.from(`${attacker.secretKey}:`).toString('base64')}` })],
  ])('%s opens no operation of another project, and does not tell that there is one', async (_name, headersOf) => {
    const base = (project: string, { method, path }: { method: string; path: string }) =>
      all.send({ method, path: `/p/${project}/v1${path}`, headers: { ...headersOf(), 'content-type': 'application/json' } });
    const every = await operations();
    expect(every.length).toBeGreaterThan(100);
    const pairs = await Promise.all(
      every.map(async (operation) => [operation, await base(victim.project, operation), await base(NEVER, operation)] as const),
    );
    for (const [operation, there, nowhere] of pairs) {
      expect([operation, bytes(there)]).toEqual([operation, bytes(nowhere)]);
      expect([operation, there.status >= 400]).toEqual([operation, true]);
    }
  });

  it('session, refresh token and device token are none in another project', async () => {
    const key = { 'x-mainstay-key': victim.publishableKey };
    const device = await attacker.server.post<{ credentials: { token: string } }>('/devices', { name: 'thief' });
    const nothing = await at(victim, { ...key, authorization: 'Bearer ms_nothing' }).get('/auth/me');
    expect(nothing).toMatchObject({ status: 401, body: { code: 'session_invalid' } });
    expect(seen(await at(victim, { ...key, authorization: `Bearer ${mallory.token}` }).get('/auth/me'))).toEqual(seen(nothing));
    expect(await at(victim, { ...key, authorization: `Bearer ${device.body.credentials.token}` }).get('/data/notes')).toMatchObject({
      status: 401,
    });
    const refreshed = await victim.app().post('/auth/refresh', { refreshToken: mallory.refreshToken });
    const never = await victim.app().post('/auth/refresh', { refreshToken: `mr_${'A'.repeat(64)}` });
    expect([refreshed.status, refreshed.body['code']]).toEqual([never.status, never.body['code']]);
    expect((await mallory.client.get('/auth/me')).status).toBe(200);
  });

  it('account at the dashboard does not see the project or the organization of another', async () => {
    const { body } = await attacker.owner.post<{ token: string }>('/tokens', { name: 'cli' });
    const members = [at(victim, attacker.cookie), at(victim, { authorization: `Bearer ${body.token}` })];
    const nowhere = at({ project: NEVER }, attacker.cookie);
    for (const path of ['/schema', '/users', '/data/notes', '/mail/inbox', '/imports']) {
      const missing = seen(await nowhere.get(path));
      expect(missing.status).toBe(404);
      for (const member of members) expect(seen(await member.get(path))).toEqual(missing);
    }
    const paths = (project: string, organization: string): [keyof TestClient, string, unknown?][] => [
      ['get', `/projects/${project}`],
      ['patch', `/projects/${project}`, { name: 'Mine' }],
      ['get', `/projects/${project}/keys`],
      ['post', `/projects/${project}/keys`, { kind: 'secret', name: 'mine' }],
      ['get', `/projects/${project}/audit`],
      ['get', `/projects/${project}/usage`],
      ['delete', `/projects/${project}`],
      ['get', `/organizations/${organization}`],
      ['get', `/organizations/${organization}/members`],
      ['post', `/organizations/${organization}/invitations`, { email: attacker.email, role: 'owner' }],
      ['delete', `/organizations/${organization}`],
    ];
    const asked = async (project: string, organization: string) => {
      const answers = [];
      for (const [method, path, sent] of paths(project, organization))
        answers.push(seen(await attacker.owner[method](path, sent as never)));
      return answers;
    };
    const [there, missing] = [await asked(victim.project, victim.organization), await asked(NEVER, NEVER)];
    expect(there).toEqual(missing);
    expect(there.map(({ status }) => status)).toEqual(there.map(() => 404));
  });

  it('key finds nothing by the ids of another project', async () => {
    const ids = await somethingOfEverything(victim);
    for (const [path, id] of Object.entries(ids)) {
      const own = await victim.server.get(path.replace('*', id));
      expect([path, own.status]).toEqual([path, 200]);
      for (const method of ['get', 'delete'] as const) {
        const [foreign, never] = [
          await attacker.server[method](path.replace('*', id)),
          await attacker.server[method](path.replace('*', NEVER)),
        ];
        // A list of what belongs to nothing is empty for both.
        const isHidden = [404, 405].includes(foreign.status) || isEmpty(foreign);
        expect([method, path, isHidden]).toEqual([method, path, true]);
        expect(JSON.stringify(seen(foreign)).replaceAll(id, NEVER)).toBe(JSON.stringify(seen(never)));
      }
      expect([path, (await victim.server.get(path.replace('*', id))).status]).toEqual([path, 200]);
    }
  });

  it("place in a list opens no list of another's", async () => {
    for (const { server } of [attacker, victim])
      for (const n of [1, 2, 3]) await server.post('/data/notes', { id: `page-${n}`, text: `${n}` });
    const page = await victim.server.get<{ nextCursor: string }>('/data/notes?limit=1&sort=text');
    const { status, body } = await attacker.server.get<{ items: { id: string }[] }>(
      `/data/notes?limit=1&sort=text&cursor=${encodeURIComponent(page.body.nextCursor)}`,
    );
    const own = (await attacker.server.get<{ items: { id: string }[] }>('/data/notes?limit=100')).body.items.map(({ id }) => id);
    expect([200, 422]).toContain(status);
    if (status === 200) expect(own).toEqual(expect.arrayContaining(body.items.map(({ id }) => id)));
  });
});

/** An id of each kind that has one, by the path under which its own project finds it. */
async function somethingOfEverything({ server }: Tenant): Promise<Record<string, string>> {
  const make = async (path: string, body: unknown): Promise<string> => {
    const answer = await server.post<{ id?: string; device?: { id: string } }>(path, body);
    if (answer.status >= 300) throw new Error(`POST ${path} was answered with ${JSON.stringify(answer.body)}`);
    return answer.body.id ?? answer.body.device?.id ?? '';
  };
  const form = new FormData();
  form.append('file', new Blob(['hidden']), 'a.txt');
  const file = await make('/files', form);
  const device = await make('/devices', { name: 'sensor' });
  return {
    '/data/notes/*': await make('/data/notes', { text: 'hidden' }),
    '/data/notes/*/revisions': await make('/data/notes', { text: 'hidden' }),
    '/users/*': alice.id,
    '/files/*': file,
    '/files/*/content': file,
    '/devices/*': device,
    '/devices/*/telemetry': device,
    '/push/messages/*': await make('/push/messages', { audience: true, notification: { title: 'a', body: 'b' } }),
    '/bulk-changes/*': await make('/data/notes/bulk', { operation: 'update', where: { text: 'none' }, update: { text: 'x' } }),
    '/imports/*': await make('/data/notes/import?format=json', '[{"text":"imported"}]'),
    '/schema-changes/*': await make('/schema/notes/changes', { type: 'rename', field: 'text', to: 'words' }),
  };
}

describe('the same name in two projects', () => {
  it('is two things: documents, users, devices, clients, messages, keys of repeats', async () => {
    expect(mallory.email).toBe(alice.email);
    expect(mallory.id).not.toBe(alice.id);
    const repeat = { 'idempotency-key': SAME };
    const answers = await Promise.all(
      [attacker, victim].map(({ server, project }) => server.post('/data/notes', { id: SAME, text: project }, repeat)),
    );
    expect(answers.map(({ status, headers }) => [status, headers.get('idempotency-replayed')])).toEqual([
      [201, null],
      [201, null],
    ]);
    for (const { server, project } of [attacker, victim]) expect((await server.get(`/data/notes/${SAME}`)).body['text']).toBe(project);
    await attacker.server.delete(`/data/notes/${SAME}`);
    expect((await victim.server.get(`/data/notes/${SAME}`)).status).toBe(200);

    const event = { type: 'track', event: 'Done', userId: SAME, messageId: SAME, timestamp: new Date().toISOString() };
    for (const { server } of [attacker, victim]) {
      expect((await server.post('/batch', { batch: [event] })).body).toMatchObject({ accepted: 1, duplicates: 0 });
    }
    const installation = { platform: 'android', token: 'the-same-token' };
    for (const { app } of [attacker, victim])
      expect((await app().put(`/push/installations/${SAME}`, installation)).status).toBeLessThan(300);
    for (const { server } of [attacker, victim]) {
      expect((await server.get('/push/installations')).body).toMatchObject({ items: [{ id: SAME }] });
    }
  });

  it('of a device: neither hears or ends the other', async () => {
    const connect = async ({ server }: Tenant) => {
      const { body } = await server.post<{ credentials: { token: string } }>('/devices', { name: SAME });
      const options = { username: body.credentials.token, clientId: SAME, reconnectPeriod: 0 };
      const client = await mqtt.connectAsync(all.server.ready.mqtt, options, false);
      const heard: string[] = [];
      client.on('message', (_topic, payload) => heard.push(payload.toString()));
      return { client, heard };
    };
    const [theirs, mine] = [await connect(victim), await connect(attacker)];
    expect(theirs.client.connected).toBe(true);
    await mine.client.publishAsync('v1/devices/me/telemetry', '{"n":1}', { qos: 1 });
    expect(theirs.client.connected).toBe(true);
    expect(theirs.heard).toEqual([]);
    await Promise.all([theirs.client.endAsync(), mine.client.endAsync()]);
  });
});

describe('a project id', () => {
  it('has one spelling', async () => {
    const id = victim.project;
    const shifted = Array.from(id, (letter) => String.fromCodePoint((letter.codePointAt(0) ?? 0) + 0xfee0)).join('');
    const variants = [
      id.toUpperCase(),
      `${id}.`,
      `${id}%20`,
      `${id}%00`,
      `${id}%2f`,
      `${id}%2f..`,
      `${id}%2f..%2f${attacker.project}`,
      `${attacker.project}%2f..%2f${id}`,
      `${attacker.project}/../${id}`,
      `.%2f${id}`,
      `${id};a=b`,
      `%2570${id}`,
      encodeURIComponent(shifted),
      id.replace(/[a-z]/, (letter) => `${letter}%cc%81`),
      id.slice(0, -1),
      `${id}0`,
      `[${id}]`,
      '__proto__',
      'constructor',
      '$ne',
    ];
    for (const headers of [{ 'x-mainstay-key': attacker.secretKey }, { 'x-mainstay-key': victim.secretKey }, attacker.cookie]) {
      for (const variant of variants) {
        const { status } = await all.send({ path: `/p/${variant}/v1/data/notes`, headers });
        expect([variant, [400, 401, 404].includes(status)]).toEqual([variant, true]);
      }
    }
  });
});

describe('what is remembered between requests', () => {
  it('is not what somebody said about where we are', async () => {
    const read = (headers: Record<string, string>) =>
      all.send({ path: `/p/${victim.project}/v1/openapi.json`, headers: { 'x-mainstay-key': victim.publishableKey, ...headers } });
    const { host } = new URL(all.server.ready.origin);
    for (const lie of [{ host: 'evil.example' }, { host, 'x-forwarded-host': 'evil.example' }, { host, forwarded: 'host=evil.example' }]) {
      await read(lie);
      expect((await read({ host })).text).not.toContain('evil.example');
    }
    const answer = await all.send({ path: `/p/${victim.project}/v1/data/notes`, headers: { 'x-mainstay-key': victim.secretKey } });
    expect(answer.headers['cache-control'] ?? '').toMatch(/no-store|private|^$/);
  });

  it('ends with the key and with the project', async () => {
    const gone = await all.join('gone');
    await gone.server.put('/schema/notes', NOTES);
    expect((await gone.server.get('/data/notes')).status).toBe(200);
    const { body } = await gone.owner.get<{ items: { id: string; kind: string }[] }>(`/projects/${gone.project}/keys`);
    const secret = body.items.find(({ kind }) => kind === 'secret')?.id ?? '';
    expect((await gone.owner.delete(`/projects/${gone.project}/keys/${secret}`)).status).toBe(204);
    expect(await gone.server.get('/data/notes')).toMatchObject({ status: 401, body: { code: 'key_invalid' } });
    await gone.owner.delete(`/projects/${gone.project}`);
    const again = await gone.owner.post<{ project: { id: string } }>('/projects', { name: 'gone' });
    expect(again.body.project.id).not.toBe(gone.project);
    expect(await gone.app().get('/data/notes')).toMatchObject({ status: 401, body: { code: 'key_invalid' } });
  });
});

describe('a tenant at its limits', () => {
  it('takes nothing from another', async () => {
    const noisy = await all.join('noisy');
    await noisy.server.put('/schema/notes', NOTES);
    expect(await noisy.owner.patch(`/projects/${noisy.project}`, { limits: { requestsPerSecond: 1, storageBytes: 1 } })).toMatchObject({
      status: 200,
    });
    const refused = await until('it is at its limit', async () => {
      const answers = await Promise.all(Array.from({ length: 50 }, () => noisy.server.get('/data/notes')));
      return answers.some(({ status }) => status === 429) ? answers : null;
    });
    expect(refused.find(({ status }) => status === 429)?.headers.get('retry-after')).toMatch(/^\d+$/);
    const flood = Promise.all(Array.from({ length: 200 }, () => noisy.server.get('/data/notes')));
    const calm = await Promise.all(Array.from({ length: 20 }, () => victim.server.get('/data/notes?limit=1')));
    expect(calm.map(({ status }) => status)).toEqual(calm.map(() => 200));
    await flood;
  });
});
