import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { ProjectContext } from '@mainstay/kernel';
import { defineProblem, systemClock } from '@mainstay/kernel';
import { defineKind, DuplicateKeyError } from '@mainstay/store';
import { aContext, startTestServer, until } from '@mainstay/testing';
import type { TestServer } from '@mainstay/testing';
import type { IClientOptions, MqttClient } from 'mqtt';
import { connect } from 'mqtt';
import type { Devices, DocumentWriter } from './index.ts';
import { createDevices, DevicesSettings, devicesModule, MqttSettings } from './index.ts';
import { DeviceCredentialKind } from './credentials/credentials.model.ts';
import { DeviceActionKind } from './rules/rules.model.ts';
import type { Device, RegisteredDevice } from './schema.ts';
import { TelemetryKind } from './telemetry/telemetry.model.ts';

interface AlarmRow {
  readonly id: string;
  readonly collection: string;
  readonly document: Readonly<Record<string, unknown>>;
}

/** Stands where the data package's documents are in the product: the journeys of apps/server test the two together. */
const AlarmKind = defineKind<AlarmRow>({ name: 'deviceTestAlarms' });
const alarmExists = defineProblem({ code: 'alarm_exists', status: 409, title: 'Alarm exists', detail: () => 'It is there.' });

let server: TestServer;
let devices: Devices;
let context: ProjectContext;
const pushes: { id: string; notification: { title: string; body: string } }[] = [];
const open: MqttClient[] = [];

beforeAll(async () => {
  server = await startTestServer({
    roles: ['api', 'broker', 'worker'],
    modules: (frame, loadProject) => {
      const documents: DocumentWriter = {
        async create(of, collection, document, { id = '' } = {}) {
          try {
            await frame.store.kind(of, AlarmKind).insert({ id, collection, document });
          } catch (error) {
            throw error instanceof DuplicateKeyError ? alarmExists() : error;
          }
        },
        get: (of, _collection, id) => frame.store.kind(of, AlarmKind).get(id),
      };
      devices = createDevices(frame, {
        settings: DevicesSettings.parse({}),
        mqtt: MqttSettings.parse({ port: 0 }),
        loadProject,
        documents,
        sendPush: (_context, { id, notification }) => Promise.resolve(void pushes.push({ id, notification })),
      });
      return [devicesModule(devices), { name: 'alarms', kinds: [AlarmKind] }];
    },
    resolvers: () => ({ principal: (of, bearer) => devices.resolver.byBearer(of, bearer) }),
  });
  context = aContext(server.project, server.log);
});

afterEach(async () => {
  for (const client of open.splice(0)) await client.endAsync(true);
});

afterAll(() => server.end());

const api = () => server.as('server');
let names = 0;

async function register(fields: Record<string, unknown> = {}): Promise<RegisteredDevice> {
  names += 1;
  const answer = await api().post<RegisteredDevice>('/devices', { name: `device ${names}`, ...fields });
  expect(answer).toMatchObject({ status: 201, body: { credentials: { type: 'token' } } });
  return answer.body;
}

async function signIn(token: string, options: IClientOptions & { url?: string } = {}): Promise<MqttClient> {
  const { url = `mqtt://127.0.0.1:${devices.mqttPort()}`, ...rest } = options;
  const client = connect(url, { username: token, protocolVersion: 4, reconnectPeriod: 0, ...rest });
  open.push(client);
  client.on('error', () => undefined);
  await new Promise<void>((resolve, reject) => {
    client.once('connect', () => resolve());
    client.once('error', reject);
  });
  return client;
}

const closed = (client: MqttClient): Promise<void> => new Promise((resolve) => client.once('close', () => resolve()));
const rowsOf = (device: string) =>
  server.frame.store.kind(context, TelemetryKind).find({ id: { $gte: `${device}:`, $lt: `${device};` } }, { sort: { id: 1 } });
const fetchDevice = async (id: string): Promise<Device> => (await api().get<Device>(`/devices/${id}`)).body;

