import type { Auth } from './create-auth.ts';
import { signInRoutes } from './users/sign-in.routes.ts';
import { accessTokensRoutes } from './access-tokens/access-tokens.routes.ts';
import { customTokensRoutes } from './custom-tokens/custom-tokens.routes.ts';
import { teamsRoutes } from './teams/teams.routes.ts';
import { importsRoutes } from './imports/imports.routes.ts';
import { erasureRoutes } from './erasure/erasure.routes.ts';
import { usersRoutes } from './users/users.routes.ts';
import { policyRoutes } from './policy/policy.routes.ts';
import { proofsRoutes } from './proofs/proofs.routes.ts';
import { hooksRoutes } from './hooks/hooks.routes.ts';
import { profilesRoutes } from './profiles/profiles.routes.ts';
import { eventsRoutes } from './events/events.routes.ts';
import { hostedRoutes } from './hosted/hosted.routes.ts';
import { passkeyRoutes } from './passkeys/passkeys.routes.ts';
import { secondFactorRoutes } from './second-factors/second-factors.routes.ts';
import { providersRoutes } from './providers/providers.routes.ts';
import { flowsRoutes } from './providers/flows.routes.ts';
import { smsRoutes } from './sms/sms.routes.ts';
import { identitiesRoutes } from './identities/identities.routes.ts';

/** Every route of auth. */
export function authRoutes(auth: Auth) {
  return [
    ...hooksRoutes(auth),
    ...eventsRoutes(auth),
    ...profilesRoutes(auth),
    ...signInRoutes(auth),
    ...importsRoutes(auth),
    ...erasureRoutes(auth),
    ...usersRoutes(auth),
    ...teamsRoutes(auth),
    ...policyRoutes(auth),
    ...proofsRoutes(auth),
    ...hostedRoutes(auth),
    ...passkeyRoutes(auth),
    ...secondFactorRoutes(auth),
    ...providersRoutes(auth),
    ...flowsRoutes(auth),
    ...identitiesRoutes(auth),
    ...smsRoutes(auth),
    ...customTokensRoutes(auth),
    ...accessTokensRoutes(auth),
  ];
}
