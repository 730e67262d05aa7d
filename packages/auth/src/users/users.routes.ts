import { defineRoute } from '@mainstay/http';
import type { ProjectContext } from '@mainstay/kernel';
import { z } from 'zod';
import {
  NewRole,
  NewUserBody,
  Role,
  RoleParams,
  RolePatch,
  Session,
  User,
  UserPage,
  UserParams,
  UserPatch,
  UserQuery,
  UserSessionParams,
  UserWithProfile,
} from '../auth.schema.ts';
import type { Auth } from '../create-auth.ts';
import type { UserRow } from './users.model.ts';
import { presentUser } from './users.service.ts';

/** Users and roles, for servers and the dashboard. */
export function usersRoutes({ users, sessions, roles, events, profiles }: Auth) {
  const withProfile = async (context: ProjectContext, user: UserRow) => ({
    ...presentUser(user),
    profile: await profiles.shown(context, user),
  });
  return [
    defineRoute({
      method: 'get',
      path: '/users',
      summary: 'List users',
      access: 'server',
      query: UserQuery,
      status: 200,
      response: UserPage,
      async handle(context, { query }) {
        const page = await users.list(context, query);
        return { items: page.items.map(presentUser), nextCursor: page.nextCursor };
      },
    }),
    defineRoute({
      method: 'post',
      path: '/users',
      summary: 'Create a user',
      access: 'server',
      body: NewUserBody,
      status: 201,
      response: User,
      handle: async (context, { body }) => presentUser(await users.create(context, body)),
    }),
    defineRoute({
      method: 'get',
      path: '/users/:id',
      summary: 'Get a user',
      access: 'server',
      params: UserParams,
      status: 200,
      response: UserWithProfile,
      handle: async (context, { params }) => withProfile(context, await users.get(context, params.id)),
    }),
    defineRoute({
      method: 'patch',
      path: '/users/:id',
      summary: 'Change a user',
      access: 'server',
      params: UserParams,
      body: UserPatch,
      status: 200,
      response: UserWithProfile,
      handle: async (context, { params, body }) => withProfile(context, await users.change(context, params.id, body)),
    }),
    defineRoute({
      method: 'delete',
      path: '/users/:id',
      summary: 'Delete a user',
      access: 'server',
      params: UserParams,
      status: 204,
      handle: (context, { params }) => users.delete(context, params.id),
    }),
    defineRoute({
      method: 'get',
      path: '/users/:id/sessions',
      summary: "List a user's sessions",
      access: 'server',
      params: UserParams,
      status: 200,
      response: z.object({ items: z.array(Session) }),
      handle: async (context, { params }) => ({ items: await sessions.list(context, (await users.get(context, params.id)).id) }),
    }),
    defineRoute({
      method: 'delete',
      path: '/users/:id/sessions',
      summary: "End all of a user's sessions",
      access: 'server',
      params: UserParams,
      status: 204,
      async handle(context, { params }) {
        const { id: userId } = await users.get(context, params.id);
        await sessions.revoke(context, { userId });
        await events.note(context, { type: 'sessions_ended', userId });
      },
    }),
    defineRoute({
      method: 'delete',
      path: '/users/:id/sessions/:sessionId',
      summary: "End one of a user's sessions",
      access: 'server',
      params: UserSessionParams,
      status: 204,
      async handle(context, { params }) {
        await sessions.revoke(context, { userId: (await users.get(context, params.id)).id, id: params.sessionId });
      },
    }),
    defineRoute({
      method: 'get',
      path: '/roles',
      summary: 'List roles',
      access: 'server',
      status: 200,
      response: z.object({ items: z.array(Role) }),
      handle: async (context) => ({ items: await roles.list(context) }),
    }),
    defineRoute({
      method: 'post',
      path: '/roles',
      summary: 'Create a role',
      access: 'server',
      body: NewRole,
      status: 201,
      response: Role,
      handle: (context, { body }) => roles.create(context, body),
    }),
    defineRoute({
      method: 'patch',
      path: '/roles/:name',
      summary: 'Change which users and roles are in a role',
      access: 'server',
      params: RoleParams,
      body: RolePatch,
      status: 200,
      response: Role,
      handle: (context, { params, body }) => roles.change(context, params.name, body),
    }),
    defineRoute({
      method: 'delete',
      path: '/roles/:name',
      summary: 'Delete a role',
      access: 'server',
      params: RoleParams,
      status: 204,
      handle: (context, { params }) => roles.delete(context, params.name),
    }),
  ];
}
