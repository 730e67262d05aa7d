import { createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { connect as connectTcp } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { DeviceId, Project, ProjectContext, ProjectId } from '@mainstay/kernel';
import { asPrincipal, createId, invalidInput, systemClock, unauthenticated } from '@mainstay/kernel';
import { defineKind } from '@mainstay/store';
import type { TestFrame } from '@mainstay/testing';
import { aContext, aProject, createTestFrame, until } from '@mainstay/testing';
import type { IClientOptions, IPublishPacket, MqttClient } from 'mqtt';
import { connect } from 'mqtt';
import { WebSocket } from 'ws';
import type { Broker, Connection } from './index.ts';
import { createBroker, defineTopic, MqttKinds, MqttSettings } from './index.ts';
import { QueuedKind, SubscriptionKind } from './sessions/sessions.model.ts';

interface ReadingRow {
  readonly id: string;
  readonly device: string;
  readonly text: string;
}

const ReadingKind = defineKind<ReadingRow>({ name: 'mqttTestReadings' });

let frame: TestFrame;
let broker: Broker;
let webSocketUrl: string;
let projects: Map<ProjectId, Project>;
let alpha: Project;
let beta: Project;
const ended: Connection[] = [];
const open: (MqttClient | Socket)[] = [];
/** Free topics that were allowed at first and are not any more. */
const withdrawn = new Set<string>();
const slow = { hasArrived: false, mayPass: false };
const web = createServer();

const rows = [
  defineTopic({
    wire: 'telemetry',
    canonical: 'd/{id}/t',
    async publish(context, message) {
      const text = message.payload.toString();
      if (text === 'bad') throw invalidInput();
      if (text === 'slow') {
        slow.hasArrived = true;
        await until('the reading is let through', () => slow.mayPass);
      }
      await frame.frame.store.kind(context, ReadingKind).insert({ id: createId(), device: idOf(context), text });
    },
  }),
  defineTopic({ wire: 'commands/+', canonical: 'd/{id}/cmd/+', isSubscribable: true }),
];

function idOf({ principal }: ProjectContext): string {
  return principal.type === 'device' ? principal.id : '';
}

beforeAll(async () => {
  frame = await createTestFrame();
  const { store } = frame.frame;
  await store.prepare([...MqttKinds, ReadingKind], []);
  alpha = aProject();
  beta = aProject({ limits: { ...aProject().limits, connections: 2 } });
  projects = new Map([alpha, beta].map((project) => [project.id, project]));
  broker = startBroker();
  await broker.start();
  broker.attachWebSocket(web);
  await new Promise<void>((resolve) => web.listen(0, '127.0.0.1', resolve));
  webSocketUrl = `ws://127.0.0.1:${(web.address() as AddressInfo).port}/mqtt`;
});

afterEach(async () => {
  withdrawn.clear();
  for (const one of open.splice(0)) {
    if ('endAsync' in one) await one.endAsync(true);
    else one.destroy();
  }
});

afterAll(async () => {
  await broker.drain();
  await broker.stop();
  web.close();
  await frame.frame.jobs.asPart().stop?.();
  await frame.frame.store.asPart().stop?.();
  await frame.destroy();
});

function startBroker(): Broker {
  return createBroker({
    store: frame.frame.store,
    log: frame.log,
    clock: systemClock,
    settings: MqttSettings.parse({ port: 0, connectTimeoutMs: 1_000, maxSubscriptions: 20, maxInflightInbound: 10 }),
    loadProject: (id) => Promise.resolve(projects.get(id) ?? null),
    authenticate({ userName = '' }) {
      const [projectId, id] = userName.split('.');
      const project = projects.get(projectId as ProjectId);
      if (project === undefined || id === undefined) throw unauthenticated({ reason: 'unknown token' });
      return Promise.resolve(
        asPrincipal(aContext(project, frame.log), { type: 'device', id: id as DeviceId, name: id, profile: 'default' }),
      );
    },
    topics: rows,
    mayUseAppTopic: (context, _action, topic) =>
      !withdrawn.has(topic) && (topic.startsWith(`app/${idOf(context)}/`) || topic.startsWith('app/shared/')),
    onDisconnected: (connection) => ended.push(connection),
  });
}

async function device(id: string, options: IClientOptions & { project?: Project; url?: string } = {}): Promise<MqttClient> {
  const { project = alpha, url = `mqtt://127.0.0.1:${broker.port}`, ...rest } = options;
  const client = connect(url, { username: `${project.id}.${id}`, reconnectPeriod: 0, protocolVersion: 4, clientId: id, ...rest });
  open.push(client);
  client.on('error', () => undefined);
  await new Promise<void>((resolve, reject) => {
    client.once('connect', () => resolve());
    client.once('error', reject);
    client.once('close', () => reject(new Error('closed')));
  });
  return client;
}

/** Every message that the client gets, as `topic=payload`. */
function inbox(client: MqttClient): string[] {
  const received: string[] = [];
  client.on('message', (topic: string, payload: Buffer, packet: IPublishPacket) =>
    received.push(`${topic}=${payload.toString()}${packet.retain ? ' (retained)' : ''}`),
  );
  return received;
}

const closed = (client: MqttClient): Promise<void> => new Promise((resolve) => client.once('close', () => resolve()));
const readings = (text: string, project = alpha) => frame.frame.store.kind(aContext(project, frame.log), ReadingKind).find({ text });

/** A connection below the client library: bytes in, bytes out. */
async function rawSocket(): Promise<{ socket: Socket; received: () => Buffer; isClosed: () => boolean }> {
  const socket = connectTcp(broker.port ?? 0, '127.0.0.1');
  open.push(socket);
  const chunks: Buffer[] = [];
  let isClosed = false;
  socket.on('data', (chunk) => chunks.push(chunk));
  socket.on('error', () => undefined);
  socket.on('close', () => (isClosed = true));
  await new Promise<void>((resolve) => socket.once('connect', () => resolve()));
  return { socket, received: () => Buffer.concat(chunks), isClosed: () => isClosed };
}

const text = (value: string): Buffer =>
  Buffer.concat([Buffer.from([value.length >> 8, value.length & 0xff]), Buffer.from(value, 'latin1')]);
const packet = (first: number, ...parts: Buffer[]): Buffer => {
  const body = Buffer.concat(parts);
  const length = body.length < 128 ? [body.length] : [(body.length & 0x7f) | 0x80, body.length >> 7];
  return Buffer.concat([Buffer.from([first, ...length]), body]);
};
const connectPacket = (userName: string, clientId = 'raw', flags = 0x82): Buffer =>
  packet(0x10, text('MQTT'), Buffer.from([4, flags, 0, 60]), text(clientId), text(userName));
const CONNACK_OK = Buffer.from([0x20, 2, 0, 0]);

describe('a message that a row handles', () => {
  it.each(['tcp', 'websocket'])('is stored before PUBACK, over %s', async (transport) => {
    const client = await device('d1', transport === 'websocket' ? { url: webSocketUrl } : {});
    const body = `21.5 over ${transport}`;
    await client.publishAsync('telemetry', body, { qos: 1 });
    expect(await readings(body)).toMatchObject([{ device: 'd1' }]);
    await client.publishAsync('telemetry', `${body} twice`, { qos: 2 });
    expect(await readings(`${body} twice`)).toHaveLength(1);
  });

  it('closes the connection when it is refused, and tells nothing', async () => {
    const client = await device('d1');
    client.publish('telemetry', 'bad', { qos: 1 });
    await closed(client);
    expect(await readings('bad')).toEqual([]);
  });
});

describe('CONNECT', () => {
  it('is refused with code 4 for wrong credentials and for none', async () => {
    await expect(device('d1', { username: 'nobody' })).rejects.toMatchObject({ code: 4 });
    const { username: _none, ...withoutName } = { username: '' };
    await expect(device('d1', { ...withoutName, username: `${createId()}.d1` })).rejects.toMatchObject({ code: 4 });
  });

  it('with the client identifier of another project takes nothing over', async () => {
    const mine = await device('same', { clientId: 'twin' });
    await device('same', { project: beta, clientId: 'twin' });
    await device('other', { clientId: 'twin' });
    await mine.publishAsync('telemetry', 'still here', { qos: 1 });
    expect(await readings('still here')).toHaveLength(1);
  });

  it('with the own client identifier takes the older connection over', async () => {
    const first = await device('d1', { clientId: 'c' });
    const end = closed(first);
    await device('d1', { clientId: 'c' });
    await end;
    expect(first.connected).toBe(false);
  });

  it('is refused beyond the connections of the project, and lets others in when one leaves', async () => {
    const [first] = await Promise.all([device('a', { project: beta }), device('b', { project: beta })]);
    await expect(device('c', { project: beta })).rejects.toMatchObject({ code: 3 });
    await first.endAsync(true);
    await until('there is room again', async () => (await device('c', { project: beta }).catch(() => null)) !== null);
  });

  it.each([
    ['MQTT 5, which is not spoken', { protocolVersion: 5 as const }, 1],
    ['an identifier of 64 kB', { clientId: 'x'.repeat(60_000) }, 2],
    ['no keep-alive', { keepalive: 0 }, 6],
    ['a will on a foreign topic', { will: { topic: 'app/other/x', payload: Buffer.from('x'), qos: 0 as const, retain: false } }, 5],
  ])('is refused with %s', async (_what, options, code) => {
    await expect(device('d1', options)).rejects.toMatchObject({ code });
  });

  it('is waited for only so long', async () => {
    const { isClosed } = await rawSocket();
    expect(await until('the silent connection is closed', isClosed)).toBe(true);
  });
});

describe('topics', () => {
  it('of anybody else are refused for publishing', async () => {
    const topics = ['app/d2/x', `${alpha.id}/app/shared/x`, `${beta.id}/d/d2/t`, 'd/d2/t', '$SYS/x', 'commands/1', 'nonsense', '/'];
    for (const topic of topics) {
      const client = await device('d1');
      client.publish(topic, 'x', { qos: 1 });
      await closed(client);
    }
    expect(topics.length).toBeGreaterThan(0);
  });

  it('of anybody else are refused for subscribing with 0x80, beside one that is granted', async () => {
    const client = await device('d1');
    const received = inbox(client);
    const filters = [
      'app/shared/a',
      '#',
      '+/#',
      '$SYS/#',
      '$share/g/app/shared/a',
      'app/d2/#',
      `${beta.id}/#`,
      `+/app/shared/#`,
      'app/+/x',
      'a'.repeat(2_000),
      'app/shared/x/'.repeat(80),
    ];
    const granted = await client.subscribeAsync(filters, { qos: 1 }).catch((error: { packet?: unknown }) => error.packet);
    expect((granted as { granted: number[] }).granted).toEqual([1, ...filters.slice(1).map(() => 128)]);
    await broker.publish(aContext(alpha, frame.log), { topic: `${alpha.id}/app/d2/secret`, payload: 'secret' });
    await client.publishAsync('app/shared/a', 'mine', { qos: 1 });
    await until('the granted one is delivered', () => received.length > 0);
    expect(received).toEqual(['app/shared/a=mine']);
  });

  it('that were refused are not kept for the session', async () => {
    const client = await device('keeper', { clean: false });
    await client.subscribeAsync(['app/shared/kept', 'app/other/secret'], { qos: 1 }).catch(() => undefined);
    await client.endAsync();
    const stored = await frame.frame.store
      .kind(aContext(alpha, frame.log), SubscriptionKind)
      .find({ client: `${alpha.id}:device.keeper:keeper` });
    expect(stored.map(({ topic }) => topic)).toEqual([`${alpha.id}/app/shared/kept`]);
    const sender = await device('other');
    await sender.publishAsync('app/other/secret', 'top secret', { qos: 1 });
    await sender.publishAsync('app/shared/kept', 'for you', { qos: 1 });
    const again = connect(`mqtt://127.0.0.1:${broker.port}`, {
      username: `${alpha.id}.keeper`,
      clientId: 'keeper',
      clean: false,
      protocolVersion: 4,
      reconnectPeriod: 0,
    });
    open.push(again);
    const received = inbox(again);
    await until('the kept message arrives', () => received.length > 0);
    expect(received).toEqual(['app/shared/kept=for you']);
  });

  it('that were taken away are not delivered any more, retained messages and waiting ones included', async () => {
    const sender = await device('sender');
    await sender.publishAsync('app/shared/planted', 'planted', { qos: 1, retain: true });
    const client = await device('d1');
    const received = inbox(client);
    await client.subscribeAsync(['app/shared/gone', 'app/shared/stays'], { qos: 1 });
    withdrawn.add('app/shared/gone').add('app/shared/planted');
    await client.subscribeAsync('app/shared/+', { qos: 1 });
    await sender.publishAsync('app/shared/stays', 'still yours', { qos: 1 });
    await until('what is left arrives', () => received.length > 0);
    expect(received).toEqual(['app/shared/stays=still yours']);
  });

  it('of one project are never those of another: messages, retained messages and wills', async () => {
    const here = await device('d1');
    const there = await device('d1', { project: beta });
    const [mine, theirs] = [inbox(here), inbox(there)];
    await here.publishAsync('app/shared/r', 'of alpha', { qos: 1, retain: true });
    await Promise.all([here.subscribeAsync('app/shared/#', { qos: 1 }), there.subscribeAsync('app/shared/#', { qos: 1 })]);
    const dying = await device('dying', { will: { topic: 'app/shared/will', payload: Buffer.from('gone'), qos: 1, retain: false } });
    dying.stream.destroy();
    await until('the will arrives', () => mine.includes('app/shared/will=gone'));
    await there.publishAsync('app/shared/end', 'of beta', { qos: 1 });
    await until('the own message arrives', () => theirs.length > 0);
    expect(theirs).toEqual(['app/shared/end=of beta']);
    expect(mine).toContain('app/shared/r=of alpha (retained)');
  });

  it('are given back by UNSUBSCRIBE', async () => {
    const client = await device('d1');
    const received = inbox(client);
    await client.subscribeAsync(['app/shared/x', 'app/shared/y'], { qos: 1 });
    await client.unsubscribeAsync('app/shared/x');
    await client.publishAsync('app/shared/x', 'unheard', { qos: 1 });
    await client.publishAsync('app/shared/y', 'heard', { qos: 1 });
    await until('the other one arrives', () => received.length > 0);
    expect(received).toEqual(['app/shared/y=heard']);
  });

  it('of a dialect reach the device under the name that it knows', async () => {
    const client = await device('d1');
    const other = await device('d2');
    const [received, others] = [inbox(client), inbox(other)];
    await Promise.all([client.subscribeAsync('commands/+'), other.subscribeAsync('commands/+')]);
    await broker.publish(aContext(alpha, frame.log), { topic: `${alpha.id}/d/d1/cmd/7`, payload: 'reboot', qos: 1 });
    await until('the command arrives', () => received.length > 0);
    expect([received, others]).toEqual([['commands/7=reboot'], []]);
  });

  it('are rewritten when SUBSCRIBE comes in the same segment as CONNECT', async () => {
    const { socket, received } = await rawSocket();
    const subscribe = packet(0x82, Buffer.from([0, 9]), text('app/shared/early'), Buffer.from([0]));
    socket.write(Buffer.concat([connectPacket(`${alpha.id}.d1`), subscribe]));
    await until('SUBACK arrives', () => received().includes(Buffer.from([0x90, 3, 0, 9, 0])));
    await broker.publish(aContext(alpha, frame.log), { topic: `${alpha.id}/app/shared/early`, payload: 'bird' });
    expect(await until('the message arrives under its wire topic', () => received().includes('app/shared/earlybird'))).toBe(true);
  });
});

describe('a kept session', () => {
  it('gets each message once, in order, also after being away', async () => {
    const options = { clean: false, clientId: 'keep' };
    const first = await device('k1', options);
    await first.subscribeAsync('app/shared/k/#', { qos: 1 });
    await first.endAsync();
    const sender = await device('sender');
    for (let number = 0; number < 20; number += 1)
      await sender.publishAsync(`app/shared/k/${number % 3}`, String(number), { qos: number % 2 === 0 ? 1 : 2 });
    // QoS 2 is delivered with the QoS 1 of the subscription, so that one order holds for all.
    const again = connect(`mqtt://127.0.0.1:${broker.port}`, {
      username: `${alpha.id}.k1`,
      protocolVersion: 4,
      reconnectPeriod: 0,
      ...options,
    });
    open.push(again);
    const received = inbox(again);
    await until('all have arrived', () => received.length >= 20);
    expect(received.map((line) => Number(line.split('=')[1]))).toEqual(Array.from({ length: 20 }, (_unused, number) => number));
    const queue = frame.frame.store.kind(aContext(alpha, frame.log), QueuedKind);
    await until('the queue is empty', async () => (await queue.count({ client: `${alpha.id}:device.k1:keep` })) === 0);
  });

  it('loses nothing when QoS 1 and QoS 0 alternate (moscajs/aedes#994)', async () => {
    const subscriber = await device('all', { clean: false, clientId: 'all' });
    const received = new Set<string>();
    subscriber.on('message', (_topic, payload) => received.add(payload.toString()));
    await subscriber.subscribeAsync('app/shared/alt', { qos: 1 });
    const sender = await device('sender');
    const sent = Array.from({ length: 2_000 }, (_unused, number) =>
      sender.publishAsync('app/shared/alt', String(number), { qos: number % 2 === 0 ? 1 : 0 }),
    );
    await Promise.all(sent);
    await until('all have arrived', () => received.size >= 2_000, 20_000);
    expect(received.size).toBe(2_000);
  }, 60_000);
});

describe('two brokers', () => {
  it('deliver to each other, and one client is connected to one of them', async () => {
    const second = startBroker();
    await second.start();
    const [url] = [`mqtt://127.0.0.1:${second.port}`];
    const here = await device('d1', { clientId: 'roamer' });
    const end = closed(here);
    const there = await device('d1', { clientId: 'roamer', url });
    await end;
    const received = inbox(there);
    await there.subscribeAsync('app/shared/far', { qos: 1 });
    const sender = await device('sender');
    await sender.publishAsync('app/shared/far', 'hello', { qos: 1 });
    await until('it arrives', () => received.length > 0);
    expect(received).toEqual(['app/shared/far=hello']);
    await second.drain();
    await second.stop();
  });
});

describe('disconnect', () => {
  it('ends the connections of a device within a second, without its will', async () => {
    const watcher = await device('w');
    const received = inbox(watcher);
    await watcher.subscribeAsync('app/shared/#');
    const client = await device('doomed', { will: { topic: 'app/shared/will', payload: Buffer.from('no'), qos: 0, retain: false } });
    const end = closed(client);
    const startedAt = Date.now();
    expect(broker.disconnect(alpha.id, ({ context }) => idOf(context) === 'doomed')).toBe(1);
    await end;
    expect(Date.now() - startedAt).toBeLessThan(1_000);
    await until('it is noted', () => ended.some(({ context }) => idOf(context) === 'doomed'));
    await watcher.publishAsync('app/shared/end', 'end', { qos: 1 });
    await until('the end arrives', () => received.length > 0);
    expect(received.filter((line) => line.includes('will'))).toEqual([]);
  });
});

describe('a project that is deleted', () => {
  it('loses its connections', async () => {
    const gone = aProject();
    projects.set(gone.id, gone);
    const client = await device('d1', { project: gone });
    const end = closed(client);
    projects.delete(gone.id);
    await end;
    await expect(device('d1', { project: gone })).rejects.toMatchObject({ code: 4 });
  });
});

describe('hostile bytes', () => {
  const connected = async () => {
    const raw = await rawSocket();
    raw.socket.write(connectPacket(`${alpha.id}.d1`, `raw-${createId()}`));
    await until('CONNACK', () => raw.received().subarray(0, 4).equals(CONNACK_OK));
    return raw;
  };

  it.each([
    ['a remaining length of 256 MB', Buffer.from([0x30, 0xff, 0xff, 0xff, 0x7f, 0, 1, 0x61])],
    ['a remaining length of five bytes', Buffer.from([0x30, 0xff, 0xff, 0xff, 0xff, 0x7f])],
    ['QoS 3', packet(0x36, text('app/shared/x'), Buffer.from([0, 1]))],
    ['a packet identifier of 0', packet(0x32, text('telemetry'), Buffer.from([0, 0]))],
    ['a topic with NUL', packet(0x32, text('app/shared/a\0b'), Buffer.from([0, 1]))],
    ['a topic that is not UTF-8', packet(0x32, text('app/shared/\xff\xfe'), Buffer.from([0, 1]))],
    ['a wildcard in PUBLISH', packet(0x32, text('app/shared/+'), Buffer.from([0, 1]))],
    ['a topic of 200 levels', packet(0x32, text(`app/shared${'/a'.repeat(200)}`), Buffer.from([0, 1]))],
    ['SUBSCRIBE without filters', packet(0x82, Buffer.from([0, 1]))],
    [
      'SUBSCRIBE with too many filters',
      packet(0x82, Buffer.from([0, 1]), ...Array.from({ length: 200 }, () => Buffer.concat([text('a'), Buffer.from([0])]))),
    ],
    ['a second CONNECT', connectPacket('x.y')],
    ['the reserved type', Buffer.from([0xf0, 0])],
    ['a topic length beyond the packet', Buffer.from([0x30, 3, 0xff, 0xff, 0x61])],
  ])('end the connection: %s', async (_what, bytes) => {
    const { socket, isClosed } = await connected();
    socket.write(bytes);
    expect(await until('it is closed', isClosed)).toBe(true);
  });

  it.each([
    ['HTTP', Buffer.from('GET / HTTP/1.1\r\nHost: x\r\n\r\n')],
    ['PUBLISH before CONNECT', packet(0x32, text('telemetry'), Buffer.from([0, 1]))],
    ['another protocol name', packet(0x10, text('HTTP'), Buffer.from([4, 2, 0, 60]), text('x'))],
    ['a CONNECT of 1 MB', Buffer.concat([Buffer.from([0x10, 0x80, 0x80, 0x40]), text('MQTT')])],
  ])('are refused at once: %s', async (_what, bytes) => {
    const { socket, isClosed } = await rawSocket();
    socket.write(bytes);
    expect(await until('it is closed', isClosed)).toBe(true);
  });

  it('may come one by one', async () => {
    const { socket, received } = await rawSocket();
    const whole = Buffer.concat([
      connectPacket(`${alpha.id}.d1`, 'slow'),
      packet(0x32, text('telemetry'), Buffer.from([0, 5]), Buffer.from('byte by byte')),
    ]);
    for (const byte of whole) {
      socket.write(Buffer.from([byte]));
      await new Promise((resolve) => setImmediate(resolve));
    }
    await until('PUBACK', () => received().includes(Buffer.from([0x40, 2, 0, 5])));
    expect(await readings('byte by byte')).toHaveLength(1);
  });

  it('with QoS 2 and no PUBREL are bounded, and PUBREL without PUBREC is answered', async () => {
    const { socket, isClosed, received } = await connected();
    socket.write(Buffer.from([0x62, 2, 0, 77]));
    await until('PUBCOMP', () => received().includes(Buffer.from([0x70, 2, 0, 77])));
    for (let id = 1; id <= 50; id += 1) socket.write(packet(0x34, text('app/shared/q2'), Buffer.from([0, id]), Buffer.from('x')));
    expect(await until('it is closed', isClosed)).toBe(true);
  });

  it('on the WebSocket path without the sub-protocol, or as text, are refused', async () => {
    const plain = new WebSocket(webSocketUrl);
    const refusal = await new Promise<Error>((resolve) => plain.once('error', resolve));
    expect(refusal.message).toContain('400');
    const asText = new WebSocket(webSocketUrl, 'mqtt');
    const end = new Promise<number>((resolve) => asText.once('close', resolve));
    asText.once('open', () => asText.send('hello'));
    expect(await end).toBeGreaterThanOrEqual(1_000);
  });

  it('left the broker as it was', async () => {
    const client = await device('d1');
    await client.publishAsync('telemetry', 'alive', { qos: 1 });
    expect(await readings('alive')).toHaveLength(1);
    expect(frame.leaks).toEqual([]);
  });
});

describe('draining', () => {
  it('acknowledges what is under way before it ends the connections', async () => {
    const second = startBroker();
    await second.start();
    const client = await device('d1', { url: `mqtt://127.0.0.1:${second.port}`, clientId: 'drained' });
    const acknowledged = client.publishAsync('telemetry', 'slow', { qos: 1 });
    await until('it is being stored', () => slow.hasArrived);
    const draining = second.drain();
    slow.mayPass = true;
    await acknowledged;
    await draining;
    await second.stop();
    expect(await readings('slow')).toHaveLength(1);
  });
});
