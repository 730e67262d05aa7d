import { defineRoute } from '@mainstay/http';
import { CollectionParams } from '../collections/collections.schema.ts';
import { Document, DocumentParams } from '../documents/documents.schema.ts';
import { PageQuery, RevertBody, RevisionDetail, RevisionPage, RevisionParams, TrashBody, TrashPage } from './history.schema.ts';
import type { History } from './history.service.ts';

const compiled = { isResponseCompiled: true as const, tag: 'data' };

/** Versions and the trash. */
export function historyRoutes(history: History) {
  return [
    defineRoute({
      method: 'get',
      path: '/data/:collection/:id/revisions',
      summary: 'List the versions of a document',
      access: 'client',
      params: DocumentParams,
      query: PageQuery,
      status: 200,
      response: RevisionPage,
      ...compiled,
      handle: async (context, { params, query }) => (await history.list(context, params, query)) as never,
    }),
    defineRoute({
      method: 'get',
      path: '/data/:collection/:id/revisions/:version',
      summary: 'Get a version of a document',
      access: 'client',
      params: RevisionParams,
      status: 200,
      response: RevisionDetail,
      ...compiled,
      handle: async (context, { params }) => (await history.get(context, params)) as never,
    }),
    defineRoute({
      method: 'post',
      path: '/data/:collection/:id/revert',
      summary: 'Make a document what it was in a version',
      access: 'client',
      params: DocumentParams,
      body: RevertBody,
      status: 200,
      response: Document,
      ...compiled,
      handle: async (context, { params, body, ifMatch }) =>
        (await history.revert(context, { ...params, ...body, ifVersion: ifMatch })) as never,
    }),
    defineRoute({
      method: 'post',
      path: '/data/:collection/:id/restore',
      summary: 'Restore a deleted document',
      access: 'client',
      params: DocumentParams,
      status: 200,
      response: Document,
      ...compiled,
      handle: async (context, { params }) => (await history.restore(context, params)) as never,
    }),
    defineRoute({
      method: 'post',
      path: '/data/:collection/trash',
      summary: 'List deleted documents',
      access: 'server',
      isRead: true,
      params: CollectionParams,
      body: TrashBody,
      status: 200,
      response: TrashPage,
      ...compiled,
      handle: async (context, { params, body }) => (await history.trash(context, params.collection, body)) as never,
    }),
  ];
}
