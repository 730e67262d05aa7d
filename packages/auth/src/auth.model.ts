import { SigningKeyKind } from './access-tokens/access-tokens.model.ts';
import { UserWorkKind } from './erasure/erasure.model.ts';
import { AuthEventKind } from './events/events.model.ts';
import { PageCodeKind, ThemeKind } from './hosted/hosted.model.ts';
import { CaptchaKind, HookKind } from './hooks/hooks.model.ts';
import { TokenKeyKind } from './custom-tokens/custom-tokens.model.ts';
import { IdentityKind } from './identities/identities.model.ts';
import { PasskeyChallengeKind, PasskeyKind } from './passkeys/passkeys.model.ts';
import { PolicyKind } from './policy/policy.model.ts';
import { ProfileDefinitionKind } from './profiles/profiles.model.ts';
import { ProofKind } from './proofs/proofs.model.ts';
import { FactorsKind, SecondStepKind } from './second-factors/second-factors.model.ts';
import { FlowKind, ProviderKind, UsedTokenKind } from './providers/providers.model.ts';
import { SmsCodeKind, SmsSenderKind } from './sms/sms.model.ts';
import { SessionKind } from './sessions/sessions.model.ts';
import { TeamInvitationKind, TeamKind, TeamMemberKind } from './teams/teams.model.ts';
import { RoleGraphKind, RoleKind, UserKind } from './users/users.model.ts';

/** Everything that auth keeps. */
export const AuthKinds = [
  UserKind,
  RoleKind,
  SessionKind,
  PolicyKind,
  ProofKind,
  AuthEventKind,
  HookKind,
  CaptchaKind,
  FactorsKind,
  SecondStepKind,
  PasskeyKind,
  PasskeyChallengeKind,
  ProviderKind,
  FlowKind,
  UsedTokenKind,
  IdentityKind,
  TokenKeyKind,
  SigningKeyKind,
  RoleGraphKind,
  ProfileDefinitionKind,
  UserWorkKind,
  TeamKind,
  TeamMemberKind,
  TeamInvitationKind,
  ThemeKind,
  PageCodeKind,
  SmsSenderKind,
  SmsCodeKind,
];
