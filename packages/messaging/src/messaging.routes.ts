import { defineRoute, Reply } from '@mainstay/http';
import { z } from 'zod';
import type { Messaging } from './create-messaging.ts';
import {
  AudienceBody,
  Installation,
  InstallationBody,
  InstallationPage,
  InstallationParams,
  Message,
  MessageBody,
  MessagePage,
  MessageParams,
  OpenedBody,
  PageQuery,
} from './messaging.schema.ts';

/** Installations and push messages. */
export function messagingRoutes({ installations, push, vapid }: Messaging) {
  return [
    defineRoute({
      method: 'get',
      path: '/push/vapid-public-key',
      summary: 'Get the key that browsers subscribe with',
      access: 'client',
      status: 200,
      response: z.object({ publicKey: z.string() }),
      handle: async (context) => ({ publicKey: (await vapid.keys(context)).publicKey }),
    }),
    defineRoute({
      method: 'put',
      path: '/push/installations/:id',
      summary: 'Register an installation',
      access: 'client',
      params: InstallationParams,
      body: InstallationBody,
      status: 200,
      response: Installation,
      async handle(context, { params, body }) {
        const { installation, isNew } = await installations.put(context, params.id, body);
        return new Reply(isNew ? 201 : 200, installation);
      },
    }),
    defineRoute({
      method: 'get',
      path: '/push/installations',
      summary: 'List installations',
      access: 'server',
      query: PageQuery,
      status: 200,
      response: InstallationPage,
      handle: (context, { query }) => installations.list(context, query),
    }),
    defineRoute({
      method: 'post',
      path: '/push/audiences/count',
      summary: 'Count an audience',
      access: 'server',
      isRead: true,
      body: AudienceBody,
      status: 200,
      response: z.object({ count: z.int() }),
      handle: async (context, { body }) => ({ count: await installations.count(context, body.audience) }),
    }),
    defineRoute({
      method: 'post',
      path: '/push/messages',
      summary: 'Send a message',
      access: 'server',
      body: MessageBody,
      status: 202,
      response: Message,
      handle: (context, { body, idempotencyId }) => push.create(context, body, idempotencyId),
    }),
    defineRoute({
      method: 'get',
      path: '/push/messages',
      summary: 'List messages',
      access: 'server',
      query: PageQuery,
      status: 200,
      response: MessagePage,
      handle: (context, { query }) => push.list(context, query),
    }),
    defineRoute({
      method: 'get',
      path: '/push/messages/:id',
      summary: 'Get a message with its counts',
      access: 'server',
      params: MessageParams,
      status: 200,
      response: Message,
      handle: (context, { params }) => push.get(context, params.id),
    }),
    defineRoute({
      method: 'post',
      path: '/push/messages/:id/opened',
      summary: 'Report an opened message',
      access: 'client',
      params: MessageParams,
      body: OpenedBody,
      status: 204,
      handle: (context, { params, body }) => push.opened(context, params.id, body.installationId),
    }),
  ];
}
