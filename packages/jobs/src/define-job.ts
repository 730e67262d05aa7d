import type { ProjectContext } from '@mainstay/kernel';

/** What a run may use to end in time. */
export interface JobRun {
  /** Aborted when the process stops. */
  readonly signal: AbortSignal;
  /** Milliseconds since 1970 after which the run should return `more`, so that other projects get their turn. */
  readonly deadlineMs: number;
}

/**
 * A kind of background work. A ticket says only (kind, project); the work list lies in MongoDB.
 * A run takes a slice and says whether more is left. It may run twice or beside a run that was believed dead:
 * its effects must be idempotent or fenced in the write itself.
 */
export interface JobDefinition {
  readonly name: string;
  readonly run: (context: ProjectContext, run: JobRun) => Promise<'more' | 'done'>;
}

const JOB_NAME = /^[a-z][a-z-]{2,40}$/;

/** Defines a job, in a `*.jobs.ts`. Names are imperative: `roll-up-events`. */
export function defineJob(definition: JobDefinition): JobDefinition {
  if (!JOB_NAME.test(definition.name)) throw new Error(`job name ${definition.name} is not kebab-case`);
  return definition;
}
