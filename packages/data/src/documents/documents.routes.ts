import type { ProjectContext } from '@mainstay/kernel';
import { defineRoute, Reply } from '@mainstay/http';
import { CollectionParams } from '../collections/collections.schema.ts';
import type { Batch } from './batch.service.ts';
import { BatchBody, BatchResult, Document, DocumentBody, DocumentParams, GetQuery, UpsertBody } from './documents.schema.ts';
import type { Documents } from './documents.service.ts';
import type { Includes } from '../queries/includes.service.ts';
import type { Upsert } from './upsert.service.ts';
import { splitList } from './split-list.ts';

const compiled = { isResponseCompiled: true as const, tag: 'data' };

/** What the routes call. */
export interface DocumentsDoors {
  readonly documents: Documents;
  readonly batch: Batch;
  readonly includes: Includes;
  readonly upsert: Upsert;
}

/** The data API. Its answers are shaped by the collection's schema already. */
export function documentsRoutes({ documents, batch, includes, upsert }: DocumentsDoors) {
  return [
    defineRoute({
      method: 'post',
      path: '/data/batch',
      summary: 'Run several operations',
      access: 'client',
      body: BatchBody,
      cost: ({ operations }) => operations.length,
      bodyMaxBytes: 4_194_304,
      status: 200,
      response: BatchResult,
      ...compiled,
      handle: async (context, { body, idempotencyId }) => ({ results: await batch.run(context, body, idempotencyId) }) as never,
    }),
    defineRoute({
      method: 'post',
      path: '/data/:collection',
      summary: 'Create a document',
      access: 'client',
      params: CollectionParams,
      body: DocumentBody,
      status: 201,
      response: Document,
      ...compiled,
      handle: (context: ProjectContext, { params, body, idempotencyId }) =>
        documents.create(context, params.collection, { input: body, id: idempotencyId }) as never,
    }),
    defineRoute({
      method: 'post',
      path: '/data/:collection/upsert',
      summary: 'Change the document that matches, or create it',
      access: 'client',
      params: CollectionParams,
      body: UpsertBody,
      status: 200,
      response: Document,
      ...compiled,
      async handle(context, { params, body }) {
        const { document, isNew } = await upsert.run(context, params.collection, body);
        return new Reply(isNew ? 201 : 200, document as never);
      },
    }),
    defineRoute({
      method: 'get',
      path: '/data/:collection/:id',
      summary: 'Get a document',
      access: 'client',
      params: DocumentParams,
      query: GetQuery,
      status: 200,
      response: Document,
      ...compiled,
      async handle(context, { params, query }) {
        const document = await documents.get(context, params, splitList(query.fields));
        if (query.include === undefined) return document as never;
        const paths = splitList(query.include) ?? [];
        const [expanded = document] = await includes.expand(context, params.collection, { documents: [document], paths });
        return expanded as never;
      },
    }),
    defineRoute({
      method: 'patch',
      path: '/data/:collection/:id',
      summary: 'Change a document',
      access: 'client',
      params: DocumentParams,
      body: DocumentBody,
      status: 200,
      response: Document,
      ...compiled,
      handle: (context, { params, body, ifMatch }) =>
        documents.update(context, { ...params, ifVersion: ifMatch }, { input: body }) as never,
    }),
    defineRoute({
      method: 'put',
      path: '/data/:collection/:id',
      summary: 'Replace or create a document',
      access: 'client',
      params: DocumentParams,
      body: DocumentBody,
      status: 200,
      response: Document,
      ...compiled,
      async handle(context, { params, body, ifMatch }) {
        const { document, isNew } = await documents.replace(context, { ...params, ifVersion: ifMatch }, { input: body });
        return new Reply(isNew ? 201 : 200, document as never);
      },
    }),
    defineRoute({
      method: 'delete',
      path: '/data/:collection/:id',
      summary: 'Delete a document',
      access: 'client',
      params: DocumentParams,
      status: 204,
      tag: 'data',
      handle: (context, { params, ifMatch }) => documents.delete(context, { ...params, ifVersion: ifMatch }),
    }),
  ];
}