describe('the registry', () => {
  it('registers, lists, changes and deletes devices', async () => {
    const { device } = await register({ name: 'kitchen', label: 'Kitchen', tags: { floor: '1' } });
    expect(device).toMatchObject({ name: 'kitchen', profile: 'default', connection: { online: false, lastSeenAt: null }, latest: {} });
    expect(await api().post('/devices', { name: 'kitchen' })).toMatchObject({ status: 409, body: { code: 'device_name_taken' } });
    expect((await api().get('/devices?search=kit')).body).toMatchObject({ items: [{ id: device.id }], nextCursor: null });
    expect((await api().patch(`/devices/${device.id}`, { label: 'Cellar' })).body).toMatchObject({ label: 'Cellar', name: 'kitchen' });
    expect((await api().delete(`/devices/${device.id}`)).status).toBe(204);
    expect(await api().get(`/devices/${device.id}`)).toMatchObject({ status: 404, body: { code: 'device_not_found' } });
  });

  it.each([
    [{ name: '' }],
    [{ name: 'a/b' }],
    [{ name: 'x', profile: 'Not A Profile' }],
    [{ name: 'x', owner: 'me' }],
    [{ name: 'x', tags: { 'no spaces': 'x' } }],
  ])('refuses %j', async (body) => {
    expect(await api().post('/devices', body)).toMatchObject({ status: 422, body: { code: 'invalid_input' } });
  });

  it('is closed to users, anonymous callers and devices', async () => {
    const { device, credentials } = await register();
    expect((await server.as('anonymous').get('/devices')).status).toBe(403);
    const asDevice = { authorization: `Bearer ${credentials.token}` };
    expect((await server.as('anonymous').get(`/devices/${device.id}`, asDevice)).status).toBe(403);
  });

  it('shows no device of another project', async () => {
    const { device } = await register();
    expect(await server.as('server', server.otherProject).get(`/devices/${device.id}`)).toMatchObject({ status: 404 });
  });

  it('keeps only a hash of the token', async () => {
    const { device, credentials } = await register();
    const rows = await server.frame.store.kind(context, DeviceCredentialKind).find({ device: device.id });
    expect(rows).toHaveLength(1);
    expect(JSON.stringify(rows)).not.toContain(credentials.token.split('_')[2]);
    expect(server.logged.some((line) => JSON.stringify(line).includes(credentials.token))).toBe(false);
  });
});

describe('signing in over MQTT', () => {
  it('takes the token as user name, with or without what an SDK appends', async () => {
    const { credentials } = await register();
    await signIn(credentials.token);
    const client = await signIn(`${credentials.token}?SDK=Python&Version=1.0`);
    expect(client.connected).toBe(true);
  });

  it.each([
    ['no token', () => ''],
    ['a made-up token', () => `dt_${server.project.id}_${'x'.repeat(43)}`],
    ['a token of no project', () => `dt_${'0'.repeat(20)}_${'x'.repeat(43)}`],
    ['a secret key', () => 'sk_test'],
  ])('refuses %s with code 4', async (_what, token) => {
    await expect(signIn(token())).rejects.toMatchObject({ code: 4 });
  });

  it('ends within a second when the token is rolled, and works with the new one', async () => {
    const { device, credentials } = await register();
    const client = await signIn(credentials.token);
    const end = closed(client);
    const startedAt = Date.now();
    const rolled = await api().post<{ credentials: { token: string } }>(`/devices/${device.id}/credentials`);
    await end;
    expect(Date.now() - startedAt).toBeLessThan(1_000);
    await expect(signIn(credentials.token)).rejects.toMatchObject({ code: 4 });
    expect((await signIn(rolled.body.credentials.token)).connected).toBe(true);
  });

  it('ends within a second when the device is deleted, and what it left is erased', async () => {
    const { device, credentials } = await register();
    const client = await signIn(credentials.token);
    await client.publishAsync('v1/devices/me/telemetry', '{"temperature":1}', { qos: 1 });
    const end = closed(client);
    const startedAt = Date.now();
    await api().delete(`/devices/${device.id}`);
    await end;
    expect(Date.now() - startedAt).toBeLessThan(1_000);
    await expect(signIn(credentials.token)).rejects.toMatchObject({ code: 4 });
    await until('the telemetry is erased', async () => (await rowsOf(device.id)).length === 0);
  });
});

