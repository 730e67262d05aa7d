import { defineRoute } from '@mainstay/http';
import { UserParams } from '../auth.schema.ts';
import type { Auth } from '../create-auth.ts';
import { MergeBody, UserWork } from './erasure.schema.ts';

/** Mergers of users, and how far those and deletions are. */
export function erasureRoutes({ mergers, erasure }: Auth) {
  return [
    defineRoute({
      method: 'post',
      path: '/users/:id/merge',
      summary: 'Merge another user into this one',
      access: 'server',
      role: 'admin',
      params: UserParams,
      body: MergeBody,
      status: 202,
      response: UserWork,
      handle: (context, { params, body }) => mergers.merge(context, params.id, body.from),
    }),
    defineRoute({
      method: 'get',
      path: '/users/:id/work',
      summary: 'Get how far the deletion or merger of a user is',
      access: 'server',
      params: UserParams,
      status: 200,
      response: UserWork,
      handle: (context, { params }) => erasure.get(context, params.id),
    }),
  ];
}
