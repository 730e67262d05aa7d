import { defineRoute } from '@mainstay/http';
import type { Auth } from '../create-auth.ts';
import { OfferedProviders, Provider, ProviderBody, ProviderList, ProviderName, ProviderParams } from './providers.schema.ts';
import { z } from 'zod';

/** The providers of a project, for its owners; and which of them apps may show. */
export function providersRoutes({ providers, flows }: Auth) {
  return [
    defineRoute({
      method: 'get',
      path: '/auth/providers/offered',
      summary: 'List the providers that sign in',
      access: 'client',
      status: 200,
      response: OfferedProviders,
      handle: async (context) => ({ items: await providers.offered(context) }),
    }),
    defineRoute({
      method: 'get',
      path: '/auth/providers',
      summary: 'List the sign-in providers with their settings',
      access: 'server',
      status: 200,
      response: ProviderList,
      async handle(context) {
        return { items: (await providers.list(context)).map((row) => providers.present(context, row)) };
      },
    }),
    defineRoute({
      method: 'get',
      path: '/auth/providers/:name',
      summary: 'Get a sign-in provider',
      access: 'server',
      params: ProviderParams,
      status: 200,
      response: Provider,
      handle: async (context, { params }) => providers.present(context, await providers.find(context, params.name)),
    }),
    defineRoute({
      method: 'put',
      path: '/auth/providers/:name',
      summary: 'Set a sign-in provider up, or anew',
      access: 'server',
      role: 'admin',
      params: z.object({ name: ProviderName }),
      body: ProviderBody,
      status: 200,
      response: Provider,
      handle: async (context, { params, body }) => providers.present(context, await providers.put(context, params.name, body)),
    }),
    defineRoute({
      method: 'post',
      path: '/auth/providers/:name/check',
      summary: 'See whether a sign-in provider answers',
      access: 'server',
      params: ProviderParams,
      status: 204,
      handle: async (context, { params }) => flows.check(context, await providers.find(context, params.name)),
    }),
    defineRoute({
      method: 'delete',
      path: '/auth/providers/:name',
      summary: 'Remove a sign-in provider',
      access: 'server',
      role: 'admin',
      params: ProviderParams,
      status: 204,
      handle: (context, { params }) => providers.delete(context, params.name),
    }),
  ];
}