describe('a reconnect storm', () => {
  it('costs at most about one read per device, and hardly any for strangers', async () => {
    const { credentials } = await register();
    await signIn(credentials.token, { clientId: 'warm' });
    const known = await server.countCommands(() =>
      Promise.all(Array.from({ length: 200 }, (_unused, number) => signIn(credentials.token, { clientId: `storm-${number}` }))),
    );
    expect(known).toBeLessThan(240);
    const stranger = `dt_${server.project.id}_${'y'.repeat(43)}`;
    const unknown = await server.countCommands(() => Promise.allSettled(Array.from({ length: 100 }, () => signIn(stranger))));
    expect(unknown).toBeLessThan(40);
    expect((await signIn(credentials.token, { clientId: 'after' })).connected).toBe(true);
  });
});

describe('presence', () => {
  it('says online while one connection lasts', async () => {
    const { device, credentials } = await register();
    const first = await signIn(credentials.token, { clientId: 'first' });
    const second = await signIn(credentials.token, { clientId: 'second' });
    await until('it is online', async () => (await fetchDevice(device.id)).connection.online);
    await second.endAsync();
    await until('the other one is told', async () => (await fetchDevice(device.id)).connection.clientId === 'first');
    expect((await fetchDevice(device.id)).connection).toMatchObject({ online: true, ip: expect.stringContaining('127.0.0.1') });
    await first.endAsync();
    await until('it is offline', async () => !(await fetchDevice(device.id)).connection.online);
    expect((await fetchDevice(device.id)).connection.lastSeenAt).not.toBeNull();
  });

  it('is offline when its broker died without a word', async () => {
    const { device } = await register();
    devices.states.connected(context, device.id, {
      seq: Date.now(),
      phase: 0,
      online: true,
      broker: 'gone',
      clientId: 'c',
      ip: '::1',
      at: new Date(),
    });
    await devices.states.flush();
    expect((await fetchDevice(device.id)).connection).toMatchObject({ online: false, clientId: 'c' });
  });
});

