import { defineModule } from '@mainstay/host';
import type { Auth } from './create-auth.ts';
import { AuthEventKind } from './events/events.model.ts';
import { PageCodeKind, ThemeKind } from './hosted/hosted.model.ts';
import { CaptchaKind, HookKind } from './hooks/hooks.model.ts';
import { TokenKeyKind } from './custom-tokens/custom-tokens.model.ts';
import { IdentityKind } from './identities/identities.model.ts';
import { PolicyKind } from './policy/policy.model.ts';
import { ProfileDefinitionKind } from './profiles/profiles.model.ts';
import { ProofKind } from './proofs/proofs.model.ts';
import { FactorsKind, SecondStepKind } from './second-factors/second-factors.model.ts';
import { FlowKind, ProviderKind, UsedTokenKind } from './providers/providers.model.ts';
import { SessionKind } from './sessions/sessions.model.ts';
import { TeamInvitationKind, TeamKind, TeamMemberKind } from './teams/teams.model.ts';
import { RoleGraphKind, RoleKind, UserKind } from './users/users.model.ts';

/** What auth adds to each process. */
export function authModule(auth: Auth) {
  return defineModule({
    name: 'auth',
    kinds: [
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
      ProviderKind,
      FlowKind,
      UsedTokenKind,
      IdentityKind,
      TokenKeyKind,
      RoleGraphKind,
      ProfileDefinitionKind,
      TeamKind,
      TeamMemberKind,
      TeamInvitationKind,
      ThemeKind,
      PageCodeKind,
    ],
    async api() {
      const { signInRoutes } = await import('./users/sign-in.routes.ts');
      const { usersRoutes } = await import('./users/users.routes.ts');
      const { policyRoutes } = await import('./policy/policy.routes.ts');
      const { proofsRoutes } = await import('./proofs/proofs.routes.ts');
      const { hooksRoutes } = await import('./hooks/hooks.routes.ts');
      const { profilesRoutes } = await import('./profiles/profiles.routes.ts');
      const { eventsRoutes } = await import('./events/events.routes.ts');
      const { hostedRoutes } = await import('./hosted/hosted.routes.ts');
      const { secondFactorRoutes } = await import('./second-factors/second-factors.routes.ts');
      const { providersRoutes } = await import('./providers/providers.routes.ts');
      const { flowsRoutes } = await import('./providers/flows.routes.ts');
      const { customTokensRoutes } = await import('./custom-tokens/custom-tokens.routes.ts');
      const { identitiesRoutes } = await import('./identities/identities.routes.ts');
      return {
        routes: [
          ...hooksRoutes(auth),
          ...eventsRoutes(auth),
          ...profilesRoutes(auth),
          ...signInRoutes(auth),
          ...usersRoutes(auth),
          ...policyRoutes(auth),
          ...proofsRoutes(auth),
          ...hostedRoutes(auth),
          ...secondFactorRoutes(auth),
          ...providersRoutes(auth),
          ...flowsRoutes(auth),
          ...identitiesRoutes(auth),
          ...customTokensRoutes(auth),
        ],
      };
    },
    async worker() {
      const { proofsJobs } = await import('./proofs/proofs.jobs.ts');
      const { eventsJobs } = await import('./events/events.jobs.ts');
      return { jobs: [...proofsJobs(auth.frame, auth), ...eventsJobs(auth.frame, auth.events)] };
    },
  });
}
