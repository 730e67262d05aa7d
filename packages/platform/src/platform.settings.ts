import { wholeNumber, yesOrNo } from '@mainstay/kernel';
import { z } from 'zod';

/** Accounts, and what a new project may use. */
export const PlatformSettings = z.object({
  sessionDays: wholeNumber(30, 'How long a dashboard session lasts without use.', 1),
  sessionMaxDays: wholeNumber(90, 'How long a dashboard session lasts at most, however much it is used.', 1),
  linkMinutes: wholeNumber(60, 'How long the links in mails to accounts work.', 1),
  failuresLoggedPerHour: wholeNumber(20, 'The failed sign-ins of one account that its log tells of in an hour.', 1),
  passkeyRequestsPerIpHour: wholeNumber(1_000, 'The passkeys that one network address may ask for in an hour.', 1),
  factorGuessesPerDay: wholeNumber(
    50,
    'The second factors of one account that may be tried in a day from places where it was not used yet.',
    6,
  ),
  invitationDays: wholeNumber(7, 'How long an invitation to an organization can be accepted.', 1),
  invitationsPerHour: wholeNumber(100, 'The people whom one account may invite in an hour.', 1),
  mailsPerIpHour: wholeNumber(100, 'The mails to accounts that one network address may ask for in an hour.', 1),
  mailsPerEmailHour: wholeNumber(10, 'The mails of one kind that one network address may ask for one account in an hour.', 1),
  signUpsPerIpHour: wholeNumber(300, 'The accounts that one network address may make in an hour.', 1),
  openSignup: yesOrNo(true, 'Whether anybody who reaches the dashboard may make an account.'),
  deletedProjectDays: wholeNumber(7, 'How long a deleted project or organization can be restored before it is erased.'),
  eraseEveryMs: wholeNumber(60_000, 'How often a worker looks for deleted projects to erase.', 50),
  requestsPerSecond: wholeNumber(1_000, 'API requests a second of a new project.', 1),
  storageBytes: wholeNumber(5_368_709_120, 'File bytes of a new project.'),
  connections: wholeNumber(10_000, 'Open sockets and MQTT connections of a new project.', 1),
  messagesPerSecond: wholeNumber(20_000, 'MQTT messages a second of a new project.', 1),
  eventsPerSecond: wholeNumber(20_000, 'Analytics events a second of a new project.', 1),
  collections: wholeNumber(100, 'Collections of a new project.', 1),
});
export type PlatformSettings = z.infer<typeof PlatformSettings>;