describe('telemetry over MQTT', () => {
  it.each([
    ['tcp', () => undefined],
    ['websocket', () => `${server.origin.replace('http', 'ws')}/mqtt`],
  ])('is stored before PUBACK, over %s', async (_transport, urlOf) => {
    const { device, credentials } = await register();
    const url = urlOf();
    const client = await signIn(credentials.token, url === undefined ? {} : { url });
    await client.publishAsync('v1/devices/me/telemetry', JSON.stringify({ temperature: 21.5, on: true, mode: 'eco', nested: { a: [1] } }), {
      qos: 1,
    });
    expect((await rowsOf(device.id)).map(({ values }) => values)).toEqual([
      { temperature: 21.5, on: true, mode: 'eco', nested: { a: [1] } },
    ]);
    expect((await fetchDevice(device.id)).latest).toMatchObject({ temperature: { value: 21.5 }, on: { value: true } });
  });

  it.each(['v1/devices/me/telemetry', 'v2/t', 'v2/t/j', '$me/telemetry'])('comes on %s', async (topic) => {
    const { device, credentials } = await register();
    const client = await signIn(credentials.token);
    await client.publishAsync(topic, '{"a":1}', { qos: 1 });
    expect(await rowsOf(device.id)).toHaveLength(1);
  });

  it('takes times, lists, strange keys and long integers; nulls are left out', async () => {
    const { device, credentials } = await register();
    const client = await signIn(credentials.token);
    const ts = systemClock.now() - 60_000;
    const body = `[{"ts":${ts},"values":{"a.b":1,"$x":2,"__proto__":3,"long":12345678901234567890,"text":"12345678901234567890","none":null}},{"ts":${ts + 1},"values":{"a.b":2}}]`;
    await client.publishAsync('v2/t', body, { qos: 1 });
    const { body: page } = await api().get<{ items: { at: string; values: Record<string, unknown> }[] }>(
      `/devices/${device.id}/telemetry?order=asc`,
    );
    expect(page.items.map(({ at }) => Date.parse(at))).toEqual([ts, ts + 1]);
    expect(JSON.stringify(page.items[0]?.values)).toBe(
      '{"a.b":1,"$x":2,"__proto__":3,"long":"12345678901234567890","text":"12345678901234567890"}',
    );
    expect((await fetchDevice(device.id)).latest).toMatchObject({ 'a.b': { value: 2 }, $x: { value: 2 } });
  });

  it('replaces a time that cannot be by its own', async () => {
    const { device, credentials } = await register();
    const client = await signIn(credentials.token);
    await client.publishAsync('v2/t', `[{"ts":1,"values":{"a":1}},{"ts":${Date.now() + 7_200_000},"values":{"a":2}}]`, { qos: 1 });
    for (const { at } of await rowsOf(device.id)) expect(Math.abs(at.getTime() - Date.now())).toBeLessThan(10_000);
  });

  it.each([
    '{"temperature":',
    '7',
    '"text"',
    '[1]',
    '{"ts":"now","values":{"a":1}}',
    '{"":1}',
    `{"a":${'['.repeat(20)}1${']'.repeat(20)}}`,
    `{"${'k'.repeat(10_000)}":1}`,
  ])('refuses %s by ending the connection, and stores nothing', async (payload) => {
    const { device, credentials } = await register();
    const client = await signIn(credentials.token);
    client.publish('v2/t', payload, { qos: 1 });
    await closed(client);
    expect(await rowsOf(device.id)).toEqual([]);
  });

  it('stores a sample once that is sent again, with its own time or with ours', async () => {
    const { device, credentials } = await register();
    const client = await signIn(credentials.token);
    const timed = JSON.stringify({ ts: Date.now(), values: { a: 1 } });
    await client.publishAsync('v2/t', timed, { qos: 1 });
    await client.publishAsync('v2/t', timed, { qos: 1 });
    expect(await rowsOf(device.id)).toHaveLength(1);
    const principal = { ...context, principal: { type: 'device' as const, id: device.id as never, name: device.name, profile: 'default' } };
    const first = { receivedAt: Date.now(), message: 'm1', isRepeat: false };
    const again = { receivedAt: Date.now() + 5, message: 'm1', isRepeat: true };
    await Promise.all([
      devices.telemetry.append(principal, Buffer.from('{"b":1}'), first),
      devices.telemetry.append(principal, Buffer.from('{"b":1}'), again),
    ]);
    await devices.telemetry.append(principal, Buffer.from('{"b":1}'), again);
    expect((await rowsOf(device.id)).filter(({ values }) => 'b' in values)).toHaveLength(1);
    await devices.telemetry.append(principal, Buffer.from('{"b":1}'), { receivedAt: Date.now() + 10, message: 'm1', isRepeat: false });
    expect((await rowsOf(device.id)).filter(({ values }) => 'b' in values)).toHaveLength(2);
  });

  it.each(['v1/devices/other/telemetry', 'v1/devices/me/nonsense', 'd/other/t', 'app/other/x'])('refuses the topic %s', async (topic) => {
    const { credentials } = await register();
    const client = await signIn(credentials.token);
    client.publish(topic, '{"a":1}', { qos: 1 });
    await closed(client);
    expect(client.connected).toBe(false);
  });

  it('costs few commands: hundreds of messages share a write', async () => {
    const { credentials } = await register();
    const client = await signIn(credentials.token);
    await client.publishAsync('v2/t', '{"a":0}', { qos: 1 });
    const commands = await server.countCommands(() =>
      Promise.all(Array.from({ length: 500 }, (_unused, number) => client.publishAsync('v2/t', `{"a":${number}}`, { qos: 1 }))),
    );
    expect(commands).toBeLessThan(100);
  });
});

