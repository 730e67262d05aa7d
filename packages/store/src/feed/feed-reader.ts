import type { LifecyclePart, Logger, ProjectId } from '@mainstay/kernel';
import type { ChangeStream, ChangeStreamDocument, MongoClient, ResumeToken } from 'mongodb';
import type { Lease, Leases } from '../leases.ts';
import { createPace } from './create-pace.ts';
import type { FeedEvent } from './feed-event.ts';
import type { FeedChange, FeedRows } from './feed-rows.ts';
import { toFeedChange } from './to-feed-change.ts';

const LEASE = 'feed-reader';
/** A reader that died is replaced after at most this long (reliability.md RG3: 5 s). */
const LEASE_MS = 4_000;
const RETRY_MS = 500;
const MAX_BATCH = 1_000;
/** The server waits this long for a change before it answers "none"; between two answers the lease is renewed. */
const MAX_AWAIT_MS = 1_000;
/** With nothing to store, the token is still written this often, so that it does not fall out of the oplog. */
const IDLE_TOKEN_MS = 10_000;

/** BSONObjectTooLarge: the event with its images is over 16 MB. */
const TOO_LARGE = 10_334;
/** The history that the token points into is gone, or it is none of this cluster: InvalidResumeToken, ChangeStreamFatalError, ChangeStreamHistoryLost. */
const HISTORY_LOST = new Set([260, 280, 286]);

/** What the reader needs of its surroundings. */
export interface FeedReaderOptions {
  readonly client: MongoClient;
  readonly rows: FeedRows;
  readonly leases: Leases;
  readonly databasePattern: RegExp;
  readonly projectOf: (database: string) => ProjectId | null;
  readonly publish: (events: readonly FeedEvent[]) => void;
  readonly log: Logger;
}

/** Where a batch ends, and whether its content was left out. */
interface Position {
  readonly token: ResumeToken;
  readonly isSkipped: boolean;
}

/** What the reader did so far, for metrics. */
export interface FeedReaderState {
  readonly isLeader: boolean;
  readonly events: number;
  readonly skipped: number;
  readonly lastEventAt: Date | null;
  /** How long ago the newest change of the last batch was committed when it was stored; 0 when there was nothing to store. */
  readonly lagMs: number;
  /** Changes in the last batch: at its most, more are waiting. */
  readonly backlog: number;
  /** When the token was last stored by this process. */
  readonly storedAt: Date | null;
}

/** Reads the cluster's change stream under a lease and appends every change to the feed, once and in order. */
export class FeedReader implements LifecyclePart {
  readonly name = 'feed-reader';
  readonly #options: FeedReaderOptions;
  #isStopping = false;
  #running: Promise<void> | undefined;
  #stream: ChangeStream | undefined;
  #state: FeedReaderState = { isLeader: false, events: 0, skipped: 0, lastEventAt: null, lagMs: 0, backlog: 0, storedAt: null };

  constructor(options: FeedReaderOptions) {
    this.#options = options;
  }

  get state(): FeedReaderState {
    return this.#state;
  }

  start(): Promise<void> {
    this.#running = this.#run();
    return Promise.resolve();
  }

  async stop(): Promise<void> {
    this.#isStopping = true;
    await this.#stream?.close().catch(() => undefined);
    await this.#running;
  }

  async #run(): Promise<void> {
    while (!this.#isStopping) {
      try {
        const lease = await this.#options.leases.acquire(LEASE, LEASE_MS);
        if (lease === null) await pause(RETRY_MS);
        else await this.#lead(lease);
      } catch (error) {
        if (!this.#isStopping) this.#options.log.warn({ err: error }, 'the feed reader starts again');
        await pause(RETRY_MS);
      } finally {
        this.#state = { ...this.#state, isLeader: false };
      }
    }
  }

