import { defineRoute } from '@mainstay/http';
import { CollectionParams } from '../collections/collections.schema.ts';
import { BulkBody, BulkChange, BulkList, BulkParams, BulkQuery } from './bulk.schema.ts';
import type { Bulk } from './bulk.service.ts';

const tag = 'data';

/** Changes of all documents that match a condition. */
export function bulkRoutes(bulk: Bulk) {
  return [
    defineRoute({
      method: 'post',
      path: '/data/:collection/bulk',
      summary: 'Update or delete all documents that match',
      access: 'server',
      params: CollectionParams,
      body: BulkBody,
      status: 202,
      response: BulkChange,
      tag,
      handle: (context, { params, body }) => bulk.start(context, params.collection, body),
    }),
    defineRoute({
      method: 'get',
      path: '/bulk-changes',
      summary: 'List bulk changes',
      access: 'server',
      query: BulkQuery,
      status: 200,
      response: BulkList,
      tag,
      handle: async (context, { query }) => ({ items: await bulk.list(context, query.collection) }),
    }),
    defineRoute({
      method: 'get',
      path: '/bulk-changes/:id',
      summary: 'Get a bulk change',
      access: 'server',
      params: BulkParams,
      status: 200,
      response: BulkChange,
      tag,
      handle: (context, { params }) => bulk.get(context, params.id),
    }),
    defineRoute({
      method: 'delete',
      path: '/bulk-changes/:id',
      summary: 'Cancel a bulk change',
      access: 'server',
      params: BulkParams,
      status: 200,
      response: BulkChange,
      tag,
      handle: (context, { params }) => bulk.cancel(context, params.id),
    }),
  ];
}
