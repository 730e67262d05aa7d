import type { ProjectId } from '@mainstay/kernel';
import type { Collection, Db, MongoClient } from 'mongodb';
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
}

interface HeadRow {
  readonly _id: ProjectId;
  readonly sequence: number;
}

const SEQUENCE_DIGITS = 12;
const SECONDS_PER_DAY = 86_400;

/** Where the feed is kept in the cell: the events, each project's newest sequence, and the resume token. */
export class FeedRows {
  readonly #client: MongoClient;
  readonly #events: Collection<FeedRow>;
  readonly #heads: Collection<HeadRow>;
  readonly #state: Collection<StateRow>;

  constructor(client: MongoClient, cellDatabase: Db) {
    this.#client = client;
    this.#events = cellDatabase.collection<FeedRow>('feed');
    this.#heads = cellDatabase.collection<HeadRow>('feedHeads');
    this.#state = cellDatabase.collection<StateRow>('feedState');
  }

  async prepare(retentionDays: number): Promise<void> {
    await this.#events.createIndex({ at: 1 }, { expireAfterSeconds: retentionDays * SECONDS_PER_DAY });
  }

  /** The events of one project after a sequence, oldest first. */
  async read(project: ProjectId, after: number, limit: number): Promise<FeedEvent[]> {
    const range = { $gt: rowId(project, after), $lte: rowId(project, 10 ** SEQUENCE_DIGITS - 1) };
    const rows = await reading(() => this.#events.find({ _id: range, p: project }, { sort: { _id: 1 }, limit }).toArray());
    return rows.map(({ _id, p, ...event }) => ({ ...event, project: p, sequence: Number(_id.slice(-SEQUENCE_DIGITS)) }));
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
    return this.#client.withSession((session) =>
      session.withTransaction(async () => {
        const current = await this.#state.findOne({ _id: 'feed' }, { session });
        if (current !== null && current.epoch > epoch) throw new Error('fenced');
        await this.#state.updateOne({ _id: 'feed' }, { $set: { token, epoch } }, { upsert: true, session });
        if (changes.length === 0) return [];
        const projects = [...new Set(changes.map(({ project }) => project))];
        const heads = await this.#heads.find({ _id: { $in: projects } }, { session }).toArray();
        const next = new Map(heads.map(({ _id, sequence }) => [_id, sequence]));
        const events = changes.map((change) => {
          const sequence = (next.get(change.project) ?? 0) + 1;
          next.set(change.project, sequence);
          return { ...change, sequence };
        });
        await this.#heads.bulkWrite(
          projects.map((_id) => ({ updateOne: { filter: { _id }, update: { $set: { sequence: next.get(_id) ?? 0 } }, upsert: true } })),
          { session, ordered: false },
        );
        await this.#events.insertMany(events.map(rowOf), { session, ordered: false });
        return events;
      }),
    );
  }
}

function rowId(project: ProjectId, sequence: number): string {
  return `${project}:${String(sequence).padStart(SEQUENCE_DIGITS, '0')}`;
}

function rowOf({ project, sequence, ...event }: FeedEvent): FeedRow {
  return { _id: rowId(project, sequence), p: project, ...event };
}
