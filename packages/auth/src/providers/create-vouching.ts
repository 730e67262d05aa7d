import type { Frame } from '@mainstay/host';
import type { Seal } from '@mainstay/kernel';
import type { AttemptGuard } from '@mainstay/passwords';
import type { AuthSettings } from '../auth.settings.ts';
import type { AuthEvents } from '../events/events.service.ts';
import { createIdentities } from '../identities/identities.service.ts';
import type { OtherWayIn } from '../identities/identities.service.ts';
import type { Policies } from '../policy/policy.service.ts';
import type { Proofs } from '../proofs/proofs.service.ts';
import type { Sessions } from '../sessions/sessions.service.ts';
import type { Eviction } from '../users/create-claim.ts';
import { createClaim } from '../users/create-claim.ts';
import type { Users } from '../users/users.service.ts';
import { createCustomTokens } from '../custom-tokens/custom-tokens.service.ts';
import { createTokenKeys } from '../custom-tokens/token-keys.service.ts';
import { createGuardedFetch } from './create-guarded-fetch.ts';
import { createKeySets } from './create-key-sets.ts';
import { createProviderClients } from './create-provider-clients.ts';
import { createUsedTokens } from './create-used-tokens.ts';
import { createFlows } from './flows.service.ts';
import { createIdTokens } from './id-tokens.service.ts';
import { createProviderSignIn } from './provider-sign-in.service.ts';
import { createProviders } from './providers.service.ts';

/** What signing in by what others vouch for needs. */
export interface VouchingDependencies {
  readonly settings: AuthSettings;
  readonly seal: Seal;
  readonly users: Users;
  readonly sessions: Sessions;
  readonly policies: Policies;
  readonly proofs: Proofs;
  readonly guard: AttemptGuard;
  readonly events: AuthEvents;
  /** What else has to go when an account turns out to be somebody else's. */
  readonly evictions: readonly Eviction[];
  /** By what else users may sign in, so that their last identity can go. */
  readonly otherWaysIn: readonly OtherWayIn[];
}

/** Sign-in by what others vouch for: providers in the browser, id tokens, and the accounts elsewhere that users have linked. */
export function createVouching(frame: Frame, { evictions, otherWaysIn, ...dependencies }: VouchingDependencies) {
  const { settings, seal } = dependencies;
  const { allowPrivateIssuers: allowPrivate, providerTimeoutMs: timeoutMs } = settings;
  const identities = createIdentities(frame, { otherWaysIn });
  const forget: Eviction = (context, userId) => identities.forgetUser(context, userId);
  const claim = createClaim({ ...dependencies, evictions: [forget, ...evictions] });
  const providers = createProviders(frame, { settings, seal });
  const guardedFetch = createGuardedFetch({ allowPrivate, timeoutMs });
  const clients = createProviderClients({ clock: frame.clock, seal, guardedFetch, allowPrivate });
  const tokenKeys = createTokenKeys(frame);
  const usedTokens = createUsedTokens(frame);
  const keySetOf = createKeySets(guardedFetch, timeoutMs);
  return {
    identities,
    claim,
    providers,
    flows: createFlows(frame, { ...dependencies, providers, clients }),
    idTokens: createIdTokens({ clock: frame.clock, clients, keySetOf, usedTokens }),
    tokenKeys,
    customTokens: createCustomTokens({ clock: frame.clock, tokenKeys, usedTokens }),
    providerSignIn: createProviderSignIn({ ...dependencies, identities, claim }),
  };
}