describe('telemetry over HTTP', () => {
  it('is taken from the device itself and from a server', async () => {
    const { device, credentials } = await register();
    const asDevice = { authorization: `Bearer ${credentials.token}` };
    expect(await server.as('anonymous').post(`/devices/${device.id}/telemetry`, { a: 1 }, asDevice)).toMatchObject({
      status: 201,
      body: { stored: 1 },
    });
    expect((await api().post(`/devices/${device.id}/telemetry`, [{ ts: Date.now() - 5_000, values: { a: 2 } }])).status).toBe(201);
    expect(await rowsOf(device.id)).toHaveLength(2);
    const { device: other } = await register();
    expect((await server.as('anonymous').post(`/devices/${other.id}/telemetry`, { a: 1 }, asDevice)).status).toBe(404);
    expect((await server.as('anonymous').post(`/devices/${other.id}/telemetry`, { a: 1 })).status).toBe(404);
    expect(await api().post(`/devices/${device.id}/telemetry`, [7])).toMatchObject({ status: 422, body: { code: 'telemetry_invalid' } });
    const elsewhere = await server.as('anonymous', server.otherProject).post(`/devices/${device.id}/telemetry`, { a: 1 }, asDevice);
    expect(elsewhere).toMatchObject({ status: 401 });
  });

  it('is read in pages, ranges and aggregates', async () => {
    const { device } = await register();
    const start = Math.floor((Date.now() - 3_600_000) / 60_000) * 60_000;
    const samples = Array.from({ length: 120 }, (_unused, number) => ({
      ts: start + number * 1_000,
      values: { n: number, even: number % 2 === 0 ? 'yes' : 'no' },
    }));
    await api().post(`/devices/${device.id}/telemetry`, samples);
    const path = `/devices/${device.id}/telemetry`;
    type Page = { items: { at: string; values: Record<string, unknown> }[]; nextCursor: string | null };
    for (const order of ['asc', 'desc']) {
      const seen: unknown[] = [];
      let cursor: string | null = '';
      while (cursor !== null) {
        const { body }: { body: Page } = await api().get<Page>(
          `${path}?keys=n&limit=50&order=${order}${cursor === '' ? '' : `&cursor=${cursor}`}`,
        );
        seen.push(...body.items.map(({ values }) => values['n']));
        cursor = body.nextCursor;
      }
      const all = samples.map(({ values }) => values.n);
      expect(seen).toEqual(order === 'asc' ? all : all.reverse());
    }
    const from = new Date(start + 10_000).toISOString();
    const to = new Date(start + 13_000).toISOString();
    const range = await api().get<Page>(`${path}?from=${from}&to=${to}&order=asc`);
    expect(range.body.items.map(({ values }) => values['n'])).toEqual([10, 11, 12]);
    const minutes = await api().get<Page>(`${path}?interval=1m&aggregate=avg&order=asc&keys=n,even`);
    expect(minutes.body.items).toEqual([
      { at: new Date(start).toISOString(), values: { n: 29.5 } },
      { at: new Date(start + 60_000).toISOString(), values: { n: 89.5 } },
    ]);
    const paged = await api().get<Page>(`${path}?interval=60000&aggregate=max&order=desc&keys=n&limit=1`);
    expect(paged.body.items).toMatchObject([{ values: { n: 119 } }]);
    const next = await api().get<Page>(`${path}?interval=60000&aggregate=max&order=desc&keys=n&limit=1&cursor=${paged.body.nextCursor}`);
    expect(next.body).toMatchObject({ items: [{ values: { n: 59 } }], nextCursor: null });
    const last = await api().get<Page>(`${path}?interval=1h&aggregate=last&keys=even`);
    expect(last.body.items[0]?.values['even']).toBeDefined();
    for (const wrong of ['limit=0', 'interval=2x', 'aggregate=avg', 'cursor=!', 'from=yesterday', 'unknown=1']) {
      expect(await api().get(`${path}?${wrong}`)).toMatchObject({ status: 422 });
    }
  });
});

