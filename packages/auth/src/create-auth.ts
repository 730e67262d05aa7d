import type { Frame } from '@mainstay/host';
import type { Principal, ProjectContext } from '@mainstay/kernel';
import { createSeal } from '@mainstay/kernel';
import type { Mailer } from '@mainstay/mail';
import { createAcceptPassword } from './abuse/create-accept-password.ts';
import { createAttemptGuard } from '@mainstay/passwords';
import { createAccessTokens } from './access-tokens/access-tokens.service.ts';
import { createSigningKeys } from './access-tokens/signing-keys.service.ts';
import type { AuthSettings } from './auth.settings.ts';
import { createErasure } from './erasure/erasure.service.ts';
import { createMergers } from './erasure/mergers.service.ts';
import { ownKeepers } from './erasure/own-keepers.ts';
import { createAuthEvents } from './events/events.service.ts';
import { createCaptchas } from './hooks/captcha.service.ts';
import { createHooks } from './hooks/hooks.service.ts';
import { captchaSources } from './hosted/captcha-sources.ts';
import { createPageCodes } from './hosted/page-codes.service.ts';
import { createThemes } from './hosted/themes.service.ts';
import { createUserImports } from './imports/imports.service.ts';
import { createPasskeys } from './passkeys/passkeys.service.ts';
import { createPolicies } from './policy/policy.service.ts';
import { createProfiles } from './profiles/profiles.service.ts';
import { createEmailChange } from './proofs/email-change.service.ts';
import { createEmailSignIn } from './proofs/email-sign-in.service.ts';
import { createProofs } from './proofs/proofs.service.ts';
import { createVouching } from './providers/create-vouching.ts';
import { createEffectiveRoles } from './roles/create-effective-roles.ts';
import { createRoles } from './roles/roles.service.ts';
import { createFactorNeed } from './second-factors/create-factor-need.ts';
import { createEnrolments } from './second-factors/enrolments.service.ts';
import { createNoteFactor } from './second-factors/create-note-factor.ts';
import { createSecondFactors } from './second-factors/second-factors.service.ts';
import { createSecondSteps } from './second-factors/second-steps.service.ts';
import { createSmsCodes } from './sms/sms-codes.service.ts';
import { createSmsSender } from './sms/sms-sender.service.ts';
import { createSessions } from './sessions/sessions.service.ts';
import { createSignIn } from './users/sign-in.service.ts';
import { createDepartures } from './teams/departures.service.ts';
import { createInvitations } from './teams/invitations.service.ts';
import { createTeams } from './teams/teams.service.ts';
import { createUsers } from './users/users.service.ts';

/** What auth needs besides the frame. */
export interface AuthDependencies {
  readonly settings: AuthSettings;
  readonly mailer: Mailer;
  /** 32 bytes that seal what projects keep secret. */
  readonly masterKey: Buffer;
}

/** Users, sessions and roles of projects, and the ways in. */
export function createAuth(frame: Frame, { settings, mailer, masterKey }: AuthDependencies) {
  const seal = createSeal(masterKey, 'auth');
  const policies = createPolicies(frame);
  const events = createAuthEvents(frame, { settings, policies });
  const effectiveRoles = createEffectiveRoles(frame);
  const needsFactor = createFactorNeed(policies, effectiveRoles);
  const sessions = createSessions(frame, { settings, events, effectiveRoles, needsFactor, policies });
  const erasure = createErasure(frame);
  const profiles = createProfiles(frame);
  const hooks = createHooks(frame, { settings, seal });
  const guard = createAttemptGuard(frame);
  const acceptPassword = createAcceptPassword(policies);
  const users = createUsers(frame, { settings, sessions, policies, guard, acceptPassword, events, hooks, profiles, erasure });
  const proofs = createProofs(frame, { settings, policies, guard });
  const enrolments = createEnrolments(frame, seal);
  const secondSteps = createSecondSteps(frame, settings);
  const passkeys = createPasskeys(frame, {
    settings,
    policies,
    guard,
    otherWaysIn: [(context, userId) => vouching.identities.hasAny(context, userId)],
  });
  const secondFactors = createSecondFactors(frame, {
    settings,
    users,
    sessions,
    policies,
    proofs,
    guard,
    events,
    enrolments,
    steps: secondSteps,
    passkeys,
    needsFactor,
  });
  const vouching = createVouching(frame, {
    settings,
    seal,
    users,
    sessions,
    policies,
    proofs,
    guard,
    events,
    evictions: [(context, userId) => enrolments.removeAll(context, userId), (context, userId) => passkeys.removeAll(context, userId)],
    otherWaysIn: [async (context, userId) => (await passkeys.count(context, userId)) > 0],
  });
  const smsSender = createSmsSender(frame, { settings, seal });
  const signingKeys = createSigningKeys(frame, { settings, seal });
  const teams = createTeams(frame, { settings, users, sessions, policies, events });
  const mergers = createMergers(frame, { users, sessions, erasure, events });
  const keepers = ownKeepers(frame, { users, sessions, proofs, departures: createDepartures(frame, { teams, sessions }), events, mergers });
  for (const keeper of keepers.first) erasure.addKeeper(keeper);
  for (const keeper of keepers.last) erasure.addLastKeeper(keeper);
  const captchas = createCaptchas(frame, { settings, seal });
  return {
    frame,
    events,
    hooks,
    profiles,
    teams,
    erasure,
    mergers,
    imports: createUserImports(frame, { settings, events, profiles }),
    invitations: createInvitations(frame, { settings, teams, users, sessions, policies, guard, mailer, events }),
    captchas,
    /** From where the sign-in page may load what its captcha needs. */
    signInPageSources: async (context: ProjectContext): Promise<readonly string[]> => captchaSources(await captchas.get(context)),
    mailer,
    seal,
    sessions,
    users,
    policies,
    proofs,
    ...createSignIn({ settings, users, sessions, policies, proofs, guard, events, secondFactors, passkeys }),
    enrolments,
    passkeys,
    secondSteps,
    secondFactors,
    noteFactor: createNoteFactor({ events, users, policies, mailer }),
    emailChange: createEmailChange({ users, proofs, policies, mailer, events }),
    emailSignIn: createEmailSignIn({ users, claim: vouching.claim, sessions, proofs, policies, mailer, acceptPassword, events }),
    themes: createThemes(frame, { settings, policies, smsSender }),
    pageCodes: createPageCodes(frame, { users, sessions, policies }),
    ...vouching,
    effectiveRoles,
    roles: createRoles(frame, { sessions, effectiveRoles }),
    signingKeys,
    smsSender,
    smsCodes: createSmsCodes(frame, { settings, policies, guard, smsSender }),
    accessTokens: createAccessTokens(frame, { settings, signingKeys }),
    resolvePrincipal: (context: ProjectContext, bearer: string): Principal | Promise<Principal> => sessions.resolve(context, bearer),
    onRevoked: sessions.onRevoked,
    countUsers: (context: ProjectContext): Promise<number> => users.count(context),
  };
}
export type Auth = ReturnType<typeof createAuth>;