  async #lead(lease: Lease): Promise<void> {
    this.#state = { ...this.#state, isLeader: true };
    this.#options.log.info({ epoch: lease.epoch }, 'this process reads the change feed');
    try {
      while (!this.#isStopping) await this.#readUntilBroken(lease);
    } catch (error) {
      if (HISTORY_LOST.has(codeOf(error))) await this.#announceLostHistory(lease);
      else if (codeOf(error) === TOO_LARGE) await this.#stepOver(lease);
      else throw error;
    } finally {
      if (this.#isStopping) await this.#options.leases.release(lease).catch(() => undefined);
    }
  }

  async #readUntilBroken(lease: Lease): Promise<void> {
    const stream = this.#watch(await this.#token(lease), 'whole');
    let renewedAt = Date.now();
    let storedAt = Date.now();
    const pauseAfter = createPace(storedAt);
    try {
      while (!this.#isStopping) {
        const batch = await this.#nextBatch(stream);
        if (batch.length > 0 || Date.now() - storedAt > IDLE_TOKEN_MS) {
          await this.#append(batch, lease, { token: stream.resumeToken, isSkipped: false });
          storedAt = Date.now();
          const pauseMs = pauseAfter(batch.length, storedAt);
          if (pauseMs >= 1 && batch.length < MAX_BATCH) await pause(pauseMs);
        }
        if (Date.now() - renewedAt > LEASE_MS / 4) {
          if ((await this.#options.leases.acquire(LEASE, LEASE_MS))?.epoch !== lease.epoch) throw new Error('lost the lease');
          renewedAt = Date.now();
        }
      }
    } finally {
      await stream.close().catch(() => undefined);
    }
  }

  /** A first reader has no token: it stores where it starts before it reads, so that a crash at once loses nothing. */
  async #token(lease: Lease): Promise<ResumeToken> {
    const known = await this.#options.rows.token();
    if (known !== undefined && known !== null) return known as ResumeToken;
    const stream = this.#watch(undefined, 'whole');
    try {
      await stream.tryNext();
      const token = stream.resumeToken;
      await this.#options.rows.append([], token, lease.epoch);
      return token;
    } finally {
      await stream.close();
    }
  }

  #watch(token: ResumeToken | undefined, content: 'whole' | 'bare', batchSize = MAX_BATCH): ChangeStream {
    const match = { $match: { 'ns.db': this.#options.databasePattern, operationType: { $in: ['insert', 'update', 'replace', 'delete'] } } };
    const strip = { $project: { fullDocument: 0, fullDocumentBeforeChange: 0, updateDescription: 0 } };
    const stream = this.#options.client.watch(content === 'whole' ? [match] : [match, strip], {
      maxAwaitTimeMS: MAX_AWAIT_MS,
      batchSize,
      ...(content === 'whole' ? { fullDocument: 'whenAvailable', fullDocumentBeforeChange: 'whenAvailable' } : {}),
      ...(token === undefined ? {} : { startAfter: token }),
    });
    this.#stream = stream;
    return stream;
  }

  /** Waits for a change, then takes whatever has come with it. */
  async #nextBatch(stream: ChangeStream): Promise<ChangeStreamDocument[]> {
    const first = await stream.tryNext();
    if (first === null) return [];
    const batch = [first];
    const cursor = (stream as unknown as { cursor: { bufferedCount(): number } }).cursor;
    while (batch.length < MAX_BATCH && cursor.bufferedCount() > 0) {
      const next = await stream.tryNext();
      if (next === null) break;
      batch.push(next);
    }
    return batch;
  }

  async #append(batch: readonly ChangeStreamDocument[], lease: Lease, { token, isSkipped }: Position): Promise<void> {
    const changes = batch.flatMap((event) => toFeedChange(event, this.#options.projectOf, isSkipped) ?? []);
    const newest = changes.at(-1)?.at;
    const lagMs = newest === undefined ? 0 : Math.max(0, Date.now() - newest.getTime());
    const events = await this.#options.rows.append(changes, token, lease.epoch);
    this.#state = { ...this.#state, lagMs, backlog: events.length, storedAt: new Date() };
    if (events.length === 0) return;
    this.#state = {
      ...this.#state,
      events: this.#state.events + events.length,
      skipped: this.#state.skipped + events.filter((event) => event.isSkipped).length,
      lastEventAt: events.at(-1)?.at ?? null,
    };
    this.#options.publish(events);
  }

  /**
   * An event is too large to be carried whole. Goes on one by one, because a batch fails as a whole, and takes the one that fails
   * without its content, marked.
   */
  async #stepOver(lease: Lease): Promise<void> {
    const stream = this.#watch(await this.#token(lease), 'whole', 1);
    try {
      for (let event = await stream.tryNext(); event !== null; event = await stream.tryNext())
        await this.#append([event], lease, { token: event._id, isSkipped: false });
    } catch (error) {
      if (codeOf(error) !== TOO_LARGE) throw error;
      await this.#mark(lease);
    } finally {
      await stream.close();
    }
  }

  async #mark(lease: Lease): Promise<void> {
    const stream = this.#watch(await this.#token(lease), 'bare');
    try {
      const event = await stream.tryNext();
      if (event === null) return;
      this.#options.log.warn({ namespace: 'ns' in event ? event.ns : undefined }, 'a change was too large for the feed and is only marked');
      await this.#append([event], lease, { token: event._id, isSkipped: true });
    } finally {
      await stream.close();
    }
  }

  /** The oplog no longer reaches back to the token: everybody must read afresh, and is told so in the feed. */
  async #announceLostHistory(lease: Lease): Promise<void> {
    this.#options.log.error('the change feed lost history; all readers are told to resync');
    const projects = await this.#options.rows.projects();
    const changes: FeedChange[] = projects.map((project) => ({
      project,
      type: 'resync',
      collection: '',
      id: '',
      document: null,
      previous: null,
      at: new Date(),
      isSkipped: false,
    }));
    const stream = this.#watch(undefined, 'whole');
    try {
      await stream.tryNext();
      this.#options.publish(await this.#options.rows.append(changes, stream.resumeToken, lease.epoch));
    } finally {
      await stream.close();
    }
  }
}

function codeOf(error: unknown): number {
  return typeof error === 'object' && error !== null ? Number((error as { code?: unknown }).code) : NaN;
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
