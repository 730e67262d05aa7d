import { wholeNumber } from '@mainstay/kernel';
import { z } from 'zod';

/** How background work runs. */
export const JobsSettings = z.object({
  concurrency: wholeNumber(8, 'Tickets that one worker process runs at the same time.', 1),
  sliceMs: wholeNumber(200, 'How long one run may take before other projects get their turn.', 10),
  sweepMs: wholeNumber(10_000, 'How often lost tickets are made again from MongoDB.', 100),
});
export type JobsSettings = z.infer<typeof JobsSettings>;
