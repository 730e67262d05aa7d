import type { Logger, ProjectContext, ProjectId } from '@mainstay/kernel';
import { createId, isProjectId } from '@mainstay/kernel';
import type { AnyBulkWriteOperation, Collection, Db } from 'mongodb';
import type { Redis } from 'ioredis';

/** What is counted of every project. */
export const METERS = ['requests', 'messages', 'events'] as const;
export type Meter = (typeof METERS)[number];
type Counts = Record<Meter, number>;

/** What one day used. */
interface UsageRow extends Counts {
  /** `<project>:<day>`. */
  readonly _id: string;
  readonly p: ProjectId;
  /** The day as a time, so that old ones go by themselves. */
  readonly at: Date;
}

/** What a process tells the others each second. */
interface Report {
  readonly origin: string;
  readonly rates: Record<string, number[]>;
  readonly connections: Record<string, number>;
}

interface Heard extends Report {
  readonly at: number;
}

const TELL_EVERY_MS = 1_000;
const STORE_EVERY_MS = 5_000;
/** A process that has said nothing for this long uses nothing. */
const SILENCE_MS = 3_000;
const KEPT_SECONDS = 400 * 86_400;
const DAY_MS = 86_400_000;

/** What the counters need of their surroundings. */
export interface UsageOptions {
  readonly cellDatabase: Db;
  readonly publisher: Redis;
  readonly subscriber: Redis;
  readonly prefix: string;
  readonly log: Logger;
}

/**
 * Counts what projects use. Counting is an addition in this process and nothing else; once a second processes tell each other their rates
 * through Redis, so that a limit holds over all of them, and every few seconds the counts are added to the day's row in MongoDB.
 * Without Redis each process counts for itself; killed, a process loses the counts of the last seconds, never more.
 */
export class Usage {
  readonly #rows: Collection<UsageRow>;
  readonly #options: UsageOptions;
  readonly #channel: string;
  readonly #origin = createId();
  readonly #heard = new Map<string, Heard>();
  /** Since the others were told, and since MongoDB was. */
  #untold = new Map<ProjectId, Counts>();
  #unstored = new Map<ProjectId, Counts>();
  readonly #connections = new Map<string, Map<ProjectId, number>>();
  #timers: NodeJS.Timeout[] = [];
  #storing: Promise<void> = Promise.resolve();

  constructor(options: UsageOptions) {
    this.#options = options;
    this.#rows = options.cellDatabase.collection<UsageRow>('usage');
    this.#channel = `${options.prefix}usage`;
  }

  async prepare(): Promise<void> {
    await this.#rows.createIndex({ p: 1 });
    await this.#rows.createIndex({ at: 1 }, { expireAfterSeconds: KEPT_SECONDS });
  }

  start(): void {
    const { subscriber, log } = this.#options;
    subscriber.on('message', (channel: string, text: string) => {
      if (channel === this.#channel) this.#hear(text);
    });
    void subscriber.subscribe(this.#channel).catch((error: unknown) => log.warn({ err: error }, 'cannot subscribe'));
    this.#timers = [
      setInterval(() => this.#tell(), TELL_EVERY_MS).unref(),
      setInterval(() => {
        this.#storing = this.#storing.then(() => this.#store());
      }, STORE_EVERY_MS).unref(),
    ];
  }

  /** Stores what was counted last. */
  async drain(): Promise<void> {
    for (const timer of this.#timers) clearInterval(timer);
    await this.#storing;
    await this.#store();
  }

  /** Counts that the project used something. */
  note(project: ProjectId, meter: Meter, amount = 1): void {
    add(this.#untold, project, { meter, amount });
    add(this.#unstored, project, { meter, amount });
  }

  /** How much of it other processes used in the last second. */
  othersPerSecond(project: ProjectId, meter: Meter): number {
    const position = METERS.indexOf(meter);
    return this.#sum(({ rates }) => rates[project]?.[position] ?? 0);
  }

  /** Says how many connections of the project this door (e.g. `mqtt`) has open. */
  setConnections(door: string, project: ProjectId, count: number): void {
    const counts = this.#connections.get(door) ?? new Map<ProjectId, number>();
    this.#connections.set(door, counts);
    if (count === 0) counts.delete(project);
    else counts.set(project, count);
  }

  /** The project's open connections, in all processes. */
  connections(project: ProjectId): number {
    return this.#ownConnections(project) + this.#sum(({ connections }) => connections[project] ?? 0);
  }

  /** What the project used today (UTC), in all processes; this one's latest included. */
  async today({ project: { id } }: ProjectContext): Promise<Counts & { connections: number }> {
    const row = await this.#rows.findOne({ _id: rowId(id), p: id });
    const waiting = this.#unstored.get(id);
    const counts = METERS.map((meter) => [meter, (row?.[meter] ?? 0) + (waiting?.[meter] ?? 0)] as const);
    return { ...(Object.fromEntries(counts) as Counts), connections: this.connections(id) };
  }

  #ownConnections(project: ProjectId): number {
    let count = 0;
    for (const counts of this.#connections.values()) count += counts.get(project) ?? 0;
    return count;
  }

  #sum(read: (report: Report) => number): number {
    let sum = 0;
    const now = Date.now();
    for (const report of this.#heard.values()) if (now - report.at < SILENCE_MS) sum += read(report);
    return sum;
  }

  #tell(): void {
    const untold = this.#untold;
    this.#untold = new Map();
    const { publisher } = this.#options;
    if (publisher.status !== 'ready') return;
    const projects = new Set([...this.#connections.values()].flatMap((counts) => [...counts.keys()]));
    const report: Report = {
      origin: this.#origin,
      rates: Object.fromEntries([...untold].map(([project, counts]) => [project, METERS.map((meter) => counts[meter])])),
      connections: Object.fromEntries([...projects].map((project) => [project, this.#ownConnections(project)])),
    };
    void publisher.publish(this.#channel, JSON.stringify(report)).catch(() => undefined);
  }

  #hear(text: string): void {
    const report = JSON.parse(text) as Report;
    if (report.origin === this.#origin) return;
    const now = Date.now();
    this.#heard.set(report.origin, { ...report, at: now });
    for (const [origin, { at }] of this.#heard) if (now - at > SILENCE_MS) this.#heard.delete(origin);
  }

  async #store(): Promise<void> {
    const counted = this.#unstored;
    if (counted.size === 0) return;
    this.#unstored = new Map();
    const at = new Date(Math.floor(Date.now() / DAY_MS) * DAY_MS);
    const operations = [...counted].map(([p, counts]): AnyBulkWriteOperation<UsageRow> => ({
      updateOne: { filter: { _id: rowId(p), p }, update: { $inc: counts, $setOnInsert: { at } }, upsert: true },
    }));
    try {
      await this.#rows.bulkWrite(operations, { ordered: false });
    } catch (error) {
      this.#options.log.debug({ err: error }, 'usage will be stored later');
      for (const [project, counts] of counted) for (const meter of METERS) add(this.#unstored, project, { meter, amount: counts[meter] });
    }
  }
}

const rowId = (project: ProjectId): string => `${project}:${new Date().toISOString().slice(0, 10)}`;

function add(all: Map<ProjectId, Counts>, project: ProjectId, { meter, amount }: { meter: Meter; amount: number }): void {
  const counts = all.get(project);
  if (counts !== undefined) counts[meter] += amount;
  else if (isProjectId(project)) all.set(project, { requests: 0, messages: 0, events: 0, [meter]: amount });
}
