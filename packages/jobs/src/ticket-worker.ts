import type { Clock, LifecyclePart, Logger, Project, ProjectId } from '@mainstay/kernel';
import { systemContext } from '@mainstay/kernel';
import type { Store } from '@mainstay/store';
import type { Job } from 'bullmq';
import { Worker } from 'bullmq';
import type { JobDefinition } from './define-job.ts';
import type { Jobs } from './jobs.ts';
import type { JobsSettings } from './jobs.settings.ts';

const SWEEP_LIMIT = 1_000;
/** A run that failed is tried again after this long; its work list is unchanged. */
const RETRY_DELAY_MS = 1_000;

/** What a ticket worker needs of its surroundings. */
export interface TicketWorkerOptions {
  readonly store: Store;
  readonly settings: JobsSettings;
  readonly clock: Clock;
  readonly log: Logger;
  readonly jobs: Jobs;
  readonly definitions: readonly JobDefinition[];
  readonly loadProject: (id: ProjectId) => Promise<Project | null>;
  readonly queueName: string;
}

/** Runs tickets, one slice at a time, and makes lost ones again from MongoDB. Without Redis it runs what is due by itself. */
export class TicketWorker implements LifecyclePart {
  readonly name = 'ticket-worker';
  readonly #options: TicketWorkerOptions;
  readonly #definitions: ReadonlyMap<string, JobDefinition>;
  readonly #stopping = new AbortController();
  #worker: Worker | undefined;
  #sweeper: NodeJS.Timeout | undefined;
  #sweeping: Promise<void> = Promise.resolve();
  /** The runs of this process by kind and project; `true` when a ticket came meanwhile, so that the run must look again. */
  readonly #running = new Map<string, boolean>();

  constructor(options: TicketWorkerOptions) {
    this.#options = options;
    this.#definitions = new Map(options.definitions.map((definition) => [definition.name, definition]));
  }

  async start(): Promise<void> {
    const { store, settings, queueName } = this.#options;
    this.#worker = new Worker<{ project: ProjectId }>(queueName, (job: Job<{ project: ProjectId }>) => this.#take(job), {
      connection: store.redis('worker') as never,
      prefix: `${store.redisPrefix}bull`,
      concurrency: settings.concurrency,
      skipVersionCheck: true,
    });
    this.#worker.on('error', () => undefined);
    this.#sweeper = setInterval(() => {
      this.#sweeping = this.#sweeping.then(() => this.#sweep());
    }, settings.sweepMs).unref();
    await this.#sweep();
  }

  async drain(): Promise<void> {
    this.#stopping.abort();
    clearInterval(this.#sweeper);
    await this.#sweeping;
    await this.#worker?.close();
  }

  /** From here on a new ticket counts: work that is added while we run must not be overlooked. */
  async #take(job: Job<{ project: ProjectId }>): Promise<void> {
    await job.removeDeduplicationKey();
    await this.#run(job.name, job.data.project);
  }

  async #run(name: string, projectId: ProjectId): Promise<void> {
    const key = `${name}:${projectId}`;
    if (this.#running.has(key)) {
      this.#running.set(key, true);
      return;
    }
    this.#running.set(key, false);
    try {
      await this.#slice(name, projectId);
    } finally {
      const again = this.#running.get(key) === true;
      this.#running.delete(key);
      if (again) await this.#options.jobs.add(name, projectId);
    }
  }

  /** Runs one slice and, when more is left, queues the ticket again behind those of other projects. */
  async #slice(name: string, projectId: ProjectId): Promise<void> {
    const { store, jobs, clock, log, settings } = this.#options;
    const definition = this.#definitions.get(name);
    if (definition === undefined) return;
    const project = await this.#options.loadProject(projectId);
    if (project === null) return;
    const context = systemContext(project, name, log);
    try {
      const deadlineMs = clock.now() + settings.sliceMs;
      const outcome = await definition.run(context, { signal: this.#stopping.signal, deadlineMs });
      if (outcome === 'done') await store.tickets.rest(name, projectId, clock.now());
      else if (!(await jobs.add(name, projectId))) await store.tickets.mark(name, projectId, new Date(clock.now()));
    } catch (error) {
      if (this.#stopping.signal.aborted) return;
      context.log.error({ err: error }, 'a job failed and will be tried again');
      await jobs.add(name, projectId, RETRY_DELAY_MS);
    }
  }

  async #sweep(): Promise<void> {
    const { store, jobs, clock, log } = this.#options;
    try {
      for (const { kind, project } of await store.tickets.due(clock.now(), SWEEP_LIMIT)) {
        if (this.#stopping.signal.aborted) return;
        if (!(await jobs.add(kind, project))) await this.#run(kind, project);
      }
    } catch (error) {
      if (!this.#stopping.signal.aborted) log.warn({ err: error }, 'the sweeper will try again');
    }
  }
}
