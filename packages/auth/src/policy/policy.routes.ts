import { defineRoute } from '@mainstay/http';
import type { Auth } from '../create-auth.ts';
import { AuthPolicy, AuthPolicyPatch } from './policy.schema.ts';

/** How users may sign in, for the project's owners. */
export function policyRoutes({ policies }: Pick<Auth, 'policies'>) {
  return [
    defineRoute({
      method: 'get',
      path: '/auth/settings',
      summary: 'Get how users may sign in',
      access: 'server',
      status: 200,
      response: AuthPolicy,
      handle: (context) => policies.get(context),
    }),
    defineRoute({
      method: 'patch',
      path: '/auth/settings',
      summary: 'Change how users may sign in',
      access: 'server',
      role: 'admin',
      body: AuthPolicyPatch,
      status: 200,
      response: AuthPolicy,
      handle: (context, { body }) => policies.change(context, body),
    }),
  ];
}
