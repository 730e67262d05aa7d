import type { LifecyclePart, Logger, Project, ProjectId } from '@mainstay/kernel';
import { systemContext } from '@mainstay/kernel';
import type { JobDefinition, Jobs } from '@mainstay/jobs';
import { defineJob } from '@mainstay/jobs';
import type { FeedEvent, Store } from '@mainstay/store';
import { defineKind } from '@mainstay/store';
import type { FeedConsumer } from './define-module.ts';

/** How far a consumer has come in a project. */
interface CheckpointRow {
  /** The consumer's name. */
  readonly id: string;
  readonly sequence: number;
}

export const CheckpointKind = defineKind<CheckpointRow>({ name: 'feedCheckpoints' });

const READ_LIMIT = 200;

/** The job that moves one consumer forward: handle, then note how far; a crash between the two repeats the events. */
export function consumerJob(consumer: FeedConsumer, store: Store): JobDefinition {
  return defineJob({
    name: consumerJobName(consumer),
    async run(context, { signal, deadlineMs }) {
      const checkpoints = store.kind(context, CheckpointKind);
      let { sequence } = (await checkpoints.get(consumer.name)) ?? { sequence: 0 };
      while (!signal.aborted && Date.now() < deadlineMs) {
        const events = await store.feed.read(context, sequence, READ_LIMIT);
        const last = events.at(-1);
        if (last === undefined) return 'done';
        await consumer.handle(context, events);
        await checkpoints.update({ id: consumer.name }, { $max: { sequence: last.sequence } }, { upsert: true });
        sequence = last.sequence;
      }
      return 'more';
    },
  });
}

function consumerJobName({ name }: FeedConsumer): string {
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
      for (const consumer of consumers) await options.jobs.ticket(context, consumerJobName(consumer));
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
