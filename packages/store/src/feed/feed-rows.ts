import type { ProjectId } from '@mainstay/kernel';
import type { Collection, Db, MongoClient } from 'mongodb';
import { BSON } from 'mongodb';
import { reading } from '../write-errors.ts';
import type { FeedEvent } from './feed-event.ts';
import type { FeedRow } from './feed-row.ts';
import { eventOf, rowId, rowRange, sequenceOf } from './feed-row.ts';

/** Up to which place in the change stream everything is stored, at least. */
export interface FeedStateRow {
  readonly _id: 'feed';
  readonly token: unknown;
  readonly epoch: number;
  /** When it was stored. */
  readonly at?: Date;
}

/** How the feed is. */
export interface FeedStatus {
  /** Seconds since a reader last stored where it is; null when none ever has. More than some tens mean that no reader runs. */
  readonly tokenAgeSeconds: number | null;
  /** How many seconds back the oldest event lies that is still held; null when there is none. */
  readonly historySeconds: number | null;
}

/** A project's newest sequence, or that of some time ago: while its events are held, they know better. */
export interface FeedHeadRow {
  readonly _id: ProjectId;
  readonly sequence: number;
}

/** What to look for in the feed: events of these collections after one sequence, up to another. */
export interface FeedStretch {
  readonly collections: readonly string[];
  readonly after: number;
  readonly until: number;
  readonly limit: number;
  /** No more is read once the events have this many bytes. */
  readonly maxBytes: number;
}

/** What was found, oldest first, and up to which sequence nothing is missing. */
export interface FeedScan {
  readonly events: readonly FeedEvent[];
  readonly reached: number;
  /** False when the feed no longer holds all of the stretch. */
  readonly isWhole: boolean;
}

const SCAN_BATCH = 250;
/** IndexOptionsConflict: the index is there, with another retention. */
const OTHER_OPTIONS = 85;
const SECONDS_PER_DAY = 86_400;

/** Where the feed is kept in the cell: the events, each project's newest sequence, and the resume token. */
export class FeedRows {
  readonly #client: MongoClient;
  readonly #database: Db;
  readonly #events: Collection<FeedRow>;
  readonly #heads: Collection<FeedHeadRow>;
  readonly #state: Collection<FeedStateRow>;

  constructor(client: MongoClient, cellDatabase: Db) {
    this.#client = client;
    this.#database = cellDatabase;
    this.#events = cellDatabase.collection<FeedRow>('feed');
    this.#heads = cellDatabase.collection<FeedHeadRow>('feedHeads');
    this.#state = cellDatabase.collection<FeedStateRow>('feedState');
  }

  /** Makes what the feed needs. Events older than the retention are deleted; another retention counts from the next start on. */
  async prepare(retentionDays: number): Promise<void> {
    const expireAfterSeconds = retentionDays * SECONDS_PER_DAY;
    try {
      await this.#events.createIndex({ at: 1 }, { expireAfterSeconds });
    } catch (error) {
      if ((error as { code?: unknown }).code !== OTHER_OPTIONS) throw error;
      const index = { keyPattern: { at: 1 }, expireAfterSeconds };
      await this.#database.command({ collMod: this.#events.collectionName, index });
    }
    await this.#begin();
  }

  /** The events of one project after a sequence, oldest first. */
  async read(project: ProjectId, after: number, limit: number): Promise<FeedEvent[]> {
    const rows = await reading(() =>
      this.#events.find({ _id: rowRange(project, after), p: project }, { sort: { _id: 1 }, limit }).toArray(),
    );
    return rows.map(eventOf);
  }

  /** The events of some collections in a stretch of the feed, and news of lost history. */
  async scan(project: ProjectId, { collections, after, until, limit, maxBytes }: FeedStretch): Promise<FeedScan> {
    const events: FeedEvent[] = [];
    let bytes = 0;
    await reading(async () => {
      const filter = { _id: rowRange(project, after, until), p: project, collection: { $in: [...collections, ''] } };
      const cursor = this.#events.find(filter, { sort: { _id: 1 }, limit, batchSize: SCAN_BATCH, raw: true });
      try {
        for await (const row of cursor as unknown as AsyncIterable<Buffer>) {
          events.push(eventOf(BSON.deserialize(row) as FeedRow));
          bytes += row.length;
          if (bytes >= maxBytes) break;
        }
      } finally {
        await cursor.close();
      }
    });
    const isCut = events.length === limit || bytes >= maxBytes;
    // Asked last: the oldest events go first, so that what follows one that is still there was there as well.
    const isWhole = until <= after || (await this.#events.countDocuments({ _id: rowId(project, after + 1), p: project }, { limit: 1 })) > 0;
    return { events, reached: isCut ? (events.at(-1)?.sequence ?? until) : until, isWhole };
  }

  /** The newest sequence of a project; 0 when nothing ever changed. */
  async head(project: ProjectId): Promise<number> {
    const newest = { sort: { _id: -1 }, projection: { _id: 1 } } as const;
    const row = await reading(() => this.#events.findOne({ _id: rowRange(project, 0), p: project }, newest));
    if (row !== null) return sequenceOf(row);
    return (await reading(() => this.#heads.findOne({ _id: project })))?.sequence ?? 0;
  }

  /** The newest sequence is forgotten with the project; its events are deleted like any pooled row. */
  async forget(project: ProjectId): Promise<void> {
    await this.#heads.deleteOne({ _id: project });
  }

  /** Where the first reader of this installation begins: what is written from now on is in the feed, whenever a reader comes. */
  async #begin(): Promise<void> {
    if ((await this.#state.findOne({ _id: 'feed' }))?.token !== undefined) return;
    // No event fits: the token of one that the reader does not ask for would be unknown to it.
    const stream = this.#client.watch([{ $match: { operationType: 'none' } }], { maxAwaitTimeMS: 1 });
    try {
      await stream.tryNext();
      const first = { $setOnInsert: { token: stream.resumeToken, epoch: 0 } };
      await this.#state.updateOne({ _id: 'feed' }, first, { upsert: true, writeConcern: { w: 'majority' } });
    } finally {
      await stream.close();
    }
  }

  /** How the feed is, over all projects. */
  async status(): Promise<FeedStatus> {
    const [state, oldest] = await reading(() =>
      Promise.all([this.#state.findOne({ _id: 'feed' }), this.#events.findOne({}, { sort: { at: 1 }, projection: { at: 1 } })]),
    );
    const secondsSince = (at: Date | undefined): number | null =>
      at === undefined ? null : Math.round((Date.now() - at.getTime()) / 1_000);
    return { tokenAgeSeconds: secondsSince(state?.at), historySeconds: secondsSince(oldest?.at) };
  }
}
