import { wholeNumber, yesOrNo } from '@mainstay/kernel';
import { z } from 'zod';

/** How messages are delivered. */
export const MessagingSettings = z.object({
  vapidSubject: z
    .string()
    .regex(/^(mailto:|https:\/\/)\S+$/, 'must be a mailto: or https: address')
    .default('mailto:operator@example.com')
    .describe('How push services reach the operator (RFC 8292).'),
  allowPrivateEndpoints: yesOrNo(
    false,
    'Whether push endpoints may lie on loopback and private addresses, speak plain http and have certificates of their own: for tests.',
  ),
  maxAttempts: wholeNumber(5, 'How often a delivery is tried.', 1),
  retrySeconds: wholeNumber(2, 'The wait before the second try; it doubles with every further one.', 1),
  requestTimeoutMs: wholeNumber(10_000, 'How long a call of a push service may take as a whole.', 100),
  maxAnswerBytes: wholeNumber(16_384, 'What is read of the answer of a push service; a longer one is cut.', 0),
  claimSeconds: wholeNumber(
    60,
    'After how long a delivery whose worker died is tried by another one. Never less than two calls may take.',
    1,
  ),
  announceMs: wholeNumber(500, 'The least time between two announcements that one message has come further.', 0),
});
export type MessagingSettings = z.infer<typeof MessagingSettings>;
