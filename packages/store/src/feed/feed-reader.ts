import type { LifecyclePart, Logger, ProjectId } from '@mainstay/kernel';
import type { ChangeStream, ChangeStreamDocument, MongoClient, ResumeToken } from 'mongodb';
import type { Lease, Leases } from '../leases.ts';
import { createPace } from './create-pace.ts';
import type { FeedEvent } from './feed-event.ts';
import type { FeedChange, FeedWriter } from './feed-writer.ts';
import { toFeedChange } from './to-feed-change.ts';

const LEASE = 'feed-reader';
/** A reader that died is replaced after at most this long (reliability.md RG3: 5 s). */
const LEASE_MS = 4_000;
const RETRY_MS = 500;
const MAX_BATCH = 1_000;
/** The server waits this long for a change before it answers "none"; between two answers the lease is renewed. */
const MAX_AWAIT_MS = 1_000;
/** How often the token is stored. After a crash this much is read once more, and found to be stored. */
const SAVE_MS = 1_000;
/** With nothing to store, the token is still written this often, so that it does not fall out of the oplog. */
const IDLE_TOKEN_MS = 10_000;

/** BSONObjectTooLarge: the event with its images is over 16 MB. */
const TOO_LARGE = 10_334;
/** The history that the token points into is gone, or it is none of this cluster: InvalidResumeToken, ChangeStreamFatalError, ChangeStreamHistoryLost. */
const HISTORY_LOST = new Set([260, 280, 286]);

/** What the reader needs of its surroundings. */
export interface FeedReaderOptions {
  readonly client: MongoClient;
  readonly writer: FeedWriter;
  readonly leases: Leases;
  readonly databasePattern: RegExp;
  readonly projectOf: (database: string) => ProjectId | null;
  readonly publish: (events: readonly FeedEvent[]) => void;
  readonly log: Logger;
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
    const { writer } = this.#options;
    writer.reset();
    let token = await this.#token(lease);
    const stream = this.#watch(token, 'whole');
    const pauseAfter = createPace(Date.now());
    let renewedAt = Date.now();
    let savedAt = Date.now();
    try {
      while (!this.#isStopping) {
        const batch = await this.#nextBatch(stream);
        if (batch.length > 0) await this.#append(batch);
        token = stream.resumeToken;
        if (Date.now() - savedAt > (writer.isUnsaved ? SAVE_MS : IDLE_TOKEN_MS)) {
          await this.#save(token, lease);
          savedAt = Date.now();
        }
        const pauseMs = batch.length > 0 ? pauseAfter(batch.length, Date.now()) : 0;
        if (pauseMs >= 1 && batch.length < MAX_BATCH) await pause(pauseMs);
        if (Date.now() - renewedAt > LEASE_MS / 4) {
          if ((await this.#options.leases.acquire(LEASE, LEASE_MS))?.epoch !== lease.epoch) throw new Error('lost the lease');
          renewedAt = Date.now();
        }
      }
    } finally {
      await stream.close().catch(() => undefined);
      if (this.#isStopping && writer.isUnsaved) await this.#save(token, lease).catch(() => undefined);
    }
  }

  /** A first reader has no token: it stores where it starts before it reads, so that a crash at once loses nothing. */
  async #token(lease: Lease): Promise<ResumeToken> {
    const known = await this.#options.writer.token();
    if (known !== undefined && known !== null) return known as ResumeToken;
    const stream = this.#watch(undefined, 'whole');
    try {
      await stream.tryNext();
      const token = stream.resumeToken;
      await this.#save(token, lease);
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

  async #append(batch: readonly ChangeStreamDocument[], isSkipped = false): Promise<void> {
    const changes = batch.flatMap((event) => toFeedChange(event, this.#options.projectOf, isSkipped) ?? []);
    const newest = changes.at(-1)?.at;
    if (newest === undefined) return;
    const lagMs = Math.max(0, Date.now() - newest.getTime());
    const events = await this.#options.writer.append(changes);
    this.#state = {
      ...this.#state,
      lagMs,
      backlog: changes.length,
      events: this.#state.events + events.length,
      skipped: this.#state.skipped + events.filter((event) => event.isSkipped).length,
      lastEventAt: newest,
    };
    if (events.length > 0) this.#options.publish(events);
  }

  async #save(token: ResumeToken, lease: Lease): Promise<void> {
    await this.#options.writer.save(token, lease.epoch);
    this.#state = { ...this.#state, storedAt: new Date() };
  }

  /**
   * An event is too large to be carried whole. Goes on one by one, because a batch fails as a whole, and takes the one that fails
   * without its content, marked.
   */
  async #stepOver(lease: Lease): Promise<void> {
    const stream = this.#watch(await this.#token(lease), 'whole', 1);
    try {
      for (let event = await stream.tryNext(); event !== null; event = await stream.tryNext()) {
        await this.#append([event]);
        await this.#save(event._id, lease);
      }
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
      await this.#append([event], true);
      await this.#save(event._id, lease);
    } finally {
      await stream.close();
    }
  }

  /** The oplog no longer reaches back to the token: everybody must read afresh, and is told so in the feed. */
  async #announceLostHistory(lease: Lease): Promise<void> {
    this.#options.log.error('the change feed lost history; all readers are told to resync');
    const projects = await this.#options.writer.projects();
    const changes: FeedChange[] = projects.map((project) => ({
      project,
      type: 'resync',
      collection: '',
      id: '',
      document: null,
      previous: null,
      at: new Date(),
      isSkipped: false,
      place: null,
    }));
    const stream = this.#watch(undefined, 'whole');
    try {
      await stream.tryNext();
      const events = await this.#options.writer.append(changes);
      await this.#save(stream.resumeToken, lease);
      this.#options.publish(events);
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
