import { Readable } from 'node:stream';
import type { Logger, ProjectContext } from '@mainstay/kernel';
import type { Store } from '@mainstay/store';
import type { Session } from './incoming-messages.ts';
import { IncomingMessages } from './incoming-messages.ts';
import type { NumberedPacket, QueuedPacket } from './message-queue.ts';
import { MessageQueue } from './message-queue.ts';
import { RetainedMessages } from './retained-messages.ts';
import type { SessionPlaces } from './session-places.ts';
import type { RevivedPacket } from './stored-packet.ts';
import type { SessionSubscription } from './subscription-index.ts';
import { SubscriptionStore } from './subscription-store.ts';
import { Wills } from './wills.ts';

/** The part of an aedes client that a session is known by. */
export interface SessionClient {
  readonly id: string;
  readonly clean?: boolean;
}

/** A message that is published, with its number. */
export interface PublishedPacket extends NumberedPacket {
  readonly topic: string;
  readonly payload: Buffer | string;
}

/** A session that a message is queued for. */
export interface QueuingSubscription {
  readonly clientId: string;
  readonly qos?: 0 | 1 | 2;
}

/** What the persistence needs. */
export interface SessionPersistenceOptions {
  readonly store: Store;
  readonly places: SessionPlaces;
  readonly limits: { readonly maxQueuedMessages: number; readonly queueDays: number; readonly maxRetainedMessages: number };
  /** Whether the client may have this subscription. What may not be is not stored: aedes hands over refused filters too. */
  readonly maySubscribe: (clientId: string, topic: string) => boolean;
  readonly log: Logger;
  /** Whether the broker that keeps a client's will is still there. */
  readonly isBrokerAlive: (context: ProjectContext, brokerId: string) => Promise<boolean>;
}

/**
 * The sessions of aedes in MongoDB: subscriptions, waiting messages, QoS 2 state, retained messages and wills, each with
 * the project in front. Implements the persistence interface of aedes-persistence 11 and passes its conformance suite.
 * Rows of a client or topic without a project are never there.
 */
export class SessionPersistence {
  readonly #options: SessionPersistenceOptions;
  readonly #subscriptions: SubscriptionStore;
  readonly #queue: MessageQueue;
  readonly #incoming: IncomingMessages;
  readonly #retained: RetainedMessages;
  readonly #wills: Wills;
  /** aedes asks once per filter of a SUBSCRIBE to store all of its filters. */
  readonly #adding = new WeakMap<object, { readonly client: string; readonly done: Promise<void> }>();
  #broker: { id: string } = { id: '' };

  constructor(options: SessionPersistenceOptions) {
    const { store, limits } = options;
    this.#options = options;
    this.#subscriptions = new SubscriptionStore(store);
    this.#queue = new MessageQueue(store, { maxMessages: limits.maxQueuedMessages, days: limits.queueDays });
    this.#incoming = new IncomingMessages(store);
    this.#retained = new RetainedMessages(store, limits.maxRetainedMessages);
    this.#wills = new Wills(store);
  }

  get broker(): { id: string } {
    return this.#broker;
  }

  async setup(broker: { id: string }): Promise<void> {
    this.#broker = broker;
    return Promise.resolve();
  }

  async storeRetained(packet: PublishedPacket): Promise<void> {
    const context = await this.#options.places.ofTopic(packet.topic);
    if (context !== null) await this.#retained.put(context, packet);
  }

  createRetainedStream(filter: string): Readable {
    return this.createRetainedStreamCombi([filter]);
  }

  createRetainedStreamCombi(filters: readonly string[]): Readable {
    const { places, log } = this.#options;
    const retained = this.#retained;
    async function* read(): AsyncGenerator<RevivedPacket> {
      try {
        const context = await places.ofTopic(filters[0] ?? '');
        if (context !== null) yield* retained.read(context, filters);
      } catch (error) {
        // aedes does not listen for errors of this stream: one would end the process.
        log.error({ err: error }, 'retained messages could not be read');
      }
    }
    return Readable.from(read());
  }

