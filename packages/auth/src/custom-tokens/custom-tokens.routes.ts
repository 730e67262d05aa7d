import { defineRoute } from '@mainstay/http';
import { SignedIn } from '../auth.schema.ts';
import type { Auth } from '../create-auth.ts';
import { clientOf } from '../users/client-of.ts';
import { CustomTokenBody, NewTokenKey, TokenKey, TokenKeyList, TokenKeyParams } from './custom-tokens.schema.ts';
import { CUSTOM_TOKEN } from './custom-tokens.service.ts';
import { presentTokenKey } from './token-keys.service.ts';

/** Sign-in by the word of the project's own server. */
export function customTokensRoutes({ users, tokenKeys, customTokens, providerSignIn, signIn }: Auth) {
  return [
    defineRoute({
      method: 'get',
      path: '/auth/token-keys',
      summary: 'List the keys whose tokens sign users in',
      access: 'server',
      status: 200,
      response: TokenKeyList,
      handle: async (context) => ({ items: (await tokenKeys.list(context)).map(presentTokenKey) }),
    }),
    defineRoute({
      method: 'post',
      path: '/auth/token-keys',
      summary: 'Register a key whose tokens sign users in',
      access: 'server',
      role: 'admin',
      body: NewTokenKey,
      status: 201,
      response: TokenKey,
      handle: async (context, { body }) => presentTokenKey(await tokenKeys.add(context, body)),
    }),
    defineRoute({
      method: 'delete',
      path: '/auth/token-keys/:id',
      summary: 'Take a key whose tokens sign users in',
      access: 'server',
      role: 'admin',
      params: TokenKeyParams,
      status: 204,
      handle: (context, { params }) => tokenKeys.delete(context, params.id),
    }),
    defineRoute({
      method: 'post',
      path: '/auth/custom-token',
      answersSecret: true,
      ignoresBearer: true,
      summary: "Sign in by a token of the project's own server",
      access: 'client',
      body: CustomTokenBody,
      status: 200,
      response: SignedIn,
      async handle(context, input) {
        const { profile, claims } = await customTokens.use(context, input.body.token);
        const client = clientOf(input, CUSTOM_TOKEN);
        const provider = { id: CUSTOM_TOKEN, createsUsers: true, linkByEmail: true, isOwn: true };
        const user = await providerSignIn.userOf(context, { profile, provider, client });
        const claiming = claims === undefined ? null : await users.replace(context, { id: user.id, blocked: false }, { claims });
        return signIn(context, claiming ?? user, client);
      },
    }),
  ];
}
