import type { ProjectContext } from '@mainstay/kernel';
import type { Store } from '@mainstay/store';
import mqemitter from 'mqemitter';
import { projectIdOf } from './sessions/session-places.ts';
import type { ProjectPlaces } from './sessions/session-places.ts';

/** A message as it travels between broker processes: its fields as JSON, a zero byte, its payload. */
interface TravellingPacket {
  readonly topic: string;
  readonly payload?: Buffer | string;
  readonly brokerId?: string;
  readonly [field: string]: unknown;
}

const MESSAGES = 'mqtt-messages';
const TAKEOVERS = 'mqtt-takeovers';
/** Deliveries that may wait for slow sockets at the same time before the emitter queues. */
const CONCURRENCY = 100;
const NEW_CLIENT = /^\$SYS\/[^/]+\/new\/clients$/;

/**
 * The emitter of aedes: matches in process, and sends what other processes may have subscribers for through Redis, on one
 * channel per project. At most once: messages with QoS above 0 for kept sessions come from the stored queue.
 */
export function createFanOut(options: { store: Store; places: ProjectPlaces; brokerId: string }) {
  const { store, places, brokerId } = options;
  const local = mqemitter({ concurrency: CONCURRENCY, matchEmptyLevels: true });
  const emit = local.emit.bind(local);
  const stops = [
    store.signals.onMessage(MESSAGES, (_project, bytes) => {
      const packet = unpack(bytes);
      if (packet !== null && packet.brokerId !== brokerId) emit(packet);
    }),
    store.signals.onMessage(TAKEOVERS, (_project, bytes) => {
      const { from, client } = JSON.parse(bytes.toString()) as { from: string; client: string };
      if (from !== brokerId) emit({ topic: `$SYS/${from}/new/clients`, payload: Buffer.from(client) });
    }),
  ];

  const sendOn = async (packet: TravellingPacket): Promise<void> => {
    if (NEW_CLIENT.test(packet.topic)) {
      const client = String(packet.payload);
      const context = await places.ofClient(client);
      if (context !== null) store.signals.publish(context, TAKEOVERS, Buffer.from(JSON.stringify({ from: brokerId, client })));
      return;
    }
    if (projectIdOf(packet.topic, '/') === null) return;
    const context: ProjectContext | null = await places.ofTopic(packet.topic);
    if (context !== null) store.signals.publish(context, MESSAGES, pack(packet));
  };

  local.emit = (message, done) => {
    void sendOn(message).catch(() => undefined);
    return emit(message, done);
  };
  return {
    emitter: local,
    stop: (): void => {
      for (const stop of stops) stop();
    },
  };
}

function pack(packet: TravellingPacket): Buffer {
  const { payload, ...fields } = packet;
  return Buffer.concat([Buffer.from(JSON.stringify(fields)), Buffer.alloc(1), Buffer.from(payload ?? '')]);
}

function unpack(bytes: Buffer): TravellingPacket | null {
  const end = bytes.indexOf(0);
  if (end < 0) return null;
  return { ...(JSON.parse(bytes.subarray(0, end).toString()) as TravellingPacket), payload: bytes.subarray(end + 1) };
}
