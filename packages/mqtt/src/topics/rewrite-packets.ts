import type { PublishPacket } from 'aedes';
import type { AedesClient, WirePacket } from '../aedes-client.ts';
import type { Connection } from '../connection/connection.ts';
import { packetMalformed } from '../mqtt.problems.ts';
import type { PublishTarget, TopicTable } from './topic-table.ts';

/** What the rewriter knows of a packet that it let through. */
export interface RewrittenPublish {
  /** As the client wrote it. */
  readonly wire: string;
  /** Null when the client may not publish there. */
  readonly target: PublishTarget | null;
}

/** What the rewriter needs. */
export interface RewriterOptions {
  readonly topics: TopicTable;
  readonly maxSubscriptions: number;
  /** The connection of a client once it has signed in. */
  readonly connectionOf: (client: AedesClient) => Connection | undefined;
}

/** The level below the project where refused filters and topics go; nothing is ever delivered there. */
const REFUSED = 'refused';

/** Whether a canonical topic or filter is one that was refused. */
export function isRefusedTopic(canonical: string, projectId: string): boolean {
  return canonical.startsWith(`${projectId}/${REFUSED}/`);
}

/**
 * Turns the wire topics of PUBLISH, SUBSCRIBE and UNSUBSCRIBE into canonical ones between the parser and aedes, which has
 * no hook for UNSUBSCRIBE. Everything behind (routing, sessions, retained messages) sees canonical topics only.
 */
export class PacketRewriter {
  readonly #options: RewriterOptions;
  readonly #rewritten = new WeakSet<object>();
  readonly #publishes = new WeakMap<object, RewrittenPublish>();

  constructor(options: RewriterOptions) {
    this.#options = options;
  }

  /** What was found out about a PUBLISH that came through. */
  publishOf(packet: object): RewrittenPublish | undefined {
    return this.#publishes.get(packet);
  }

  /** Puts itself in front of aedes's own listener; packets sent along with CONNECT wait in a queue and are rewritten there. */
  install(client: AedesClient): void {
    const parser = client._parser;
    const [enqueue] = parser.listeners('packet') as ((packet: WirePacket) => void)[];
    if (enqueue === undefined) throw new Error('aedes listens to packets in another way than we know');
    parser.removeAllListeners('packet');
    parser.on('packet', (packet: WirePacket) => {
      try {
        this.#rewrite(client, packet);
      } catch (error) {
        client.emit('error', error);
        return;
      }
      enqueue.call(parser, packet);
    });
    client.prependOnceListener('connected', () => {
      for (const packet of parser._queue ?? []) this.#rewrite(client, packet);
    });
  }

  #rewrite(client: AedesClient, packet: WirePacket): void {
    refuseZeroMessageId(packet);
    const connection = this.#options.connectionOf(client);
    if (connection === undefined || this.#rewritten.has(packet)) return;
    this.#rewritten.add(packet);
    switch (packet.cmd) {
      case 'publish':
        this.rewritePublish(connection, packet);
        return;
      case 'subscribe':
        this.#refuseTooMany(packet.subscriptions.length);
        packet.subscriptions.forEach((subscription, position) => {
          const isFull = Object.keys(client.subscriptions).length + position >= this.#options.maxSubscriptions;
          subscription.topic = this.#filter(connection, subscription.topic, isFull ? undefined : position);
        });
        return;
      case 'unsubscribe':
        this.#refuseTooMany(packet.unsubscriptions.length);
        packet.unsubscriptions = packet.unsubscriptions.map((topic, position) => this.#filter(connection, topic, position));
        return;
      case 'connect':
      case 'other':
    }
  }

  /** Gives a PUBLISH (or a will) its canonical topic. */
  rewritePublish(connection: Connection, packet: Pick<PublishPacket, 'topic'>): RewrittenPublish {
    const wire = packet.topic;
    const rewritten = { wire, target: this.#options.topics.publishTarget(connection.context, wire) };
    packet.topic = rewritten.target?.canonical ?? `${connection.context.project.id}/${REFUSED}/0`;
    this.#publishes.set(packet, rewritten);
    return rewritten;
  }

  #filter(connection: Connection, wire: string, position: number | undefined): string {
    const canonical = position === undefined ? null : this.#options.topics.subscribeTarget(connection.context, wire);
    return canonical ?? `${connection.context.project.id}/${REFUSED}/${position ?? wire.length}`;
  }

  #refuseTooMany(count: number): void {
    if (count > this.#options.maxSubscriptions) {
      throw packetMalformed({ reason: `A packet may name ${this.#options.maxSubscriptions} topic filters; this one names ${count}.` });
    }
  }
}

/** [MQTT-2.3.1-1] */
function refuseZeroMessageId(packet: WirePacket): void {
  const needsId = packet.cmd === 'subscribe' || packet.cmd === 'unsubscribe' || (packet.cmd === 'publish' && packet.qos > 0);
  if (needsId && (packet.messageId ?? 0) === 0) throw packetMalformed({ reason: 'The packet identifier may not be 0.' });
}
