import type { ProjectId } from '@mainstay/kernel';
import type { ClientSession, Collection, Db, MongoClient } from 'mongodb';
import { BSON } from 'mongodb';
import { reading } from '../write-errors.ts';
import type { FeedEvent } from './feed-event.ts';

/** A feed event as stored: `_id` is `<project>:<sequence in 12 digits>`, so that a range of ids is a range of sequences. */
export type FeedRow = Omit<FeedEvent, 'project' | 'sequence'> & { readonly _id: string; readonly p: ProjectId };

/** A change before it has its sequence. */
export type FeedChange = Omit<FeedEvent, 'sequence'>;

interface StateRow {
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

interface HeadRow {
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

const SEQUENCE_DIGITS = 12;
const SCAN_BATCH = 250;
/** IndexOptionsConflict: the index is there, with another retention. */
const OTHER_OPTIONS = 85;
const SECONDS_PER_DAY = 86_400;
const DUPLICATE_KEY = 11_000;
const MAX_KNOWN_HEADS = 100_000;

/** Where the feed is kept in the cell: the events, each project's newest sequence, and the resume token. */
export class FeedRows {
  readonly #client: MongoClient;
  readonly #database: Db;
  readonly #events: Collection<FeedRow>;
  readonly #heads: Collection<HeadRow>;
  readonly #state: Collection<StateRow>;
  /** What this reader knows of the heads, as long as it has this epoch. */
  #known: { readonly epoch: number; readonly heads: Map<ProjectId, number> } = { epoch: 0, heads: new Map() };

  constructor(client: MongoClient, cellDatabase: Db) {
    this.#client = client;
    this.#database = cellDatabase;
    this.#events = cellDatabase.collection<FeedRow>('feed');
    this.#heads = cellDatabase.collection<HeadRow>('feedHeads');
    this.#state = cellDatabase.collection<StateRow>('feedState');
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
    const range = { $gt: rowId(project, after), $lte: rowId(project, 10 ** SEQUENCE_DIGITS - 1) };
    const rows = await reading(() => this.#events.find({ _id: range, p: project }, { sort: { _id: 1 }, limit }).toArray());
    return rows.map(eventOf);
  }

  /** The events of some collections in a stretch of the feed, and news of lost history. */
  async scan(project: ProjectId, { collections, after, until, limit, maxBytes }: FeedStretch): Promise<FeedScan> {
    const events: FeedEvent[] = [];
    let bytes = 0;
    await reading(async () => {
      const range = { $gt: rowId(project, after), $lte: rowId(project, until) };
      const filter = { _id: range, p: project, collection: { $in: [...collections, ''] } };
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
    const row = await reading(() => this.#heads.findOne({ _id: project }));
    return row?.sequence ?? 0;
  }

  /** The newest sequence is forgotten with the project; its events are deleted like any pooled row. */
  async forget(project: ProjectId): Promise<void> {
    await this.#heads.deleteOne({ _id: project });
  }

  /** Where the last reader stopped. */
  async token(): Promise<unknown> {
    return (await this.#state.findOne({ _id: 'feed' }))?.token;
  }

  /** Where the first reader of this installation begins: what is written from now on is in the feed, whenever a reader comes. */
  async #begin(): Promise<void> {
    if ((await this.token()) !== undefined) return;
    const stream = this.#client.watch([], { maxAwaitTimeMS: 1 });
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

  /** All projects that ever had a change: they must hear of lost history. */
  async projects(): Promise<ProjectId[]> {
    return (await this.#heads.find({}, { projection: { _id: 1 } }).toArray()).map(({ _id }) => _id);
  }

  /**
   * Gives the changes their sequences and stores them together with the resume token, in one transaction:
   * a crash neither skips nor renumbers. A reader whose lease went to a younger one (higher epoch) is refused.
   * @throws Error `fenced` then.
   */
  async append(changes: readonly FeedChange[], token: unknown, epoch: number): Promise<FeedEvent[]> {
    if (this.#known.epoch !== epoch) this.#known = { epoch, heads: new Map() };
    const { heads } = this.#known;
    try {
      const events = await this.#client.withSession((session) =>
        session.withTransaction(async () => {
          await this.#claim(token, epoch, session);
          if (changes.length === 0) return [];
          const projects = [...new Set(changes.map(({ project }) => project))];
          const next = await this.#headsOf(projects, session);
          const numbered = changes.map((change) => {
            const sequence = (next.get(change.project) ?? 0) + 1;
            next.set(change.project, sequence);
            return { ...change, sequence };
          });
          await this.#heads.bulkWrite(
            projects.map((_id) => ({ updateOne: { filter: { _id }, update: { $set: { sequence: next.get(_id) ?? 0 } }, upsert: true } })),
            { session, ordered: false },
          );
          await this.#events.insertMany(numbered.map(rowOf), { session, ordered: false });
          return numbered;
        }),
      );
      if (heads.size > MAX_KNOWN_HEADS) heads.clear();
      for (const { project, sequence } of events) heads.set(project, sequence);
      return events;
    } catch (error) {
      // Whether it was stored is not known: the next one asks.
      this.#known = { epoch: 0, heads: new Map() };
      throw error;
    }
  }

  /** Moves the token on, unless a younger reader has it: its row is not found then, and can't be made a second time. @throws Error `fenced` */
  async #claim(token: unknown, epoch: number, session: ClientSession): Promise<void> {
    const update = { $set: { token, epoch, at: new Date() } };
    try {
      await this.#state.updateOne({ _id: 'feed', epoch: { $lte: epoch } }, update, { upsert: true, session });
    } catch (error) {
      throw (error as { code?: unknown }).code === DUPLICATE_KEY ? new Error('fenced', { cause: error }) : error;
    }
  }

  /** The newest sequences of these projects: those that this reader gave itself it knows, as long as nobody else may. */
  async #headsOf(projects: readonly ProjectId[], session: ClientSession): Promise<Map<ProjectId, number>> {
    const { heads } = this.#known;
    const unknown = projects.filter((project) => !heads.has(project));
    const found = unknown.length === 0 ? [] : await this.#heads.find({ _id: { $in: unknown } }, { session }).toArray();
    const known = projects.flatMap((project) => (heads.has(project) ? [[project, heads.get(project) ?? 0] as const] : []));
    return new Map([...known, ...found.map(({ _id, sequence }) => [_id, sequence] as const)]);
  }
}

function rowId(project: ProjectId, sequence: number): string {
  return `${project}:${String(sequence).padStart(SEQUENCE_DIGITS, '0')}`;
}

function eventOf({ _id, p, ...event }: FeedRow): FeedEvent {
  return { ...event, project: p, sequence: Number(_id.slice(-SEQUENCE_DIGITS)) };
}

function rowOf({ project, sequence, ...event }: FeedEvent): FeedRow {
  return { _id: rowId(project, sequence), p: project, ...event };
}
