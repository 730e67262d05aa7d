import type { Frame } from '@mainstay/host';
import { defineJob } from '@mainstay/jobs';
import type { ChangeWork } from './change-work.service.ts';
import { SCHEMA_CHANGE_JOB } from './schema-changes.service.ts';

/** Carries changes of fields on, a slice at a time. */
export function schemaChangesJobs({ clock }: Frame, work: ChangeWork) {
  return [
    defineJob({
      name: SCHEMA_CHANGE_JOB,
      run: (context, { signal, deadlineMs }) => work.run(context, () => signal.aborted || clock.now() >= deadlineMs),
    }),
  ];
}
