export type ProviderPreset = 'google' | 'apple' | 'microsoft' | 'github' | 'facebook' | 'discord' | 'oidc';

/** A service that signs users in. */
export interface Provider {
  readonly name: string;
  readonly preset: ProviderPreset;
  readonly issuer: string | null;
  readonly clientId: string;
  readonly audiences: readonly string[];
  readonly hasSecret: boolean;
  readonly teamId: string | null;
  readonly keyId: string | null;
  readonly scopes: readonly string[];
  readonly enabled: boolean;
  readonly createsUsers: boolean;
  readonly linkByEmail: boolean;
  readonly callbackUrl: string;
  readonly createdAt: string;
}

/** What is sent of it; without `clientSecret` the stored one stays. */
export type ProviderBody = Omit<Provider, 'name' | 'hasSecret' | 'callbackUrl' | 'createdAt'> & { readonly clientSecret?: string };

/** The key of a server whose tokens sign users in. */
export interface TokenKey {
  readonly id: string;
  readonly name: string;
  readonly algorithm: string;
  readonly createdAt: string;
}

/** A key that signs access tokens. */
export interface SigningKey {
  readonly id: string;
  readonly isCurrent: boolean;
  readonly createdAt: string;
  readonly expiresAt: string | null;
}

/** What people call the presets. */
export const PRESET_NAMES: Readonly<Record<ProviderPreset, string>> = {
  google: 'Google',
  apple: 'Apple',
  microsoft: 'Microsoft',
  github: 'GitHub',
  facebook: 'Facebook',
  discord: 'Discord',
  oidc: 'OpenID Connect',
};

/** An account elsewhere that signs a user in. */
export interface Identity {
  readonly id: string;
  readonly provider: string;
  readonly subject: string;
  readonly email: string | null;
  readonly lastUsedAt: string;
}
