import type { Clock, Logger, ProjectContext, ProjectId } from '@mainstay/kernel';
import { LruCache, serviceUnavailable } from '@mainstay/kernel';
import type { Jobs } from '@mainstay/jobs';
import type { Store } from '@mainstay/store';
import type { AnalyticsSettings } from '../analytics.settings.ts';
import { ROLL_UP_EVENTS } from '../rollups/rollups.model.ts';
import type { ChunkLog } from './chunk-log.ts';
import type { ChunkRow, NewEvent } from './ingest.model.ts';
import { EventKind } from './ingest.model.ts';

/** What happened to the events of one request. */
export interface WriteResult {
  readonly accepted: number;
  readonly duplicates: number;
}

interface Waiting {
  readonly events: readonly NewEvent[];
  readonly resolve: (result: WriteResult) => void;
  readonly reject: (error: unknown) => void;
}

interface Queue {
  readonly context: ProjectContext;
  waiting: Waiting[];
}

/** What a chunk writer needs. */
export interface ChunkWriterOptions {
  readonly store: Store;
  readonly jobs: Jobs;
  readonly clock: Clock;
  readonly log: Logger;
  readonly chunks: ChunkLog;
  readonly settings: Pick<AnalyticsSettings, 'abandonedAfterMs' | 'chunkMaxEvents' | 'waitingMaxEvents'>;
}

/** A project whose chunks are written is looked at again by the sweeper, even when this process dies before it asks for a run. */
const SAFETY_TICKET_MS = 60_000;
const MAX_PROJECTS = 10_000;

/**
 * Group commit: the requests of a project that wait at the same time become one chunk. A request is answered when its events
 * are stored on a majority; the seal and the ticket follow by themselves.
 */
export class ChunkWriter {
  readonly #options: ChunkWriterOptions;
  readonly #queues = new Map<ProjectId, Queue>();
  readonly #busy = new Set<Promise<void>>();
  readonly #ticketed: LruCache<true>;
  #waitingEvents = 0;

  constructor(options: ChunkWriterOptions) {
    this.#options = options;
    this.#ticketed = new LruCache({ maxEntries: MAX_PROJECTS, maxAgeMs: SAFETY_TICKET_MS }, options.clock);
  }

  /** Stores the events. Those whose id exists already are duplicates. @throws serviceUnavailable, outcomeUnknown */
  write(context: ProjectContext, events: readonly NewEvent[]): Promise<WriteResult> {
    if (events.length === 0) return Promise.resolve({ accepted: 0, duplicates: 0 });
    if (this.#waitingEvents + events.length > this.#options.settings.waitingMaxEvents) {
      return Promise.reject(serviceUnavailable({ part: 'event log' }, { retryAfterSeconds: 2 }));
    }
    return new Promise((resolve, reject) => {
      this.#waitingEvents += events.length;
      const queue = this.#queues.get(context.project.id);
      if (queue !== undefined) {
        queue.waiting.push({ events, resolve, reject });
        return;
      }
      const fresh: Queue = { context, waiting: [{ events, resolve, reject }] };
      this.#queues.set(context.project.id, fresh);
      this.#own(this.#run(fresh));
    });
  }

  /** Resolves when every chunk is stored, sealed and has its ticket. */
  async drained(): Promise<void> {
    while (this.#busy.size > 0) await Promise.all(this.#busy);
  }

  #own(work: Promise<void>): void {
    const owned = work.finally(() => this.#busy.delete(owned));
    this.#busy.add(owned);
  }

  async #run(queue: Queue): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    while (queue.waiting.length > 0) {
      const group = this.#take(queue);
      try {
        await this.#writeGroup(queue.context, group);
      } catch (error) {
        for (const { reject } of group) reject(error);
      }
    }
    this.#queues.delete(queue.context.project.id);
  }

  #take(queue: Queue): Waiting[] {
    let count = 0;
    let size = 0;
    for (const { events } of queue.waiting) {
      if (count > 0 && size + events.length > this.#options.settings.chunkMaxEvents) break;
      size += events.length;
      count += 1;
    }
    this.#waitingEvents -= size;
    return queue.waiting.splice(0, count);
  }

  async #writeGroup(context: ProjectContext, group: readonly Waiting[]): Promise<void> {
    const { store, chunks, clock, settings } = this.#options;
    const unique = new Map<string, NewEvent>();
    for (const { events } of group) for (const event of events) if (!unique.has(event.id)) unique.set(event.id, event);

    const startedAt = clock.now();
    const [chunk] = await Promise.all([chunks.open(context), this.#safetyTicket(context)]);
    // A process that was stopped meanwhile may be taken for dead: what it stored now could come after the seal.
    if (clock.now() - startedAt > settings.abandonedAfterMs / 4) throw serviceUnavailable({ part: 'event log' }, { retryAfterSeconds: 1 });

    const rows = [...unique.values()].map((event, order) => ({ ...event, chunk: chunk.id, order }));
    const { duplicates } = await store.kind(context, EventKind).insertMany(rows);
    for (const id of duplicates) unique.delete(id);
    const stored = [...unique.keys()];
    this.#own(this.#finish(context, chunk, stored));
    answer(group, new Set(stored));
  }

  async #safetyTicket(context: ProjectContext): Promise<void> {
    const { id } = context.project;
    if (this.#ticketed.get(id) === true) return;
    await this.#options.jobs.ticket(context, ROLL_UP_EVENTS, { delayMs: this.#options.settings.abandonedAfterMs });
    this.#ticketed.set(id, true);
  }

  /** Seals and asks for a run. When this fails the events are stored all the same: the chunk is sealed as an abandoned one later. */
  async #finish(context: ProjectContext, chunk: ChunkRow, stored: readonly string[]): Promise<void> {
    try {
      if (!(await this.#options.chunks.seal(context, chunk, stored.length))) await this.#rehome(context, chunk, stored);
      await this.#options.jobs.ticket(context, ROLL_UP_EVENTS);
    } catch (error) {
      context.log.warn({ err: error, chunk: chunk.id }, 'a chunk is left open and will be sealed as abandoned');
    }
  }

  /** The chunk was sealed by somebody who thought us dead: events that came after the seal go to a chunk of their own. */
  async #rehome(context: ProjectContext, chunk: ChunkRow, stored: readonly string[]): Promise<void> {
    const { store, chunks } = this.#options;
    const missing = await chunks.missingFrom(context, chunk, stored);
    if (missing.length === 0) return;
    const next = await chunks.open(context);
    await store.kind(context, EventKind).updateMany({ id: { $in: missing }, chunk: chunk.id }, { $set: { chunk: next.id } });
    if (!(await chunks.seal(context, next, missing.length))) await this.#rehome(context, next, missing);
  }
}

/** Tells each request how many of its events are new. An event that two requests of the group sent counts for the first. */
function answer(group: readonly Waiting[], stored: Set<string>): void {
  for (const { events, resolve } of group) {
    let accepted = 0;
    for (const { id } of events) if (stored.delete(id)) accepted += 1;
    resolve({ accepted, duplicates: events.length - accepted });
  }
}
