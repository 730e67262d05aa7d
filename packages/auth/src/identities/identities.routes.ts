import { defineRoute, userNeeded } from '@mainstay/http';
import type { ProjectContext, UserPrincipal } from '@mainstay/kernel';
import type { z } from 'zod';
import type { Auth } from '../create-auth.ts';
import { Identity, IdentityList, IdentityParams, NewIdentity, UserIdentitiesParams, UserIdentityParams } from './identities.schema.ts';
import { presentIdentity } from './identities.service.ts';
import { clientOf } from '../users/client-of.ts';

/** @throws userNeeded when the caller is not a user */
function userOf({ principal }: ProjectContext): UserPrincipal {
  if (principal.type !== 'user') throw userNeeded();
  return principal;
}

/** The accounts elsewhere that sign a user in. */
export function identitiesRoutes(auth: Auth) {
  return [...ownIdentitiesRoutes(auth), ...userIdentitiesRoutes(auth)];
}

function ownIdentitiesRoutes({ users, providers, flows, idTokens, identities, providerSignIn, events, secondFactors }: Auth) {
  /** Whom the provider vouches for, in a browser or in a native app. */
  async function vouchedBy(context: ProjectContext, principal: UserPrincipal, body: z.output<typeof NewIdentity>) {
    if ('idToken' in body) {
      // Another way in outlives the session that adds it. In a browser this was asked when it began.
      await secondFactors.needFresh(context, principal);
      const provider = await providers.findOn(context, body.provider);
      return { provider, profile: await idTokens.use(context, provider, body) };
    }
    const { provider, profile } = await flows.exchange(context, body, principal.id);
    return { provider: await providers.findOn(context, provider), profile };
  }

  return [
    defineRoute({
      method: 'get',
      path: '/auth/identities',
      summary: 'List the accounts elsewhere that sign the own user in',
      access: 'user',
      status: 200,
      response: IdentityList,
      handle: async (context) => ({ items: (await identities.list(context, userOf(context).id)).map(presentIdentity) }),
    }),
    defineRoute({
      method: 'post',
      path: '/auth/identities',
      summary: 'Add an account elsewhere to the own user',
      access: 'user',
      body: NewIdentity,
      status: 201,
      response: Identity,
      async handle(context, input) {
        const principal = userOf(context);
        const { provider, profile } = await vouchedBy(context, principal, input.body);
        const client = clientOf(input, `provider:${provider.id}`);
        return presentIdentity(await providerSignIn.link(context, principal.id, { provider, profile, client }));
      },
    }),
    defineRoute({
      method: 'delete',
      path: '/auth/identities/:id',
      summary: 'Take an account elsewhere from the own user',
      access: 'user',
      params: IdentityParams,
      status: 204,
      async handle(context, input) {
        const principal = userOf(context);
        await secondFactors.needFresh(context, principal);
        const userId = principal.id;
        const { provider } = await identities.remove(context, await users.get(context, userId), input.params.id);
        const client = clientOf(input, `provider:${provider}`);
        await events.note(context, { type: 'provider_unlinked', userId, client, detail: { provider } });
      },
    }),
  ];
}

function userIdentitiesRoutes({ users, identities, events }: Auth) {
  return [
    defineRoute({
      method: 'delete',
      path: '/users/:id/identities/:identityId',
      summary: 'Take an account elsewhere from a user',
      access: 'server',
      params: UserIdentityParams,
      status: 204,
      async handle(context, { params }) {
        const user = await users.get(context, params.id);
        const { provider } = await identities.remove(context, user, params.identityId);
        await events.note(context, { type: 'provider_unlinked', userId: user.id, detail: { provider } });
      },
    }),
    defineRoute({
      method: 'get',
      path: '/users/:id/identities',
      summary: 'List the accounts elsewhere that sign a user in',
      access: 'server',
      params: UserIdentitiesParams,
      status: 200,
      response: IdentityList,
      async handle(context, { params }) {
        const { id } = await users.get(context, params.id);
        return { items: (await identities.list(context, id)).map(presentIdentity) };
      },
    }),
  ];
}
