import type { Logger, ProjectContext, ProjectId } from '@mainstay/kernel';
import { createId, isProjectId } from '@mainstay/kernel';
import type { Redis } from 'ioredis';
import { readFeedMessage, writeFeedMessage } from './feed-message.ts';
import type { FeedEvent } from './feed-event.ts';
import type { FeedRows, FeedScan, FeedStatus, FeedStretch } from './feed-rows.ts';

/** Without news through Redis, a tail looks into the feed this often. */
const POLL_MS = 1_000;
const READ_LIMIT = 500;
/** A message with more bytes than this is sent as a mere hint; tails then read the feed itself. */
const MAX_MESSAGE_BYTES = 1_048_576;

/** Hears the events of one project in order, without gaps, until it is closed. */
export interface FeedTail {
  close(): void;
}

interface OpenTail {
  readonly project: ProjectId;
  sequence: number;
  readonly onEvents: (events: readonly FeedEvent[]) => void;
  queue: Promise<void>;
  isOpen: boolean;
}

/**
 * The committed changes of each project, in order. Reading goes to the store; tails are woken through Redis and catch
 * up from the store, so a lost message costs at most a second.
 */
export class ChangeFeed {
  readonly #rows: FeedRows;
  readonly #publisher: Redis;
  readonly #subscriber: Redis;
  readonly #prefix: string;
  readonly #log: Logger;
  readonly #tails = new Map<ProjectId, Set<OpenTail>>();
  /** Tells the messages of this process from those of others. */
  readonly #self = createId();
  /** Projects that another process hears as well, as of the last message. */
  readonly #heard = new Set<ProjectId>();
  #poll: NodeJS.Timeout | undefined;

  constructor(options: { rows: FeedRows; publisher: Redis; subscriber: Redis; prefix: string; log: Logger }) {
    this.#rows = options.rows;
    this.#publisher = options.publisher;
    this.#subscriber = options.subscriber;
    this.#prefix = options.prefix;
    this.#log = options.log;
    this.#subscriber.on('messageBuffer', (channel: Buffer, payload: Buffer) => this.#receive(String(channel), payload));
  }

  /** Up to `limit` events of the project after a sequence, oldest first. */
  read(context: ProjectContext, after: number, limit: number): Promise<FeedEvent[]> {
    return this.#rows.read(context.project.id, after, limit);
  }

  /** The events of some collections in a stretch of the feed. */
  scan(context: ProjectContext, stretch: FeedStretch): Promise<FeedScan> {
    return this.#rows.scan(context.project.id, stretch);
  }

  /** The project's newest sequence; 0 when nothing ever changed. */
  head(context: ProjectContext): Promise<number> {
    return this.#rows.head(context.project.id);
  }

  /** How the feed is, for operators. */
  status(): Promise<FeedStatus> {
    return this.#rows.status();
  }

  /** Hears every event of the project after `sequence`, in order and without gaps. */
  tail(context: ProjectContext, sequence: number, onEvents: (events: readonly FeedEvent[]) => void): FeedTail {
    const { id } = context.project;
    const tail: OpenTail = { project: id, sequence, onEvents, queue: Promise.resolve(), isOpen: true };
    const tails = this.#tails.get(id) ?? new Set();
    if (tails.size === 0) void this.#subscriber.subscribe(this.#channel(id)).catch(() => undefined);
    tails.add(tail);
    this.#tails.set(id, tails);
    this.#poll ??= setInterval(() => this.#wakeAll(), POLL_MS).unref();
    this.#catchUp(tail);
    return { close: () => this.#close(tail) };
  }

  /** Called by the reader after it stored events: wakes the tails of this process and of all others. */
  publish(events: readonly FeedEvent[]): void {
    const byProject = groupByProject(events);
    for (const [project, own] of byProject) {
      this.#offer(project, own);
      if (this.#publisher.status !== 'ready') continue;
      void this.#tell(project, own).catch(() => undefined);
    }
  }

  /** Tells other processes. As long as there are none, only that there is something: the first one to come looks for itself. */
  async #tell(project: ProjectId, events: readonly FeedEvent[]): Promise<void> {
    const message = writeFeedMessage({ sender: this.#self, events: this.#heard.has(project) ? events : [] }, MAX_MESSAGE_BYTES);
    const hearers = await this.#publisher.publish(this.#channel(project), message);
    if (hearers > (this.#tails.has(project) ? 1 : 0)) this.#heard.add(project);
    else this.#heard.delete(project);
  }

  /** Ends every tail. */
  close(): void {
    clearInterval(this.#poll);
    for (const tails of this.#tails.values()) for (const tail of tails) tail.isOpen = false;
    this.#tails.clear();
  }

  #channel(project: ProjectId): string {
    return `${this.#prefix}p:${project}:feed`;
  }

  #receive(channel: string, payload: Buffer): void {
    const [, project = '', kind] = channel.slice(this.#prefix.length).split(':');
    if (kind !== 'feed' || !isProjectId(project)) return;
    const message = readFeedMessage(payload, this.#self);
    if (message !== null) this.#offer(project, message.events);
  }

  /** Hands the events on where they follow without a gap; otherwise the tail reads what it lacks. */
  #offer(project: ProjectId, events: readonly FeedEvent[]): void {
    for (const tail of this.#tails.get(project) ?? []) {
      const fresh = events.filter(({ sequence }) => sequence > tail.sequence);
      const first = fresh[0];
      if (events.length === 0 || (first !== undefined && first.sequence !== tail.sequence + 1)) this.#catchUp(tail);
      else if (first !== undefined) this.#deliver(tail, fresh);
    }
  }

  #deliver(tail: OpenTail, events: readonly FeedEvent[]): void {
    const last = events.at(-1);
    if (last === undefined || !tail.isOpen) return;
    tail.sequence = last.sequence;
    tail.onEvents(events);
  }

  #catchUp(tail: OpenTail): void {
    tail.queue = tail.queue
      .then(async () => {
        for (;;) {
          if (!tail.isOpen) return;
          const before = tail.sequence;
          const events = await this.#rows.read(tail.project, before, READ_LIMIT);
          this.#deliver(
            tail,
            events.filter(({ sequence }) => sequence > tail.sequence),
          );
          if (events.length < READ_LIMIT) return;
        }
      })
      .catch((error: unknown) => this.#log.warn({ err: error, project: tail.project }, 'a feed tail could not catch up yet'));
  }

  /** Redis may have dropped a message: everybody looks once a second, one small indexed read per watched project. */
  #wakeAll(): void {
    for (const tails of this.#tails.values()) for (const tail of tails) this.#catchUp(tail);
  }

  #close(tail: OpenTail): void {
    tail.isOpen = false;
    const tails = this.#tails.get(tail.project);
    tails?.delete(tail);
    if (tails === undefined || tails.size > 0) return;
    this.#tails.delete(tail.project);
    void this.#subscriber.unsubscribe(this.#channel(tail.project)).catch(() => undefined);
  }
}

function groupByProject(events: readonly FeedEvent[]): Map<ProjectId, FeedEvent[]> {
  const groups = new Map<ProjectId, FeedEvent[]>();
  for (const event of events) {
    const group = groups.get(event.project);
    if (group === undefined) groups.set(event.project, [event]);
    else group.push(event);
  }
  return groups;
}
