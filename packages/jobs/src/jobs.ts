import type { Clock, LifecyclePart, Logger, Project, ProjectContext, ProjectId } from '@mainstay/kernel';
import { LruCache } from '@mainstay/kernel';
import type { Store } from '@mainstay/store';
import { Queue } from 'bullmq';
import type { JobDefinition } from './define-job.ts';
import type { JobsSettings } from './jobs.settings.ts';
import { TicketWorker } from './ticket-worker.ts';

/** A mark in MongoDB covers the work that is added within this time; the sweeper looks again for a minute and more. */
const MARK_AGE_MS = 5_000;
const MAX_MARKS = 10_000;
/** All kinds share one queue: BullMQ advises against many, and tickets are tiny. */
const QUEUE = 'tickets';

/** What the jobs need of their surroundings. */
export interface JobsOptions {
  readonly store: Store;
  readonly settings: JobsSettings;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Takes tickets; a worker process also runs them. */
export class Jobs {
  readonly #options: JobsOptions;
  readonly #queue: Queue;
  readonly #marked: LruCache<number>;

  constructor(options: JobsOptions) {
    this.#options = options;
    this.#marked = new LruCache({ maxEntries: MAX_MARKS, maxAgeMs: MARK_AGE_MS }, options.clock);
    this.#queue = new Queue(QUEUE, {
      connection: options.store.redis('fast') as never,
      prefix: `${options.store.redisPrefix}bull`,
      skipVersionCheck: true,
    });
    this.#queue.on('error', () => undefined);
  }

  /**
   * Asks for a run of the job for the context's project. Call it after the work row is stored.
   * The ticket is noted in MongoDB (at most every 5 s) and sent through Redis when that is there; a lost one is made again.
   */
  async ticket(context: ProjectContext, name: string, options: { delayMs?: number } = {}): Promise<void> {
    const delayMs = options.delayMs ?? 0;
    const { id } = context.project;
    const key = `${name}:${id}`;
    const dueAt = new Date(this.#options.clock.now() + delayMs);
    const isMarked = delayMs === 0 && this.#marked.get(key) !== undefined;
    if (!isMarked) await this.#options.store.tickets.mark(name, id, dueAt);
    if (delayMs === 0) this.#marked.set(key, 1);
    // The mark of before may be answered for already: without Redis nothing else would say that there is more.
    if (!(await this.add(name, id, delayMs)) && isMarked) await this.#options.store.tickets.mark(name, id, dueAt);
  }

  /** Sends a ticket through Redis; false when Redis is away. One ticket of a kind waits per project (and second, of those for later), however many are asked for. */
  async add(name: string, project: ProjectId, delayMs = 0): Promise<boolean> {
    if (!this.#isRedisUp()) return false;
    // Later ones are told apart by when they are due: one in an hour must not stand for one in a second.
    const when = delayMs > 0 ? `:${Math.ceil((this.#options.clock.now() + delayMs) / 1_000)}` : '';
    try {
      await this.#queue.add(
        name,
        { project },
        {
          deduplication: { id: `${name}:${project}${when}` },
          removeOnComplete: true,
          removeOnFail: true,
          ...(delayMs > 0 ? { delay: delayMs } : {}),
        },
      );
      return true;
    } catch {
      return false;
    }
  }

  /** The part of a worker process that runs tickets and makes lost ones again. */
  createWorker(definitions: readonly JobDefinition[], loadProject: (id: ProjectId) => Promise<Project | null>): LifecyclePart {
    return new TicketWorker({ ...this.#options, jobs: this, definitions, loadProject, queueName: QUEUE });
  }

  /** Forgets every ticket in Redis; those in MongoDB make them again. */
  async obliterate(): Promise<void> {
    await this.#queue.obliterate({ force: true });
  }

  asPart(): LifecyclePart {
    return { name: 'jobs', stop: () => this.#queue.close() };
  }

  #isRedisUp(): boolean {
    return (this.#queue.opts.connection as { status?: string }).status === 'ready';
  }
}
