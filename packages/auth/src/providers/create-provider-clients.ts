import type { Clock, ProjectContext, Seal } from '@mainstay/kernel';
import { LoadingCache } from '@mainstay/kernel';
import { importPKCS8, SignJWT } from 'jose';
import type { ClientAuth, CustomFetch } from 'openid-client';
import {
  allowInsecureRequests,
  ClientSecretBasic,
  ClientSecretPost,
  Configuration,
  customFetch,
  discovery,
  enableNonRepudiationChecks,
  None,
} from 'openid-client';
import type { GuardedFetch } from './create-guarded-fetch.ts';
import { presetOf } from './preset-of.ts';
import type { ProviderRow } from './providers.model.ts';

/** As long as what a provider publishes about itself is believed without asking again. */
const CACHE = { maxEntries: 2_000, maxAgeMs: 600_000 };
/** Apple takes client secrets of up to six months; ours are used for ten minutes. */
const APPLE_SECRET_SECONDS = 3_600;
const APPLE = 'https://appleid.apple.com';

/** What the clients need. */
export interface ProviderClientsDependencies {
  readonly clock: Clock;
  readonly seal: Seal;
  readonly guardedFetch: GuardedFetch;
  readonly allowPrivate: boolean;
}

/** The clients that speak with the providers, made from what projects set up and what providers publish. */
export function createProviderClients({ clock, seal, guardedFetch, allowPrivate }: ProviderClientsDependencies) {
  const known = new LoadingCache<Configuration>(CACHE);

  async function clientAuthOf(context: ProjectContext, row: ProviderRow): Promise<ClientAuth> {
    if (row.sealedSecret === null) return None();
    const secret = seal.unseal(context, `provider:${row.id}`, row.sealedSecret);
    if (row.preset === 'apple') return ClientSecretPost(await appleSecret(row, secret, clock.now()));
    const post = ClientSecretPost(secret);
    const basic = ClientSecretBasic(secret);
    return (server, ...rest) => {
      const methods = server.token_endpoint_auth_methods_supported ?? [];
      const isPost = row.preset !== 'oidc' || methods.includes('client_secret_post');
      (isPost ? post : basic)(server, ...rest);
    };
  }

  async function create(context: ProjectContext, row: ProviderRow): Promise<Configuration> {
    const { issuer, oauth2 } = presetOf(row);
    const clientAuth = await clientAuthOf(context, row);
    const guarded: CustomFetch = (url, options) => guardedFetch(url, options);
    const insecure = allowPrivate ? [allowInsecureRequests] : [];
    if (oauth2 === undefined) {
      const execute = [enableNonRepudiationChecks, ...insecure];
      return discovery(new URL(issuer), row.clientId, undefined, clientAuth, { execute, [customFetch]: guarded });
    }
    const server = { issuer, authorization_endpoint: oauth2.authorization, token_endpoint: oauth2.token };
    const client = new Configuration(server, row.clientId, undefined, clientAuth);
    client[customFetch] = guarded;
    for (const apply of insecure) apply(client);
    return client;
  }

  return {
    /** The client of a provider. @throws Error when the provider cannot be reached, or is not what it should be */
    get: (context: ProjectContext, row: ProviderRow): Promise<Configuration> =>
      known.get(`${context.project.id} ${row.id} ${row.revision}`, () => create(context, row)),
  };
}
export type ProviderClients = ReturnType<typeof createProviderClients>;

/** Apple's client secret is a JWT that the developer's key signs. */
async function appleSecret({ clientId, teamId, keyId }: ProviderRow, privateKey: string, nowMs: number): Promise<string> {
  const nowSeconds = Math.floor(nowMs / 1_000);
  return new SignJWT()
    .setProtectedHeader({ alg: 'ES256', kid: keyId ?? '' })
    .setIssuer(teamId ?? '')
    .setSubject(clientId)
    .setAudience(APPLE)
    .setIssuedAt(nowSeconds)
    .setExpirationTime(nowSeconds + APPLE_SECRET_SECONDS)
    .sign(await importPKCS8(privateKey, 'ES256'));
}
