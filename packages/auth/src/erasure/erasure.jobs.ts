import type { Frame } from '@mainstay/host';
import { defineJob } from '@mainstay/jobs';
import type { Erasure } from './erasure.service.ts';
import { ERASE_JOB } from './erasure.service.ts';

/** Finishes the deletions and mergers of users. */
export function erasureJobs({ clock }: Frame, erasure: Erasure) {
  return [
    defineJob({
      name: ERASE_JOB,
      run: (context, { signal, deadlineMs }) => erasure.work(context, () => signal.aborted || clock.now() >= deadlineMs),
    }),
  ];
}
