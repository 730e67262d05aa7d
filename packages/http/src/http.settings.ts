import { wholeNumber } from '@mainstay/kernel';
import { z } from 'zod';

/** How the HTTP door behaves. */
export const HttpSettings = z.object({
  bodyMaxBytes: wholeNumber(1_048_576, 'The largest JSON body, after decompression.', 1_024),
  requestTimeoutMs: wholeNumber(60_000, 'How long a client may take to send a request.', 1_000),
  headersTimeoutMs: wholeNumber(15_000, 'How long a client may take to send its headers.', 1_000),
  maxConnections: wholeNumber(10_000, 'Open connections of one process; more are refused.', 10),
  trustProxy: z.string().default('').describe('Comma-separated CIDRs of proxies whose X-Forwarded-* headers count.'),
});
export type HttpSettings = z.infer<typeof HttpSettings>;
