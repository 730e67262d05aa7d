import { wholeNumber } from '@mainstay/kernel';
import { z } from 'zod';

/** How the process reaches its stores. */
export const StoreSettings = z.object({
  databasePrefix: z
    .string()
    .regex(/^[a-z0-9_]{0,24}$/)
    .default('')
    .describe('Put in front of every database name and Redis key, so that several installations can share servers.'),
  poolSize: wholeNumber(40, 'MongoDB connections of one process.', 2),
  transactionTimeoutMs: wholeNumber(10_000, 'How long a transaction that meets others may try again.', 100),
  startPatienceMs: wholeNumber(30_000, 'How long a start waits for a MongoDB that does not answer yet.'),
  queryTimeoutMs: wholeNumber(5_000, 'The longest a list or query may take in MongoDB.', 10),
  feedRetentionDays: wholeNumber(8, 'How many days back the change feed can be resumed.', 1),
  coalesceMaxItems: wholeNumber(500, 'The most operations that are merged into one command.', 1),
  documentMaxBytes: wholeNumber(
    1_048_576,
    'The largest document, at most 4 MiB: a change event holds two and must stay below 16 MiB.',
    1_024,
  ),
});
export type StoreSettings = z.infer<typeof StoreSettings>;
