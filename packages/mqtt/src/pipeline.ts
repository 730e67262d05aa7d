import type { Clock, Logger, ProjectId } from '@mainstay/kernel';
import { limitExceeded, LruCache, Problem } from '@mainstay/kernel';
import type { PublishPacket } from 'aedes';
import type { AedesClient } from './aedes-client.ts';
import type { Usage } from '@mainstay/store';
import type { BrokerMetrics } from './broker-metrics.ts';
import type { Connection } from './connection/connection.ts';
import type { Connections } from './connection/connections.ts';
import { topicForbidden } from './mqtt.problems.ts';
import type { PublishedPacket, SessionPersistence } from './sessions/session-persistence.ts';
import type { ProjectPlaces } from './sessions/session-places.ts';
import { TokenBucket } from './token-bucket.ts';
import type { PacketRewriter } from './topics/rewrite-packets.ts';

/** What a message's way through the broker needs. */
export interface PipelineOptions {
  readonly connections: Connections;
  readonly places: ProjectPlaces;
  readonly rewriter: PacketRewriter;
  readonly persistence: SessionPersistence;
  /** Gives a message that is stored before it is sent its number. */
  readonly numberOf: () => { readonly brokerId: string; readonly brokerCounter: number };
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics: BrokerMetrics;
  readonly usage: Usage;
}

/** A project that sends too fast is slowed down by leaving its sockets unread; beyond this it is refused. */
const MAX_WAIT_MS = 10_000;
/** However much other brokers take in, this part of the limit is this one's. */
const OWN_SHARE = 0.05;
const MAX_BUCKETS = 10_000;
const BUCKET_AGE_MS = 10 * 60_000;

/**
 * A PUBLISH between its arrival and its acknowledgement: namespace, rate, then the row of the dialect that handles it.
 * aedes writes PUBACK before it processes a message, so all of this runs in the hook before that.
 */
export class Pipeline {
  readonly #options: PipelineOptions;
  readonly #buckets = new LruCache<TokenBucket>({ maxEntries: MAX_BUCKETS, maxAgeMs: BUCKET_AGE_MS });
  readonly #handled = new WeakSet<object>();
  readonly #stored = new WeakSet<object>();
  #underWay = 0;
  #idle: (() => void)[] = [];

  constructor(options: PipelineOptions) {
    this.#options = options;
  }

  /** Whether a row of a dialect took the message: there is nothing to send on. */
  wasHandled(packet: object): boolean {
    return this.#handled.has(packet);
  }

  /** Whether the message is retained and queued already, so that it only needs to be sent to who is there. */
  wasStored(packet: object): boolean {
    return this.#stored.has(packet);
  }

  /** Resolves when no message is between arrival and acknowledgement. */
  async drained(): Promise<void> {
    if (this.#underWay > 0) await new Promise<void>((resolve) => this.#idle.push(resolve));
  }

  /** Handles a message. When it is fulfilled, the message is stored and may be acknowledged. */
  async publish(client: AedesClient | null, packet: PublishPacket): Promise<void> {
    const { connections, rewriter, log, metrics } = this.#options;
    const connection = connections.get(client);
    const known = rewriter.publishOf(packet);
    // The will of a broker that died was checked when its client connected there; a client cannot send such a packet.
    if (known === undefined && 'brokerId' in packet) return;
    if (connection === undefined) throw topicForbidden({ topic: packet.topic });
    this.#underWay += 1;
    try {
      const { wire = '', target = null } = known ?? {};
      if (target === null) throw topicForbidden({ topic: wire });
      await this.#pace(connection);
      if (target.row?.publish === undefined) await this.store(packet);
      else {
        this.#handled.add(packet);
        await target.row.publish(connection.context, {
          topic: wire,
          levels: target.levels,
          payload: toBuffer(packet.payload),
          qos: packet.qos,
          isRepeat: packet.dup,
          messageId: packet.messageId,
          clientId: connection.clientId,
          receivedAt: this.#options.clock.now(),
        });
      }
      metrics.message('in');
    } catch (error) {
      metrics.refused(error instanceof Problem ? error.code : 'internal_error');
      logRefusal(connection.context.log ?? log, packet, error);
      throw error;
    } finally {
      this.#underWay -= 1;
      if (this.#underWay === 0) for (const resolve of this.#idle.splice(0)) resolve();
    }
  }

  /** Retains and queues a QoS 1 message, before PUBACK; aedes would do it after. It stores QoS 2 before PUBREC by itself. */
  async store(packet: PublishPacket): Promise<void> {
    if (packet.qos !== 1) return;
    const { persistence } = this.#options;
    Object.assign(packet, this.#options.numberOf());
    const numbered = packet as PublishedPacket;
    if (packet.retain) await persistence.storeRetained(numbered);
    const waiting = await persistence.subscriptionsByTopic(packet.topic);
    await persistence.outgoingEnqueueCombi(waiting, numbered);
    this.#stored.add(packet);
  }

  async #pace({ context }: Connection): Promise<void> {
    const { messagesPerSecond } = (this.#options.places.projectOf(context.project.id) ?? context.project).limits;
    const { usage } = this.#options;
    const { id } = context.project;
    usage.note(id, 'messages');
    const left = Math.max(messagesPerSecond * OWN_SHARE, messagesPerSecond - usage.othersPerSecond(id, 'messages'));
    const waitMs = this.#bucketOf(id, left).take();
    if (waitMs === 0) return;
    if (waitMs > MAX_WAIT_MS) throw limitExceeded({ limit: 'messages per second', allowed: messagesPerSecond });
    await new Promise((resolve) => setTimeout(resolve, waitMs));
  }

  #bucketOf(project: ProjectId, perSecond: number): TokenBucket {
    const known = this.#buckets.get(project);
    if (known !== undefined) {
      known.resize(perSecond);
      return known;
    }
    const bucket = new TokenBucket(perSecond, this.#options.clock);
    this.#buckets.set(project, bucket);
    return bucket;
  }
}

function toBuffer(payload: Buffer | string): Buffer {
  return typeof payload === 'string' ? Buffer.from(payload) : payload;
}

function logRefusal(log: Logger, packet: PublishPacket, error: unknown): void {
  const about = { topic: packet.topic, qos: packet.qos };
  if (error instanceof Problem && error.status < 500) {
    log.info({ ...about, code: error.code, issues: error.issues, detail: error.message }, 'MQTT message refused');
  } else log.error({ ...about, err: error }, 'MQTT message failed');
}
