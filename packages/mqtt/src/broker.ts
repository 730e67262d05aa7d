import type { Server } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Clock, LifecyclePart, Logger, Project, ProjectContext, ProjectId } from '@mainstay/kernel';
import { createId, systemClock } from '@mainstay/kernel';
import type { Store } from '@mainstay/store';
import type { Aedes } from 'aedes';
import type { AedesClient } from './aedes-client.ts';
import type { BrokerMetrics } from './broker-metrics.ts';
import { noBrokerMetrics } from './broker-metrics.ts';
import type { Authenticate } from './connection/authenticate-client.ts';
import { Authenticator } from './connection/authenticate-client.ts';
import type { Connection, ConnectionOrigin } from './connection/connection.ts';
import { Connections } from './connection/connections.ts';
import type { TcpListener } from './connection/tcp-listener.ts';
import { createTcpListener } from './connection/tcp-listener.ts';
import { attachWebSocketListener } from './connection/websocket-listener.ts';
import { createAedes } from './create-aedes.ts';
import { noDuplicates } from './delivery-ring.ts';
import { createFanOut } from './fan-out.ts';
import { guardLengths } from './length-guard.ts';
import type { MqttSettings } from './mqtt.settings.ts';
import { Pipeline } from './pipeline.ts';
import { BrokerBeats } from './sessions/broker-beats.ts';
import { ProjectPlaces, projectIdOf } from './sessions/session-places.ts';
import { SessionPersistence } from './sessions/session-persistence.ts';
import type { TopicRow } from './topics/define-topic.ts';
import { PacketRewriter } from './topics/rewrite-packets.ts';
import type { MayUseAppTopic } from './topics/topic-table.ts';
import { TopicTable } from './topics/topic-table.ts';

/** What a broker needs of its surroundings. */
export interface BrokerOptions {
  readonly store: Store;
  readonly log: Logger;
  readonly settings: MqttSettings;
  readonly loadProject: (id: ProjectId) => Promise<Project | null>;
  readonly authenticate: Authenticate;
  /** The dialects: every topic but the free ones below `app/`. */
  readonly topics: readonly TopicRow[];
  readonly mayUseAppTopic: MayUseAppTopic;
  /** A client is connected, or is not any more. Called in this order for each; must not throw. */
  readonly onConnected?: (connection: Connection) => void;
  readonly onDisconnected?: (connection: Connection) => void;
  readonly clock?: Clock;
  readonly metrics?: BrokerMetrics;
}

/** A message that the product sends. */
export interface OutgoingMessage {
  /** Canonical: `<project>/…`. */
  readonly topic: string;
  readonly payload: Buffer | string;
  readonly qos?: 0 | 1;
  readonly retain?: boolean;
}

const BEAT_MS = 5_000;
/** One WebSocket frame may carry many packets, or a part of one. */
const PACKETS_PER_FRAME = 16;
const WEBSOCKET_PATH = '/mqtt';

/** The MQTT broker of one process: a part that starts, drains and stops with it. */
export function createBroker(options: BrokerOptions): Broker {
  return new Broker(options);
}

/** See {@link createBroker}. */
export class Broker implements LifecyclePart {
  readonly name = 'mqtt';
  /** New with every start: its wills and presence are told apart from those of an earlier life. */
  readonly id = createId();
  readonly #options: BrokerOptions;
  readonly #aedes: Aedes;
  readonly #connections = new Connections();
  readonly #places: ProjectPlaces;
  readonly #rewriter: PacketRewriter;
  readonly #authenticator: Authenticator;
  readonly #pipeline: Pipeline;
  readonly #beats: BrokerBeats;
  readonly #fanOut: ReturnType<typeof createFanOut>;
  readonly #persistence: SessionPersistence;
  readonly #announced = new WeakSet<Connection>();
  readonly #detach: (() => void)[] = [];
  #tcp: TcpListener | undefined;
  #port: number | undefined;
  #beatTimer: NodeJS.Timeout | undefined;
  #beating: Promise<unknown> = Promise.resolve();
  #isOpen = false;

