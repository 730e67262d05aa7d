import type { Logger, ProjectContext, ProjectId } from '@mainstay/kernel';
import { createId, isProjectId } from '@mainstay/kernel';
import type { Redis } from 'ioredis';

/** Something that happened in a project, for whoever watches it now. Missing one costs freshness only. */
export interface Announcement {
  readonly topic: string;
  readonly type: string;
  readonly data: unknown;
}

type InvalidationListener = (key: string) => void;
type MessageListener = (project: ProjectId, payload: Buffer) => void;

/** The channel of domain announcements. */
const ANNOUNCE = 'announce';

/**
 * News between processes through Redis pub/sub: at most once, never relied on. This process's own listeners are called
 * at once and do not depend on Redis.
 */
export class Signals {
  readonly #publisher: Redis;
  readonly #subscriber: Redis;
  readonly #prefix: string;
  readonly #log: Logger;
  /** Messages of this process come back through Redis; they carry this mark and are dropped. */
  readonly #origin = createId();
  readonly #invalidations = new Map<string, InvalidationListener[]>();
  readonly #messages = new Map<string, Set<MessageListener>>();

  constructor(options: { publisher: Redis; subscriber: Redis; prefix: string; log: Logger }) {
    this.#publisher = options.publisher;
    this.#subscriber = options.subscriber;
    this.#prefix = options.prefix;
    this.#log = options.log;
  }

  /** Subscribes to what every process needs. A Redis that is away is subscribed when it comes back. */
  start(): void {
    this.#subscriber.on('messageBuffer', (channel: Buffer, payload: Buffer) => this.#receiveInvalidation(String(channel), payload));
    this.#subscriber.on('pmessageBuffer', (_pattern: Buffer, channel: Buffer, payload: Buffer) =>
      this.#receiveMessage(String(channel), payload),
    );
    void this.#subscriber
      .subscribe(`${this.#prefix}invalidate`)
      .catch((error: unknown) => this.#log.warn({ err: error }, 'cannot subscribe'));
  }

  /** Tells every process to forget `key` of the cache called `topic`. Keys start with the project where there is one. */
  invalidate(topic: string, key: string): void {
    for (const listener of this.#invalidations.get(topic) ?? []) listener(key);
    this.#send(`${this.#prefix}invalidate`, Buffer.from(JSON.stringify({ origin: this.#origin, topic, key })));
  }

  onInvalidate(topic: string, listener: InvalidationListener): void {
    this.#invalidations.set(topic, [...(this.#invalidations.get(topic) ?? []), listener]);
  }

  /** Tells whoever watches the project what happened. */
  announce(context: ProjectContext, announcement: Announcement): void {
    this.publish(context, ANNOUNCE, Buffer.from(JSON.stringify(announcement)));
  }

  /** @returns the function that ends the subscription. */
  onAnnounce(listener: (project: ProjectId, announcement: Announcement) => void): () => void {
    return this.onMessage(ANNOUNCE, (project, payload) => listener(project, JSON.parse(payload.toString()) as Announcement));
  }

  /** Sends bytes on a channel of the project to every process, this one included. */
  publish(context: ProjectContext, channel: string, payload: Buffer): void {
    const { id } = context.project;
    for (const listener of this.#messages.get(channel) ?? []) listener(id, payload);
    this.#send(`${this.#prefix}p:${id}:${channel}`, Buffer.concat([Buffer.from(this.#origin), payload]));
  }

  /** Hears a channel of every project. @returns the function that ends it. */
  onMessage(channel: string, listener: MessageListener): () => void {
    const listeners = this.#messages.get(channel) ?? new Set();
    if (listeners.size === 0) this.#subscribe(channel);
    listeners.add(listener);
    this.#messages.set(channel, listeners);
    return () => listeners.delete(listener);
  }

  #subscribe(channel: string): void {
    void this.#subscriber
      .psubscribe(`${this.#prefix}p:*:${channel}`)
      .catch((error: unknown) => this.#log.warn({ err: error }, 'cannot subscribe'));
  }

  #send(channel: string, payload: Buffer): void {
    if (this.#publisher.status !== 'ready') return;
    void this.#publisher.publish(channel, payload).catch(() => undefined);
  }

  #receiveInvalidation(channel: string, payload: Buffer): void {
    if (channel !== `${this.#prefix}invalidate`) return;
    const { origin, topic, key } = JSON.parse(payload.toString()) as { origin: string; topic: string; key: string };
    if (origin === this.#origin) return;
    for (const listener of this.#invalidations.get(topic) ?? []) listener(key);
  }

  #receiveMessage(channel: string, payload: Buffer): void {
    if (payload.subarray(0, this.#origin.length).toString() === this.#origin) return;
    const [project = '', ...rest] = channel.slice(`${this.#prefix}p:`.length).split(':');
    if (!isProjectId(project)) return;
    for (const listener of this.#messages.get(rest.join(':')) ?? []) listener(project, payload.subarray(this.#origin.length));
  }
}
