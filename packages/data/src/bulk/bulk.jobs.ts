import type { Frame } from '@mainstay/host';
import { defineJob } from '@mainstay/jobs';
import type { Bulk } from './bulk.service.ts';
import { BULK_JOB } from './bulk.service.ts';

/** Carries bulk changes on, a slice at a time. */
export function bulkJobs({ clock }: Frame, bulk: Bulk) {
  return [
    defineJob({
      name: BULK_JOB,
      run: (context, { signal, deadlineMs }) => bulk.work(context, () => signal.aborted || clock.now() >= deadlineMs),
    }),
  ];
}
