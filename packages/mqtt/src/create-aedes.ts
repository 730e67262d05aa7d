import { serviceUnavailable } from '@mainstay/kernel';
import type { AedesPublishPacket, AuthenticateError, ConnectPacket, PublishPacket, Subscription } from 'aedes';
import { Aedes } from 'aedes';
import type { AedesClient } from './aedes-client.ts';
import type { BrokerMetrics } from './broker-metrics.ts';
import type { Authenticator } from './connection/authenticate-client.ts';
import type { Connections } from './connection/connections.ts';
import { forwardPacket } from './forward-packet.ts';
import type { MqttSettings } from './mqtt.settings.ts';
import type { Pipeline } from './pipeline.ts';
import type { TopicTable } from './topics/topic-table.ts';

/** The rooms that the hooks of aedes lead to. */
export interface AedesRooms {
  readonly authenticator: Authenticator;
  readonly connections: Connections;
  readonly topics: TopicTable;
  readonly metrics: BrokerMetrics;
  /** Made after aedes, which gives it the numbers of messages. */
  readonly pipeline: () => Pipeline;
}

type Done = (error?: Error | null) => void;
type Publish = (packet: PublishPacket, client: unknown, done?: Done) => void;

/** As aedes calls it. */
type AuthenticateArguments = [
  client: unknown,
  userName: string | undefined,
  password: Buffer | undefined,
  done: (error: AuthenticateError | null, success: boolean | null) => void,
];

const HEARTBEAT_MS = 5_000;

/** aedes with every hook filled in. It knows no policy of its own: each hook asks the room that does. */
export function createAedes(options: { id: string; mq: unknown; persistence: unknown; settings: MqttSettings; rooms: AedesRooms }): Aedes {
  const { settings, rooms } = options;
  const aedes = new Aedes({
    id: options.id,
    mq: options.mq,
    persistence: options.persistence,
    connectTimeout: settings.connectTimeoutMs,
    drainTimeout: settings.drainTimeoutMs,
    keepaliveLimit: settings.keepaliveLimitSeconds,
    maxInflightInbound: settings.maxInflightInbound,
    heartbeatInterval: HEARTBEAT_MS,
    ...createHooks(rooms),
  });
  sendOnlyWhatIsLeft(aedes, rooms.pipeline);
  return aedes;
}

function createHooks({ authenticator, connections, topics, metrics, pipeline }: AedesRooms) {
  return {
    preConnect: (client: unknown, packet: ConnectPacket, done: (error: Error | null, success: boolean) => void) => {
      authenticator.preConnect(client as AedesClient, packet);
      done(null, true);
    },
    authenticate: (...[client, userName, password, done]: AuthenticateArguments) => {
      authenticator.authenticate(client as AedesClient, userName, password).then(
        () => done(null, true),
        (error: unknown) => done(error as AuthenticateError, false),
      );
    },
    authorizePublish: (client: unknown, packet: PublishPacket, done: Done) => {
      pipeline()
        .publish(client as AedesClient | null, packet)
        .then(
          () => done(null),
          (error: unknown) => done(error instanceof Error ? error : serviceUnavailable({ part: 'broker' })),
        );
    },
    authorizeSubscribe: (
      client: unknown,
      subscription: Subscription,
      done: (error: Error | null, subscription?: Subscription | null) => void,
    ) => {
      const connection = connections.get(client as AedesClient);
      const isAllowed = connection !== undefined && topics.wireOf(connection.context, subscription.topic) !== null;
      if (!isAllowed) metrics.refused('topic_forbidden');
      done(null, isAllowed ? subscription : null); // null becomes 0x80 in SUBACK [MQTT-3.9.3-2]
    },
    authorizeForward: (client: unknown, packet: AedesPublishPacket) => {
      const connection = connections.get(client as AedesClient);
      if (connection === undefined || !forwardPacket(client as AedesClient, connection, { topics, packet })) return null;
      metrics.message('out');
      return packet;
    },
  };
}

/** What a row handled goes nowhere; what was stored before PUBACK only needs to be sent to who is connected. */
function sendOnlyWhatIsLeft(aedes: Aedes, pipeline: () => Pipeline): void {
  const publish = aedes.publish.bind(aedes) as unknown as Publish;
  const emitter = (aedes as unknown as { mq: { emit(packet: object, done: Done): void } }).mq;
  const noop = (): void => undefined;
  const publishRest: Publish = (packet, client, done) => {
    const finish = typeof client === 'function' ? (client as Done) : (done ?? noop);
    const sender = typeof client === 'function' ? null : (client as AedesClient | null);
    if (pipeline().wasHandled(packet)) finish(null);
    else if (pipeline().wasStored(packet)) emitter.emit(sender === null ? packet : Object.assign(packet, { clientId: sender.id }), finish);
    else publish(packet, sender, finish);
  };
  Object.assign(aedes, { publish: publishRest });
}
