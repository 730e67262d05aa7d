import type { ProviderRow } from './providers.model.ts';

/** What is known of a provider before anybody sets it up. */
export interface Preset {
  /** The discovery document lies below it; for those without one it only names the provider. */
  readonly issuer: string;
  readonly scopes: readonly string[];
  /** What its authorization endpoint wants besides. */
  readonly parameters?: Readonly<Record<string, string>>;
  /** Those that speak OAuth 2.0 without OpenID Connect. */
  readonly oauth2?: {
    readonly authorization: string;
    readonly token: string;
    /** Says who somebody is. */
    readonly profile: string;
    /** GitHub's list of addresses. */
    readonly emails?: string;
  };
}

const OPENID = ['openid', 'email', 'profile'];
const GRAPH_VERSION = 'v23.0';

/** What the preset of a provider stands for. `issuer` of the row puts another place in its stead. */
export function presetOf({ preset, issuer }: Pick<ProviderRow, 'preset' | 'issuer'>): Preset {
  const elsewhere = issuer?.replace(/\/$/, '');
  switch (preset) {
    case 'google':
      return { issuer: issuer ?? 'https://accounts.google.com', scopes: OPENID };
    case 'apple':
      // Apple sends name and address only in a form, not in a redirect.
      return {
        issuer: issuer ?? 'https://appleid.apple.com',
        scopes: ['openid', 'name', 'email'],
        parameters: { response_mode: 'form_post' },
      };
    case 'microsoft':
      return { issuer: issuer ?? 'https://login.microsoftonline.com/common/v2.0', scopes: OPENID };
    case 'oidc':
      return { issuer: issuer ?? '', scopes: OPENID };
    case 'github': {
      const site = elsewhere ?? 'https://github.com';
      const api = elsewhere === undefined ? 'https://api.github.com' : `${elsewhere}/api/v3`;
      return {
        issuer: `${site}/login/oauth`,
        scopes: ['read:user', 'user:email'],
        oauth2: {
          authorization: `${site}/login/oauth/authorize`,
          token: `${site}/login/oauth/access_token`,
          profile: `${api}/user`,
          emails: `${api}/user/emails`,
        },
      };
    }
    case 'facebook': {
      const graph = `${elsewhere ?? 'https://graph.facebook.com'}/${GRAPH_VERSION}`;
      return {
        issuer: elsewhere ?? 'https://www.facebook.com',
        scopes: ['public_profile', 'email'],
        oauth2: {
          authorization: `${elsewhere ?? 'https://www.facebook.com'}/${GRAPH_VERSION}/dialog/oauth`,
          token: `${graph}/oauth/access_token`,
          profile: `${graph}/me?fields=id,name,email`,
        },
      };
    }
    case 'discord': {
      const site = elsewhere ?? 'https://discord.com';
      return {
        issuer: site,
        scopes: ['identify', 'email'],
        oauth2: { authorization: `${site}/oauth2/authorize`, token: `${site}/api/oauth2/token`, profile: `${site}/api/users/@me` },
      };
    }
  }
}
