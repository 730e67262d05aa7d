import type { Frame } from '@mainstay/host';
import { defineJob } from '@mainstay/jobs';
import type { AuthEvents } from './events.service.ts';
import { TELL_JOB } from './events.service.ts';

const PAGE = 100;

/** Tells the audit log and analytics what happened. */
export function eventsJobs({ clock }: Frame, events: AuthEvents) {
  return [
    defineJob({
      name: TELL_JOB,
      async run(context, { signal, deadlineMs }) {
        while (!signal.aborted && clock.now() < deadlineMs) {
          if ((await events.tellNext(context, PAGE)) < PAGE) return 'done';
        }
        return 'more';
      },
    }),
  ];
}
