import type { ProjectId } from '@mainstay/kernel';
import type { Collection, Db } from 'mongodb';
import { Binary } from 'mongodb';
import { isDuplicateKey } from '../write-errors.ts';
import type { FeedEvent } from './feed-event.ts';
import type { FeedHeadRow, FeedStateRow } from './feed-rows.ts';
import type { FeedRow } from './feed-row.ts';
import { rowId, rowRange, sequenceOf } from './feed-row.ts';

/** A change before it has its sequence. */
export type FeedChange = Omit<FeedEvent, 'sequence'> & {
  /** Where it stands in the change stream; null for what is no change of a document. */
  readonly place: Buffer | null;
};

/** The newest event of a project, and where its change stands in the change stream. */
interface Head {
  readonly sequence: number;
  readonly place: Buffer;
}

const MAX_KNOWN_HEADS = 100_000;
const NOWHERE = Buffer.alloc(0);

/**
 * Gives changes their sequences and stores them: one write for a batch. Numbering follows from the change stream alone: the next sequence
 * of the project for each change that lies behind its newest stored one. So whoever reads on from an old resume token stores what is
 * lacking and nothing twice, and two readers at a time can only write the same rows, of which the second one is refused. The resume token
 * and the newest sequences are therefore noted only now and then.
 */
export class FeedWriter {
  readonly #events: Collection<FeedRow>;
  readonly #heads: Collection<FeedHeadRow>;
  readonly #state: Collection<FeedStateRow>;
  readonly #known = new Map<ProjectId, Head>();
  /** Projects whose newest sequence is not noted yet. */
  readonly #unsaved = new Set<ProjectId>();

  constructor(cellDatabase: Db) {
    this.#events = cellDatabase.collection<FeedRow>('feed');
    this.#heads = cellDatabase.collection<FeedHeadRow>('feedHeads');
    this.#state = cellDatabase.collection<FeedStateRow>('feedState');
  }

  /** Whether there is more to save than the token. */
  get isUnsaved(): boolean {
    return this.#unsaved.size > 0;
  }

  /** Forgets what it knows: another reader may have written since. */
  reset(): void {
    this.#known.clear();
    this.#unsaved.clear();
  }

  /** Where the last reader stopped, or some time before. */
  async token(): Promise<unknown> {
    return (await this.#state.findOne({ _id: 'feed' }))?.token;
  }

  /** All projects that ever had a change: they must hear of lost history. */
  async projects(): Promise<ProjectId[]> {
    return (await this.#heads.find({}, { projection: { _id: 1 } }).toArray()).map(({ _id }) => _id);
  }

  /**
   * Stores the changes that are not stored yet, in order.
   * @throws Error when another reader stored them meanwhile, or the outcome is not known: then it must be read on from the saved token
   */
  async append(changes: readonly FeedChange[]): Promise<FeedEvent[]> {
    try {
      await this.#learn(new Set(changes.map(({ project }) => project)));
      const [events, rows, heads] = this.#number(changes);
      const [first] = rows;
      if (rows.length === 1 && first !== undefined) await this.#events.insertOne(first);
      else if (rows.length > 1) await this.#events.insertMany(rows);
      for (const [project, head] of heads) this.#known.set(project, head);
      // Also of what had been stored already: whoever stored it may have ended before it noted this.
      for (const { project } of changes) this.#unsaved.add(project);
      return events;
    } catch (error) {
      this.reset();
      throw isDuplicateKey(error) ? new Error('another reader stored these changes', { cause: error }) : error;
    }
  }

  /** Notes where to read on: everything up to this token is stored. A reader whose lease went to a younger one is refused. @throws Error `fenced` */
  async save(token: unknown, epoch: number): Promise<void> {
    // First the sequences: what lies before the token is not looked at again.
    const projects = [...this.#unsaved];
    if (projects.length > 0) {
      await this.#heads.bulkWrite(
        projects.map((_id) => ({
          updateOne: { filter: { _id }, update: { $max: { sequence: this.#known.get(_id)?.sequence ?? 0 } }, upsert: true },
        })),
        { ordered: false },
      );
    }
    try {
      await this.#state.updateOne({ _id: 'feed', epoch: { $lte: epoch } }, { $set: { token, epoch, at: new Date() } }, { upsert: true });
    } catch (error) {
      // The row is there with a higher epoch: it was not found, and can't be made a second time.
      throw isDuplicateKey(error) ? new Error('fenced', { cause: error }) : error;
    }
    for (const project of projects) this.#unsaved.delete(project);
    if (this.#known.size > MAX_KNOWN_HEADS) this.#known.clear();
  }

  #number(changes: readonly FeedChange[]): [FeedEvent[], FeedRow[], Map<ProjectId, Head>] {
    const [events, rows, heads]: [FeedEvent[], FeedRow[], Map<ProjectId, Head>] = [[], [], new Map()];
    for (const { place, ...change } of changes) {
      const { project, ...content } = change;
      const head = heads.get(project) ?? this.#known.get(project) ?? { sequence: 0, place: NOWHERE };
      if (place !== null && Buffer.compare(place, head.place) <= 0) continue;
      const sequence = head.sequence + 1;
      heads.set(project, { sequence, place: place ?? NOWHERE });
      events.push({ ...change, sequence });
      rows.push({ _id: rowId(project, sequence), p: project, ...content, ...(place === null ? {} : { place: new Binary(place) }) });
    }
    return [events, rows, heads];
  }

  /** Learns the newest events of projects that it does not know yet. */
  async #learn(projects: ReadonlySet<ProjectId>): Promise<void> {
    const unknown = [...projects].filter((project) => !this.#known.has(project));
    if (unknown.length === 0) return;
    const noted = new Map((await this.#heads.find({ _id: { $in: unknown } }).toArray()).map(({ _id, sequence }) => [_id, sequence]));
    // Lost history must reach also a project that has only just begun.
    const begun = unknown.filter((project) => !noted.has(project));
    if (begun.length > 0) {
      const begin = begun.map((_id) => ({ updateOne: { filter: { _id }, update: { $setOnInsert: { sequence: 0 } }, upsert: true } }));
      await this.#heads.bulkWrite(begin, { ordered: false });
    }
    for (const project of unknown) {
      const options = { sort: { _id: -1 }, projection: { place: 1 } } as const;
      const newest = await this.#events.findOne({ _id: rowRange(project, 0), p: project }, options);
      const sequence = Math.max(noted.get(project) ?? 0, newest === null ? 0 : sequenceOf(newest));
      this.#known.set(project, { sequence, place: newest?.place === undefined ? NOWHERE : Buffer.from(newest.place.value()) });
    }
  }
}
