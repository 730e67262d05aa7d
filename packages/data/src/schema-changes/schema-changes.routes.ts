import { defineRoute } from '@mainstay/http';
import { CollectionParams } from '../collections/collections.schema.ts';
import { SchemaChange, SchemaChangeBody, SchemaChangeList, SchemaChangeParams, SchemaChangePreview } from './schema-changes.schema.ts';
import type { SchemaChanges } from './schema-changes.service.ts';

/** Renaming, retyping and removing fields with the documents that have them. */
export function schemaChangesRoutes(changes: SchemaChanges) {
  return [
    defineRoute({
      method: 'post',
      path: '/schema/:collection/changes/preview',
      summary: 'See what a change of a field would touch',
      access: 'server',
      params: CollectionParams,
      body: SchemaChangeBody,
      status: 200,
      response: SchemaChangePreview,
      handle: (context, { params, body }) => changes.preview(context, params.collection, body),
    }),
    defineRoute({
      method: 'post',
      path: '/schema/:collection/changes',
      summary: 'Rename, retype or remove a field',
      access: 'server',
      params: CollectionParams,
      body: SchemaChangeBody,
      status: 202,
      response: SchemaChange,
      handle: (context, { params, body }) => changes.start(context, params.collection, body),
    }),
    defineRoute({
      method: 'get',
      path: '/schema-changes',
      summary: 'List changes of fields',
      access: 'server',
      status: 200,
      response: SchemaChangeList,
      handle: async (context) => ({ items: await changes.list(context) }),
    }),
    defineRoute({
      method: 'get',
      path: '/schema-changes/:id',
      summary: 'Get a change of a field',
      access: 'server',
      params: SchemaChangeParams,
      status: 200,
      response: SchemaChange,
      handle: (context, { params }) => changes.get(context, params.id),
    }),
  ];
}
