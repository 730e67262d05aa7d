import { defineRoute } from '@mainstay/http';
import { UserParams } from '../auth.schema.ts';
import type { Auth } from '../create-auth.ts';
import { Profile, ProfileDefinition } from './profiles.schema.ts';

/** The fields of profiles, and profiles as others see them. */
export function profilesRoutes({ profiles, users }: Auth) {
  return [
    defineRoute({
      method: 'get',
      path: '/auth/profile-fields',
      summary: 'Get the fields of profiles',
      access: 'client',
      status: 200,
      response: ProfileDefinition,
      handle: (context) => profiles.get(context),
    }),
    defineRoute({
      method: 'put',
      path: '/auth/profile-fields',
      summary: 'Set the fields of profiles',
      access: 'server',
      role: 'admin',
      body: ProfileDefinition,
      status: 200,
      response: ProfileDefinition,
      handle: (context, { body }) => profiles.put(context, body),
    }),
    defineRoute({
      method: 'get',
      path: '/users/:id/profile',
      summary: 'Get what the caller may see of a user',
      access: 'client',
      params: UserParams,
      status: 200,
      response: Profile,
      async handle(context, { params }) {
        const user = await users.get(context, params.id);
        return { id: user.id, name: user.name, profile: await profiles.shown(context, user) };
      },
    }),
  ];
}
