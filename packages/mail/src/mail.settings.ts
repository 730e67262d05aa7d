import { wholeNumber, yesOrNo } from '@mainstay/kernel';
import { z } from 'zod';

/** How mails are sent. Without an SMTP server they stay in the inbox for development. */
export const MailSettings = z.object({
  smtpHost: z.string().default('').describe("The SMTP server of Mainstay's own mails; empty keeps them in the inbox for development."),
  smtpPort: wholeNumber(587, 'The port of that server.', 1),
  smtpSecure: yesOrNo(false, 'Whether that connection begins with TLS (port 465) instead of asking for it (STARTTLS).'),
  smtpUser: z.string().default('').describe('The user name at that server; empty signs in without.'),
  smtpPassword: z.string().default('').describe('The password at that server.'),
  from: z
    .string()
    .regex(/^[^\s@<>"(),;:\p{C}]+@[^\s@<>"(),;:\p{C}]+$/u, 'must be an e-mail address')
    .default('mainstay@localhost.localdomain')
    .describe("The sender of Mainstay's own mails."),
  fromName: z.string().max(100).default('Mainstay').describe('The name of that sender.'),
  forProjects: yesOrNo(false, 'Whether projects without an SMTP server of their own send through this one.'),
  allowPrivateHosts: yesOrNo(false, 'Whether SMTP servers of projects may lie on loopback and private addresses: for tests.'),
  maxAttempts: wholeNumber(8, 'How often a mail is tried.', 1),
  retrySeconds: wholeNumber(10, 'The wait before the second try; it doubles with every further one.', 1),
  timeoutMs: wholeNumber(15_000, 'How long an SMTP server may take for each step.', 100),
  claimSeconds: wholeNumber(
    120,
    'After how long a mail whose worker died is tried by another one. Never less than four steps may take.',
    1,
  ),
  perHour: wholeNumber(1_000, 'The mails that a project may send in an hour.', 1),
  keepDays: wholeNumber(30, 'How long mails are kept.', 1),
});
export type MailSettings = z.infer<typeof MailSettings>;
