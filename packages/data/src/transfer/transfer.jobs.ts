import type { Frame } from '@mainstay/host';
import { defineJob } from '@mainstay/jobs';
import type { ImportWork } from './import-work.service.ts';
import { IMPORT_JOB } from './import.service.ts';

/** Carries imports on, a slice at a time. */
export function transferJobs({ clock }: Frame, imports: ImportWork) {
  return [
    defineJob({
      name: IMPORT_JOB,
      run: (context, { signal, deadlineMs }) => imports.work(context, () => signal.aborted || clock.now() >= deadlineMs),
    }),
  ];
}