describe('rules', () => {
  const hot = {
    name: 'too hot',
    on: { type: 'telemetry' },
    when: { temperature: { $gt: 30 } },
    do: [
      {
        type: 'write-document',
        collection: 'alarms',
        document: { device: { $var: 'device.id' }, value: { $var: 'telemetry.temperature' }, at: { $var: 'at' }, kind: 'heat' },
      },
      {
        type: 'push',
        audience: { role: 'operators' },
        notification: { title: 'Too hot', body: '{{device.name}}: {{telemetry.temperature}}°' },
      },
    ],
  };

  it('write a document and send a push for each sample that meets them, once', async () => {
    const { device, credentials } = await register({ name: 'oven' });
    const created = await api().post<{ id: string }>('/device-rules', hot);
    expect(created).toMatchObject({ status: 201, body: { name: 'too hot', enabled: true, when: hot.when, do: hot.do } });
    const client = await signIn(credentials.token);
    const ts = Date.now();
    await client.publishAsync('v2/t', '{"temperature":21}', { qos: 1 });
    await client.publishAsync('v2/t', JSON.stringify({ ts, values: { temperature: 31.5 } }), { qos: 1 });
    const actions = server.frame.store.kind(context, DeviceActionKind);
    expect(await actions.count({ rule: created.body.id })).toBe(2);
    await client.publishAsync('v2/t', JSON.stringify({ ts, values: { temperature: 31.5 } }), { qos: 1 });
    await until('both are done', async () => (await actions.count({ rule: created.body.id, state: 'done' })) === 2);
    const alarms = await server.frame.store.kind(context, AlarmKind).find({});
    expect(alarms).toMatchObject([
      { collection: 'alarms', document: { device: device.id, value: 31.5, kind: 'heat', at: new Date(ts).toISOString() } },
    ]);
    expect(pushes.map(({ notification }) => notification)).toEqual([{ title: 'Too hot', body: 'oven: 31.5°' }]);
    await api().patch(`/device-rules/${created.body.id}`, { enabled: false });
    await client.publishAsync('v2/t', '{"temperature":99}', { qos: 1 });
    expect(await actions.count({ rule: created.body.id })).toBe(2);
    expect((await api().delete(`/device-rules/${created.body.id}`)).status).toBe(204);
  });

  it('take CEL as well as JSON', async () => {
    const { credentials } = await register({ name: 'kettle', profile: 'boiler' });
    const rule = { ...hot, name: 'as text', when: 'temperature > 30.0 && device.profile == "boiler"' };
    const created = await api().post<{ id: string }>('/device-rules', rule);
    expect(created).toMatchObject({ status: 201, body: { when: rule.when } });
    const client = await signIn(credentials.token);
    await client.publishAsync('v2/t', '{"temperature":29.5}', { qos: 1 });
    await client.publishAsync('v2/t', '{"temperature":30.5}', { qos: 1 });
    const actions = server.frame.store.kind(context, DeviceActionKind);
    expect(await actions.count({ rule: created.body.id })).toBe(2);
    await api().delete(`/device-rules/${created.body.id}`);
  });

  it('listen to one device or profile when they say so', async () => {
    const { device, credentials } = await register({ profile: 'sensor' });
    const one = await api().post<{ id: string }>('/device-rules', {
      ...hot,
      name: 'of another',
      on: { type: 'telemetry', device: 'somebody' },
      when: true,
    });
    const two = await api().post<{ id: string }>('/device-rules', {
      ...hot,
      name: 'of the profile',
      on: { type: 'telemetry', profile: 'sensor' },
      when: { 'device.id': device.id },
    });
    const client = await signIn(credentials.token);
    await client.publishAsync('v2/t', '{"x":1}', { qos: 1 });
    const actions = server.frame.store.kind(context, DeviceActionKind);
    expect([await actions.count({ rule: one.body.id }), await actions.count({ rule: two.body.id })]).toEqual([0, 2]);
  });

  it.each([
    [{ ...hot, name: 'a', when: { temperature: { $where: 'x' } } }, 'device_rule_condition_invalid'],
    [
      { ...hot, name: 'b', do: [{ type: 'push', audience: { $eval: 1 }, notification: { title: 'x', body: '' } }] },
      'device_rule_condition_invalid',
    ],
    [{ ...hot, name: 'b2', when: 'temperature >' }, 'device_rule_condition_invalid'],
    [{ ...hot, name: 'b3', when: 'owner == user.id' }, 'device_rule_condition_invalid'],
    [{ ...hot, name: 'c', do: [] }, 'invalid_input'],
    [{ ...hot, name: 'd', do: [{ type: 'run-code', code: '1' }] }, 'invalid_input'],
    [{ ...hot, name: 'e', on: { type: 'twin' } }, 'invalid_input'],
  ])('refuse %#', async (rule, code) => {
    expect(await api().post('/device-rules', rule)).toMatchObject({ status: 422, body: { code } });
  });

  it('are found, named once, and gone when deleted', async () => {
    expect(await api().get('/device-rules/none')).toMatchObject({ status: 404, body: { code: 'device_rule_not_found' } });
    await api().post('/device-rules', { ...hot, name: 'same', enabled: false });
    expect(await api().post('/device-rules', { ...hot, name: 'same' })).toMatchObject({
      status: 409,
      body: { code: 'device_rule_name_taken' },
    });
    expect((await api().get('/device-rules')).body).toMatchObject({ nextCursor: null });
  });
});

describe('tenants', () => {
  it('never met in a command', () => {
    expect(server.leaks).toEqual([]);
  });
});
