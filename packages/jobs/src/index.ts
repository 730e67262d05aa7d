export type { JobDefinition, JobRun } from './define-job.ts';
export { defineJob } from './define-job.ts';
export { Jobs } from './jobs.ts';
export { JobsSettings } from './jobs.settings.ts';