  constructor(options: BrokerOptions) {
    const { store, log, settings, clock = systemClock, metrics = noBrokerMetrics } = options;
    const connections = this.#connections;
    const topics = new TopicTable(options.topics, options.mayUseAppTopic);
    this.#options = options;
    this.#places = new ProjectPlaces(options.loadProject, log);
    this.#beats = new BrokerBeats(store, clock);
    this.#fanOut = createFanOut({ store, places: this.#places, brokerId: this.id });
    this.#rewriter = new PacketRewriter({
      topics,
      maxSubscriptions: settings.maxSubscriptions,
      connectionOf: (client) => connections.get(client),
    });
    this.#persistence = new SessionPersistence({
      store,
      places: this.#places,
      limits: settings,
      maySubscribe: (clientId, topic) => {
        const connection = connections.byId(clientId);
        return connection !== undefined && topics.wireOf(connection.context, topic) !== null;
      },
      isBrokerAlive: (context, brokerId) => this.#beats.isAlive(context, brokerId),
      log,
    });
    const onFirstConnection = (context: ProjectContext): Promise<void> => this.#beats.beat(context, this.id);
    const shared = {
      places: this.#places,
      connections,
      rewriter: this.#rewriter,
      persistence: this.#persistence,
      log,
      metrics,
      clock,
      usage: store.usage,
    };
    this.#authenticator = new Authenticator({
      ...shared,
      authenticate: options.authenticate,
      timeoutMs: settings.authTimeoutMs,
      onFirstConnection,
    });
    const rooms = { authenticator: this.#authenticator, connections, topics, metrics, pipeline: () => this.#pipeline };
    this.#aedes = createAedes({ id: this.id, mq: this.#fanOut.emitter, persistence: this.#persistence, settings, rooms });
    this.#pipeline = new Pipeline({ ...shared, numberOf: () => this.#nextNumber() });
    this.#hear();
  }

  /** The TCP port that is listened on, after the start. */
  get port(): number | undefined {
    return this.#port;
  }

  /** @throws Error when the port is taken. */
  async start(): Promise<void> {
    const { host, port } = this.#options.settings;
    await this.#aedes.listen();
    this.#isOpen = true;
    this.#tcp = createTcpListener({
      host,
      port,
      onSocket: (socket) => this.#take(socket, { transport: 'tcp', address: socket.remoteAddress ?? '' }),
    });
    this.#port = await this.#tcp.listen();
    this.#beatTimer = setInterval(() => {
      this.#beating = this.#beat();
    }, BEAT_MS).unref();
  }

  /** Also takes MQTT over WebSocket on `/mqtt` of this server. */
  attachWebSocket(server: Server): void {
    const detach = attachWebSocketListener(server, {
      path: WEBSOCKET_PATH,
      maxFrameBytes: this.#options.settings.maxPacketBytes * PACKETS_PER_FRAME,
      onStream: (stream, request) => this.#take(stream, { transport: 'websocket', address: request.socket.remoteAddress ?? '' }),
    });
    this.#detach.push(detach);
  }

  /**
   * Sends a message to whoever in the project subscribes to its topic; with QoS 1 it is stored
   * for kept sessions when this is fulfilled.
   * @throws Error when the topic is another project's: a mistake in the code.
   */
  async publish(context: ProjectContext, { topic, payload, qos = 0, retain = false }: OutgoingMessage): Promise<void> {
    if (projectIdOf(topic, '/') !== context.project.id) throw new Error(`topic ${topic} is not in project ${context.project.id}`);
    const packet = { cmd: 'publish' as const, topic, payload, qos, retain, dup: false };
    await this.#pipeline.store(packet);
    await new Promise<void>((resolve, reject) => {
      this.#aedes.publish(packet, (error) => (error ? reject(error) : resolve()));
    });
  }

  /** Ends the connections of the project that match, without publishing their wills. @returns how many there were. */
  disconnect(project: ProjectId, matches: (connection: Connection) => boolean): number {
    const ended = this.#connections.of(project).filter(([, connection]) => matches(connection));
    for (const [client] of ended) {
      client.will = null;
      client.close();
    }
    return ended.length;
  }

  async drain(): Promise<void> {
    this.#isOpen = false;
    for (const detach of this.#detach.splice(0)) detach();
    await this.#tcp?.close();
    const open = this.#connections.all();
    for (const [client] of open) (client as unknown as { pause(): void }).pause();
    await this.#pipeline.drained();
    // The acknowledgements of what was drained are written in the next turn.
    await new Promise((resolve) => setImmediate(resolve));
    await Promise.all(open.map(([client]) => new Promise<void>((resolve) => client.close(resolve))));
  }

  async stop(): Promise<void> {
    clearInterval(this.#beatTimer);
    await this.#beating;
    await new Promise<void>((resolve) => this.#aedes.close(resolve));
    this.#fanOut.stop();
    await Promise.allSettled(this.#places.known().map((context) => this.#beats.end(context, this.id)));
  }

  #take(stream: Duplex, origin: ConnectionOrigin): void {
    if (!this.#isOpen) {
      stream.destroy();
      return;
    }
    const client = this.#aedes.handle(stream) as unknown as AedesClient;
    client.duplicates = noDuplicates;
    this.#authenticator.admit(client, origin);
    guardLengths(client._parser, this.#options.settings.maxPacketBytes);
    this.#rewriter.install(client);
    stream.once('close', () => this.#left(client));
  }

  #left(client: AedesClient): void {
    const connection = this.#connections.remove(client);
    if (connection === undefined) return;
    const { id } = connection.context.project;
    this.#places.leave(id);
    this.#options.store.usage.setConnections('mqtt', id, this.#places.connectionsOf(id));
    if (!this.#announced.delete(connection)) return;
    this.#options.metrics?.connections(-1);
    this.#options.onDisconnected?.(connection);
  }

  #hear(): void {
    const { log, metrics, onConnected } = this.#options;
    this.#aedes.on('clientReady', (client) => {
      const connection = this.#connections.get(client);
      if (connection === undefined) return;
      this.#announced.add(connection);
      metrics?.connections(1);
      onConnected?.(connection);
    });
    const logEnd = (client: unknown, error: Error): void => {
      const connection = this.#connections.get(client as AedesClient);
      (connection?.context.log ?? log).debug({ reason: error.message, client: connection?.clientId }, 'MQTT connection ended');
    };
    this.#aedes.on('clientError', logEnd);
    this.#aedes.on('connectionError', logEnd);
    (this.#aedes as unknown as NodeJS.EventEmitter).on('error', (error: unknown) =>
      log.error({ err: error }, 'the broker could not finish an operation'),
    );
  }

  async #beat(): Promise<void> {
    const results = await Promise.allSettled(this.#places.active().map((context) => this.#renew(context)));
    const failed = results.find((result) => result.status === 'rejected');
    if (failed !== undefined) this.#options.log.warn({ err: failed.reason as unknown }, 'the broker could not say that it lives');
  }

  /** Says that this broker lives, and looks whether the project still does. */
  async #renew(context: ProjectContext): Promise<void> {
    const project = await this.#options.loadProject(context.project.id);
    if (project === null) {
      this.disconnect(context.project.id, () => true);
      return;
    }
    this.#places.refresh(project);
    await this.#beats.beat(context, this.id);
  }

  #nextNumber(): { brokerId: string; brokerCounter: number } {
    const counting = this.#aedes as unknown as { counter: number };
    counting.counter += 1;
    return { brokerId: this.id, brokerCounter: counting.counter };
  }
}
