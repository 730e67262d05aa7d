import type { Frame } from '@mainstay/host';
import type { JobDefinition } from '@mainstay/jobs';
import { defineJob } from '@mainstay/jobs';
import type { BlobStore } from '../blobs/blob-store.ts';
import type { Usage } from './usage.service.ts';
import { SWEEP_JOB } from './usage.service.ts';

const BATCH = 20;

/** Deletes the bytes of uploads and deletions whose process died, and frees what they counted. */
export function usageJobs({ jobs, clock }: Frame, { usage, blobs }: { usage: Usage; blobs: BlobStore }): JobDefinition[] {
  return [
    defineJob({
      name: SWEEP_JOB,
      async run(context, { signal, deadlineMs }) {
        while (!signal.aborted && clock.now() < deadlineMs) {
          const abandoned = await usage.takeAbandoned(context, BATCH);
          for (const { bytes, ...claim } of abandoned) {
            // A store that is away keeps the claim: it is taken over again when its new lease has ended.
            await blobs.delete(context.project.id, claim.id);
            await usage.settle(context, claim, { claimed: bytes, kept: 0 });
            context.log.info({ file: claim.id, bytes }, 'swept the bytes of an upload or a deletion that was broken off');
          }
          if (abandoned.length > 0) continue;
          const endMs = await usage.nextEndMs(context);
          if (endMs !== null) await jobs.ticket(context, SWEEP_JOB, { delayMs: Math.max(1, endMs - clock.now()) });
          return 'done';
        }
        return 'more';
      },
    }),
  ];
}
