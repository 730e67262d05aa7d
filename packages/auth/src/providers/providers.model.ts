import type { UserId } from '@mainstay/kernel';
import { defineKind } from '@mainstay/store';
import type { PRESETS } from './providers.schema.ts';

/** A service that says who somebody is, as one project set it up. The id is its name in URLs. */
export interface ProviderRow {
  readonly id: string;
  readonly preset: (typeof PRESETS)[number];
  /** Where the provider is; null where the preset says so. */
  readonly issuer: string | null;
  readonly clientId: string;
  /** Client ids of native apps, whose id tokens are taken as well. */
  readonly audiences: readonly string[];
  readonly sealedSecret: string | null;
  /** Apple's: the secret is then the key that signs the client secrets. */
  readonly teamId: string | null;
  readonly keyId: string | null;
  readonly scopes: readonly string[];
  readonly enabled: boolean;
  readonly createsUsers: boolean;
  readonly linkByEmail: boolean;
  /** Another one with every change: what was derived from the row is then made anew. */
  readonly revision: string;
  readonly createdAt: Date;
}
export const ProviderKind = defineKind<ProviderRow>({ name: 'authProviders' });

/** One way through a provider, from the first redirect to the session. Every step works once. */
export interface FlowRow {
  /** SHA-256 of the `state`. */
  readonly id: string;
  readonly provider: string;
  /** `begun`: the browser is at the provider. `answered`: it came back. `proven`: the code for the app is out. `used`: it was exchanged. */
  readonly step: 'begun' | 'answered' | 'proven' | 'used';
  readonly nonce: string;
  readonly sealedVerifier: string;
  /** SHA-256 of the cookie of the browser that began; null where a signed-in user began, who has to be there at the end. */
  readonly browserHash: string | null;
  /** Where the browser came back to: the provider wants to hear the same again. */
  readonly redirectUri: string;
  /** Where it goes in the end. */
  readonly destination: string;
  /** The app's own PKCE challenge (S256). */
  readonly codeChallenge: string;
  /** The user who adds the identity; null at a sign-in. */
  readonly linkTo: UserId | null;
  readonly codeHash?: string;
  readonly sealedProfile?: string;
  readonly createdAt: Date;
  readonly expiresAt: Date;
}
export const FlowKind = defineKind<FlowRow>({
  name: 'providerFlows',
  indexes: [
    { fields: { codeHash: 1 }, unique: true, where: { codeHash: { $exists: true } } },
    { fields: { expiresAt: 1 }, expireAfterSeconds: 0 },
  ],
});

/** A token that was used; its like is refused until it has run out. The id is a hash. */
export interface UsedTokenRow {
  readonly id: string;
  readonly expiresAt: Date;
}
export const UsedTokenKind = defineKind<UsedTokenRow>({
  name: 'usedTokens',
  indexes: [{ fields: { expiresAt: 1 }, expireAfterSeconds: 0 }],
});
