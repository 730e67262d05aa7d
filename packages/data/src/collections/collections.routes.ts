import { defineRoute, Reply } from '@mainstay/http';
import { z } from 'zod';
import { Collection, CollectionDefinition, CollectionName, CollectionParams, CollectionPatch } from './collections.schema.ts';
import type { Collections } from './collections.service.ts';

const NewCollectionParams = z.object({ collection: CollectionName });

/** The schema API: for servers and for members at the dashboard. */
export function collectionsRoutes(collections: Collections) {
  return [
    defineRoute({
      method: 'get',
      path: '/schema',
      summary: 'List collections',
      access: 'server',
      status: 200,
      response: z.object({ items: z.array(Collection) }),
      handle: async (context) => ({ items: await collections.list(context) }),
    }),
    defineRoute({
      method: 'get',
      path: '/schema/:collection',
      summary: 'Get a collection',
      access: 'server',
      params: CollectionParams,
      status: 200,
      response: Collection,
      handle: (context, { params }) => collections.get(context, params.collection),
    }),
    defineRoute({
      method: 'put',
      path: '/schema/:collection',
      summary: 'Create or replace a collection',
      access: 'server',
      params: NewCollectionParams,
      body: CollectionDefinition,
      status: 200,
      response: Collection,
      async handle(context, { params, body }) {
        const { collection, isNew } = await collections.put(context, params.collection, body);
        return new Reply(isNew ? 201 : 200, collection);
      },
    }),
    defineRoute({
      method: 'patch',
      path: '/schema/:collection',
      summary: 'Change a collection',
      access: 'server',
      params: CollectionParams,
      body: CollectionPatch,
      status: 200,
      response: Collection,
      handle: (context, { params, body }) => collections.patch(context, params.collection, body),
    }),
    defineRoute({
      method: 'delete',
      path: '/schema/:collection',
      summary: 'Delete a collection with its documents',
      access: 'server',
      role: 'admin',
      params: CollectionParams,
      status: 204,
      handle: (context, { params }) => collections.delete(context, params.collection),
    }),
  ];
}
