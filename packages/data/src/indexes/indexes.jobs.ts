import { defineJob } from '@mainstay/jobs';
import type { Indexes } from './indexes.service.ts';
import { INDEX_JOB } from './indexes.service.ts';

/** Waits for the building of indexes, a slice at a time. */
export function indexesJobs(indexes: Indexes) {
  return [defineJob({ name: INDEX_JOB, run: (context, { deadlineMs }) => indexes.work(context, deadlineMs) })];
}
