import type { LifecyclePart, Logger, Project, ProjectContext, ProjectId } from '@mainstay/kernel';
import { systemContext } from '@mainstay/kernel';
import type { JobDefinition, Jobs } from '@mainstay/jobs';
import { defineJob } from '@mainstay/jobs';
import type { FeedEvent, Store } from '@mainstay/store';
import { defineKind } from '@mainstay/store';
import { putAside, retryDeadLetters } from './dead-letters.service.ts';
import type { FeedConsumer } from './define-module.ts';

/** How far a consumer has come in a project. */
interface CheckpointRow {
  /** The consumer's name. */
  readonly id: string;
  readonly sequence: number;
  /** How often it failed at what follows. */
  readonly failures?: number;
}

export const CheckpointKind = defineKind<CheckpointRow>({ name: 'feedCheckpoints' });

const READ_LIMIT = 200;
/** A batch that failed this often is handled one by one, and what fails then is put aside. */
const MAX_FAILURES = 5;

/** The job that moves one consumer forward: handle, then note how far; a crash between the two repeats the events. */
export function consumerJob(consumer: FeedConsumer, store: Store): JobDefinition {
  const { name } = consumer;
  const handle = (context: ProjectContext, events: readonly FeedEvent[]): Promise<void> =>
    consumer.handle(context, events, ({ sequence }) => `${name}:${context.project.id}:${sequence}`);

  /** @throws what the consumer throws, until it has thrown often enough */
  async function tryAll(context: ProjectContext, events: readonly FeedEvent[], failures: number): Promise<void> {
    try {
      return await handle(context, events);
    } catch (error) {
      const isPatient = failures + 1 < MAX_FAILURES;
      if (isPatient) {
        await store.kind(context, CheckpointKind).update({ id: name }, { $inc: { failures: 1 } }, { upsert: true });
        throw error;
      }
    }
    for (const event of events) {
      try {
        await handle(context, [event]);
      } catch (error) {
        await putAside(context, store, { consumer: name, event, error });
      }
    }
  }

  return defineJob({
    name: consumerJobName(name),
    async run(context, { signal, deadlineMs }) {
      const checkpoints = store.kind(context, CheckpointKind);
      await retryDeadLetters(context, store, { consumer: name, handle });
      const known = await checkpoints.get(name);
      let [sequence, failures] = [known?.sequence ?? 0, known?.failures ?? 0];
      while (!signal.aborted && Date.now() < deadlineMs) {
        const events = await store.feed.read(context, sequence, READ_LIMIT);
        const last = events.at(-1);
        if (last === undefined) return 'done';
        await tryAll(context, withGap(events, sequence), failures);
        await checkpoints.update({ id: name }, { $max: { sequence: last.sequence }, $set: { failures: 0 } }, { upsert: true });
        [sequence, failures] = [last.sequence, 0];
      }
      return 'more';
    },
  });
}

/** A consumer that was away for longer than the feed is held is told so. */
function withGap(events: readonly FeedEvent[], after: number): readonly FeedEvent[] {
  const [first] = events;
  if (first === undefined || after === 0 || first.sequence === after + 1) return events;
  const gap = { type: 'resync' as const, collection: '', id: '', document: null, previous: null, isSkipped: false };
  return [{ ...gap, project: first.project, sequence: first.sequence - 1, at: first.at }, ...events];
}

/** The name of a consumer's job. */
export function consumerJobName(name: string): string {
  return `feed-${name}`;
}

/** Tickets for the consumers of every project that changed: called by the feed reader after it stored events. */
export function ticketConsumers(
  consumers: readonly FeedConsumer[],
  options: { jobs: Jobs; loadProject: (id: ProjectId) => Promise<Project | null>; log: Logger },
): (events: readonly FeedEvent[]) => void {
  return (events) => {
    for (const id of new Set(events.map(({ project }) => project))) void ticketProject(id);
  };

  async function ticketProject(id: ProjectId): Promise<void> {
    try {
      const project = await options.loadProject(id);
      if (project === null) return;
      const context = systemContext(project, 'feed', options.log);
      for (const consumer of consumers) await options.jobs.ticket(context, consumerJobName(consumer.name));
    } catch (error) {
      options.log.warn({ err: error, project: id }, 'feed consumers will hear of it at the next change');
    }
  }
}

/** Starts and stops several parts as one. */
export function together(name: string, parts: readonly LifecyclePart[]): LifecyclePart {
  return {
    name,
    async start() {
      for (const part of parts) await part.start?.();
    },
    async drain() {
      for (const part of [...parts].reverse()) await part.drain?.();
    },
    async stop() {
      for (const part of [...parts].reverse()) await part.stop?.();
    },
  };
}
