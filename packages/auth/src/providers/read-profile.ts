import type { Configuration, TokenEndpointResponse, TokenEndpointResponseHelpers } from 'openid-client';
import { fetchProtectedResource, fetchUserInfo } from 'openid-client';
import { presetOf } from './preset-of.ts';
import { profileOfClaims } from './profile-of-claims.ts';
import type { ProviderProfile } from './provider-profile.ts';
import { profileEmail, profileName } from './provider-profile.ts';
import type { ProviderRow } from './providers.model.ts';

/** What a provider gave for its code. */
export type ProviderTokens = TokenEndpointResponse & TokenEndpointResponseHelpers;

/** Who the tokens are about, asked of the provider where they don't say it. @throws Error when the provider gives no usable answer */
export function readProfile(client: Configuration, row: ProviderRow, tokens: ProviderTokens): Promise<ProviderProfile> {
  return presetOf(row).oauth2 === undefined ? readClaims(client, row, tokens) : readAccount(client, row, tokens.access_token);
}

async function readClaims(client: Configuration, row: ProviderRow, tokens: ProviderTokens): Promise<ProviderProfile> {
  const claims = tokens.claims();
  if (claims === undefined) throw new Error('there is no id token');
  const { userinfo_endpoint: more } = client.serverMetadata();
  if (claims['email'] !== undefined || more === undefined || row.preset !== 'oidc') return profileOfClaims(row, claims);
  const info = await fetchUserInfo(client, tokens.access_token, claims.sub);
  return profileOfClaims(row, { ...info, ...claims });
}

/** The account of a provider without id tokens. */
async function readAccount(client: Configuration, row: ProviderRow, accessToken: string): Promise<ProviderProfile> {
  const { issuer, oauth2 } = presetOf(row);
  const ask = async (url: string): Promise<unknown> => {
    const headers = new Headers({ accept: 'application/json', 'user-agent': 'mainstay' });
    const answer = await fetchProtectedResource(client, accessToken, new URL(url), 'GET', undefined, headers);
    if (!answer.ok) throw new Error(`the provider answered ${answer.status}`);
    return answer.json();
  };
  const account = asRecord(await ask(oauth2?.profile ?? ''));
  const { id } = account;
  if ((typeof id !== 'string' && typeof id !== 'number') || String(id) === '') throw new Error('the account has no id');
  const emails = oauth2?.emails === undefined ? null : await ask(oauth2.emails);
  return {
    // Its numbers are not the subjects of an OpenID provider at the same place.
    issuer: `${row.preset}:${issuer}`,
    subject: String(id),
    ...(emails === null ? ownEmail(row, account) : primaryEmail(emails)),
    name: profileName(account['name'] ?? account['global_name'] ?? account['login'] ?? account['username']),
  };
}

/** Discord says whether the address is proven; Facebook does not. */
function ownEmail({ preset }: ProviderRow, account: Record<string, unknown>) {
  return profileEmail(account['email'], preset === 'discord' && account['verified'] === true);
}

/** The address that GitHub writes to. */
function primaryEmail(emails: unknown) {
  const listed = Array.isArray(emails) ? emails.map(asRecord) : [];
  const primary = listed.find((one) => one['primary'] === true);
  return profileEmail(primary?.['email'], primary?.['verified'] === true);
}

function asRecord(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}