  async addSubscriptions<C extends SessionClient>(client: C, subscriptions: readonly SessionSubscription[]): Promise<C> {
    const known = this.#adding.get(subscriptions);
    const adding = known?.client === client.id ? known : { client: client.id, done: this.#addAllowed(client, subscriptions) };
    this.#adding.set(subscriptions, adding);
    await adding.done;
    return client;
  }

  async #addAllowed(client: SessionClient, subscriptions: readonly SessionSubscription[]): Promise<void> {
    const allowed = subscriptions.filter(({ topic }) => this.#options.maySubscribe(client.id, topic));
    const context = await this.#options.places.ofClient(client.id);
    if (context !== null && allowed.length > 0) await this.#subscriptions.add(context, client.id, allowed);
  }

  async removeSubscriptions<C extends SessionClient>(client: C, topics: readonly string[]): Promise<C> {
    const context = await this.#options.places.ofClient(client.id);
    if (context !== null) await this.#subscriptions.remove(context, client.id, topics);
    return client;
  }

  async subscriptionsByClient(client: SessionClient): Promise<SessionSubscription[]> {
    const context = await this.#options.places.ofClient(client.id);
    if (context === null) return [];
    const stored = await this.#subscriptions.ofClient(context, client.id);
    const lost = stored.filter(({ topic }) => !this.#options.maySubscribe(client.id, topic));
    // A right that was taken away while the client was gone must not go on queueing messages for it.
    if (lost.length > 0)
      await this.#subscriptions.remove(
        context,
        client.id,
        lost.map(({ topic }) => topic),
      );
    return stored.filter((subscription) => !lost.includes(subscription));
  }

  async subscriptionsByTopic(topic: string): Promise<readonly (SessionSubscription & QueuingSubscription)[]> {
    const context = await this.#options.places.ofTopic(topic);
    return context === null ? [] : (await this.#subscriptions.index(context)).match(topic);
  }

  /** A clean session begins: whatever an earlier one left is forgotten, its waiting messages included [MQTT-3.1.2-6]. */
  async cleanSubscriptions<C extends SessionClient>(client: C): Promise<C> {
    const context = await this.#options.places.ofClient(client.id);
    if (context !== null && (await this.#subscriptions.clear(context, client.id))) {
      await this.#queue.clear(context, client.id);
      await this.#incoming.clear(context, client.id);
    }
    return client;
  }

  async countOffline(): Promise<{ subsCount: number; clientsCount: number }> {
    const indexes = await Promise.all(this.#options.places.active().map((context) => this.#subscriptions.index(context)));
    const sum = (of: (index: (typeof indexes)[number]) => number): number => indexes.reduce((total, index) => total + of(index), 0);
    return { subsCount: sum((index) => index.queuingCount), clientsCount: sum((index) => index.clientCount) };
  }

  getClientList(topic: string): Readable {
    const { places } = this.#options;
    const subscriptions = this.#subscriptions;
    async function* read(): AsyncGenerator<string> {
      const context = await places.ofTopic(topic);
      if (context !== null) yield* await subscriptions.clientsOf(context, topic);
    }
    return Readable.from(read());
  }

  async outgoingEnqueue(subscription: QueuingSubscription, packet: PublishedPacket): Promise<void> {
    await this.outgoingEnqueueCombi([subscription], packet);
  }

  /** Queues the packet for each session, with no more than the QoS that its subscription has. */
  async outgoingEnqueueCombi(subscriptions: readonly QueuingSubscription[], packet: PublishedPacket): Promise<void> {
    const [first] = subscriptions;
    if (first === undefined) return;
    const context = await this.#options.places.ofClient(first.clientId);
    if (context === null) return;
    const byQos = new Map<number, Set<string>>();
    for (const [clientId, granted] of highestQos(subscriptions)) {
      const qos = Math.min(packet.qos ?? 0, granted);
      byQos.set(qos, (byQos.get(qos) ?? new Set()).add(clientId));
    }
    await Promise.all([...byQos].map(([qos, clients]) => this.#queue.add(context, [...clients], { ...packet, qos })));
  }

  async outgoingUpdate(client: SessionClient, packet: NumberedPacket): Promise<void> {
    const context = await this.#options.places.ofClient(client.id);
    if (context !== null) await this.#queue.sent(context, client.id, packet);
  }

  async outgoingClearMessageId(client: SessionClient, packet: NumberedPacket): Promise<QueuedPacket | undefined> {
    if (typeof packet.messageId !== 'number' || client.clean === true) return undefined;
    const context = await this.#options.places.ofClient(client.id);
    return context === null ? undefined : this.#queue.acknowledge(context, client.id, packet.messageId);
  }

  outgoingStream(client: SessionClient): Readable {
    const { places } = this.#options;
    const queue = this.#queue;
    async function* read(): AsyncGenerator<QueuedPacket> {
      const context = client.clean === true ? null : await places.ofClient(client.id);
      if (context !== null) yield* queue.read(context, client.id);
    }
    return Readable.from(read());
  }

  async incomingStorePacket(client: SessionClient, packet: PublishedPacket & { messageId: number }): Promise<void> {
    const context = await this.#options.places.ofClient(client.id);
    if (context !== null) await this.#incoming.put(context, sessionOf(client), packet);
  }

  /** @throws Error when there is none: that is how aedes asks. */
  async incomingGetPacket(client: SessionClient, packet: { readonly messageId: number }): Promise<RevivedPacket> {
    const context = await this.#options.places.ofClient(client.id);
    const found = context === null ? null : await this.#incoming.get(context, sessionOf(client), packet.messageId);
    if (found === null) throw new Error('no such packet');
    return found;
  }

  /** @throws Error when there is none. */
  async incomingDelPacket(client: SessionClient, packet: { readonly messageId: number }): Promise<void> {
    const context = await this.#options.places.ofClient(client.id);
    if (context === null || !(await this.#incoming.delete(context, sessionOf(client), packet.messageId))) throw new Error('no such packet');
  }

  /** aedes calls this when a clean session begins and ends; stored rows can only be there if there was another session before. */
  async cleanIncoming<C extends SessionClient>(client: C): Promise<C> {
    if (client.clean === true) this.#incoming.forget(client.id);
    else {
      const context = await this.#options.places.ofClient(client.id);
      if (context !== null) await this.#incoming.clear(context, client.id);
    }
    return client;
  }

  async putWill<C extends SessionClient>(client: C, packet: Record<string, unknown>): Promise<C> {
    const context = await this.#options.places.ofClient(client.id);
    packet['brokerId'] = this.#broker.id;
    packet['clientId'] = client.id;
    if (context !== null) await this.#wills.put(context, client.id, { brokerId: this.#broker.id, packet });
    return client;
  }

  async getWill(client: SessionClient): Promise<RevivedPacket | undefined> {
    const context = await this.#options.places.ofClient(client.id);
    return context === null ? undefined : this.#wills.get(context, client.id);
  }

  /** Never fails: aedes does not handle it, and a will that stays is published late at worst. */
  async delWill(client: SessionClient): Promise<RevivedPacket | undefined> {
    try {
      const context = await this.#options.places.ofClient(client.id);
      return context === null ? undefined : await this.#wills.take(context, client.id);
    } catch (error) {
      this.#options.log.error({ err: error }, 'a will could not be removed');
      return undefined;
    }
  }

  /** The wills whose brokers are gone, of the projects that this process has connections of. */
  streamWill(brokers: Readonly<Record<string, number>> = {}): Readable {
    const { places, isBrokerAlive } = this.#options;
    const wills = this.#wills;
    async function* read(): AsyncGenerator<RevivedPacket> {
      for (const context of places.active()) {
        for (const { brokerId, packet } of await wills.all(context)) {
          const isKnown = brokers[brokerId] !== undefined;
          if (!isKnown && !(await isBrokerAlive(context, brokerId))) yield packet;
        }
      }
    }
    return Readable.from(read());
  }

  async destroy(): Promise<void> {
    return Promise.resolve();
  }
}

function sessionOf({ id, clean }: SessionClient): Session {
  return { client: id, isClean: clean === true };
}

/** One entry per session, with the highest QoS of the filters that matched. Without a QoS: that of the message. */
function highestQos(subscriptions: readonly QueuingSubscription[]): Map<string, number> {
  const highest = new Map<string, number>();
  for (const { clientId, qos = 2 } of subscriptions) highest.set(clientId, Math.max(qos, highest.get(clientId) ?? 0));
  return highest;
}
