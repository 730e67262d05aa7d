import { wholeNumber, yesOrNo } from '@mainstay/kernel';
import { z } from 'zod';

/** How messages are delivered. */
export const MessagingSettings = z.object({
  vapidSubject: z.string().default('mailto:operator@example.com').describe('How push services reach the operator (RFC 8292).'),
  allowPrivateEndpoints: yesOrNo(
    false,
    'Whether push endpoints may lie on loopback and private addresses, with certificates of their own: for tests.',
  ),
  maxAttempts: wholeNumber(5, 'How often a delivery is tried.', 1),
  retrySeconds: wholeNumber(2, 'The wait before the second try; it doubles with every further one.', 1),
  requestTimeoutMs: wholeNumber(10_000, 'How long a push service may take to answer.', 100),
});
export type MessagingSettings = z.infer<typeof MessagingSettings>;
