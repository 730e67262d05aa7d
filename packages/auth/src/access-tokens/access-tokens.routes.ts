import { defineRoute, Reply, userNeeded } from '@mainstay/http';
import type { Auth } from '../create-auth.ts';
import { AccessToken, JsonWebKeySet, KeyRotation, SigningKey, SigningKeyList } from './access-tokens.schema.ts';
import { presentSigningKey } from './signing-keys.service.ts';

/** Services that don't know a key yet ask again. */
const KEYS_HEADERS = { 'cache-control': 'public, max-age=300' };

/** Access tokens for other services, and the keys that verify them. */
export function accessTokensRoutes({ accessTokens, signingKeys }: Auth) {
  return [
    defineRoute({
      method: 'post',
      path: '/auth/access-token',
      answersSecret: true,
      summary: 'Get a short token for other services',
      access: 'user',
      status: 200,
      response: AccessToken,
      handle(context) {
        const { principal } = context;
        if (principal.type !== 'user') throw userNeeded();
        return accessTokens.issue(context, principal);
      },
    }),
    defineRoute({
      method: 'get',
      path: '/auth/jwks.json',
      summary: 'Get the keys that verify access tokens',
      access: 'public',
      ignoresBearer: true,
      status: 200,
      response: JsonWebKeySet,
      async handle(context) {
        const keys = (await signingKeys.list(context)).map(({ publicKey }) => ({ ...publicKey }));
        return new Reply(200, { keys }, KEYS_HEADERS);
      },
    }),
    defineRoute({
      method: 'get',
      path: '/auth/signing-keys',
      summary: 'List the keys that sign access tokens',
      access: 'server',
      status: 200,
      response: SigningKeyList,
      handle: async (context) => ({ items: (await signingKeys.list(context)).map(presentSigningKey) }),
    }),
    defineRoute({
      method: 'post',
      path: '/auth/signing-keys/rotate',
      summary: 'Sign access tokens with a new key',
      access: 'server',
      role: 'admin',
      body: KeyRotation,
      status: 200,
      response: SigningKey,
      handle: async (context, { body }) => presentSigningKey(await signingKeys.rotate(context, body?.current)),
    }),
  ];
}
