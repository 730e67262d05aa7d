import { wholeNumber, yesOrNo } from '@mainstay/kernel';
import { z } from 'zod';

/** How users of projects sign in. */
export const AuthSettings = z.object({
  sessionMinutes: wholeNumber(60, 'How long a session token lasts before it must be refreshed.', 1),
  refreshDays: wholeNumber(60, 'How long a sign-in lasts without use.', 1),
  refreshGraceSeconds: wholeNumber(30, 'How long a refresh token that was just used may be used again, for answers that got lost.'),
  anonymousUsers: yesOrNo(true, 'Whether apps may make users without e-mail and password.'),
  proofsPerIpHour: wholeNumber(100, 'The mails with links or codes that one network address may ask for in an hour.', 1),
  proofsPerEmailHour: wholeNumber(10, 'The mails of one kind that one network address may ask for one e-mail address in an hour.', 1),
  passkeysPerUser: wholeNumber(20, 'The passkeys that one user may have.', 1),
  passkeyChallengesPerIpHour: wholeNumber(
    2_000,
    'The sign-ins and sign-ups with passkeys that one network address may begin in an hour.',
    1,
  ),
  secondStepMinutes: wholeNumber(10, 'How long a sign-in waits for its second factor.', 1),
  factorGuessesPerDay: wholeNumber(100, 'The codes that may be tried for one user in a day from new places, and from each known one.', 1),
  smsPerNumberHour: wholeNumber(5, 'The text messages to one number in an hour: they cost money.', 1),
  smsPerIpHour: wholeNumber(20, 'The text messages that one network address may ask for in an hour.', 1),
  smsPerProjectHour: wholeNumber(1_000, 'The text messages of a project in an hour.', 1),
  signUpsPerIpHour: wholeNumber(300, 'The users that one network address may make in an hour.', 1),
  eventDays: wholeNumber(90, 'How long the events of users (sign-ins and the like) are kept beside the audit log, in days.', 1),
  failuresLoggedPerHour: wholeNumber(20, 'The failed sign-ins of one account that are logged in an hour; all count for the throttle.', 1),
  hookTimeoutMs: wholeNumber(3_000, 'How long a hook or the provider of a captcha may take to answer.', 100),
  allowPrivateHooks: yesOrNo(
    false,
    'Whether hooks and verifyUrl may lie on loopback and private addresses and speak plain http: for development and tests.',
  ),
  allowPrivateIssuers: yesOrNo(
    false,
    'Whether providers may lie on loopback and private addresses, without TLS: for development and tests.',
  ),
  providerTimeoutMs: wholeNumber(10_000, 'How long a sign-in provider may take for each answer.', 100),
  providersPerProject: wholeNumber(30, 'The sign-in providers that a project may have.', 1),
  flowsPerIpHour: wholeNumber(300, 'The sign-ins with a provider that one network address may begin in an hour.', 1),
  accessTokenMinutes: wholeNumber(5, 'How long an access token for other services lasts; it cannot be taken back.', 1),
  teamsPerUser: wholeNumber(100, 'The teams that a user may be in.', 1),
  membersPerTeam: wholeNumber(1_000, 'The members that a team may have.', 1),
  invitationsPerTeamHour: wholeNumber(100, 'The invitations that a team, and that one user, may send in an hour.', 1),
  invitationDays: wholeNumber(7, 'How long an invitation to a team works, in days.', 1),
  importMaxUsers: wholeNumber(20_000, 'The users that one import takes.', 1),
});
export type AuthSettings = z.infer<typeof AuthSettings>;
