import { defineRoute, userNeeded } from '@mainstay/http';
import type { Page } from '@mainstay/store';
import { UserParams } from '../auth.schema.ts';
import type { Auth } from '../create-auth.ts';
import type { AuthEvent } from './events.schema.ts';
import { AuthEventPage, AuthEventQuery } from './events.schema.ts';

/** What happened to users: for themselves, and for servers and the dashboard. */
export function eventsRoutes({ users, events }: Auth) {
  const present = ({ items, nextCursor }: Page<AuthEvent>) => ({ items: [...items], nextCursor });
  return [
    defineRoute({
      method: 'get',
      path: '/auth/events',
      summary: 'List what happened to the own user',
      access: 'user',
      query: AuthEventQuery,
      status: 200,
      response: AuthEventPage,
      async handle(context, { query }) {
        const { principal } = context;
        if (principal.type !== 'user') throw userNeeded();
        return present(await events.list(context, principal.id, query));
      },
    }),
    defineRoute({
      method: 'get',
      path: '/users/:id/events',
      summary: 'List what happened to a user',
      access: 'server',
      params: UserParams,
      query: AuthEventQuery,
      status: 200,
      response: AuthEventPage,
      handle: async (context, { params, query }) => present(await events.list(context, (await users.get(context, params.id)).id, query)),
    }),
  ];
}
