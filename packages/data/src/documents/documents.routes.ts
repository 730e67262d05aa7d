import type { ProjectContext } from '@mainstay/kernel';
import { defineRoute, Reply } from '@mainstay/http';
import { z } from 'zod';
import { CollectionParams } from '../collections/collections.schema.ts';
import type { Batch } from './batch.service.ts';
import {
  BatchBody,
  BatchResult,
  CountBody,
  Document,
  DocumentBody,
  DocumentPage,
  DocumentParams,
  ListQuery,
  QueryBody,
} from './documents.schema.ts';
import type { Documents } from './documents.service.ts';
import { parseWhereText } from './parse-where.ts';

const GetQuery = z.strictObject({ fields: z.string().max(2_048).optional() });
const split = (text: string | undefined): string[] | undefined =>
  text
    ?.split(',')
    .map((part) => part.trim())
    .filter(Boolean);
const compiled = { isResponseCompiled: true as const, tag: 'data' };

/** The data API. Its answers are shaped by the collection's schema already. */
export function documentsRoutes(documents: Documents, batch: Batch) {
  const page = async (answer: ReturnType<Documents['list']>) => (await answer) as never;
  return [
    defineRoute({
      method: 'post',
      path: '/data/batch',
      summary: 'Run several operations',
      access: 'client',
      body: BatchBody,
      bodyMaxBytes: 4_194_304,
      status: 200,
      response: BatchResult,
      ...compiled,
      handle: async (context, { body, idempotencyId }) => ({ results: await batch.run(context, body, idempotencyId) }) as never,
    }),
    defineRoute({
      method: 'get',
      path: '/data/:collection',
      summary: 'List documents',
      access: 'client',
      params: CollectionParams,
      query: ListQuery,
      status: 200,
      response: DocumentPage,
      ...compiled,
      handle: (context, { params, query }) =>
        page(
          documents.list(context, params.collection, {
            ...query,
            where: parseWhereText(query.where),
            sort: split(query.sort),
            fields: split(query.fields),
          }),
        ),
    }),
    defineRoute({
      method: 'post',
      path: '/data/:collection/query',
      summary: 'Query documents',
      access: 'client',
      isRead: true,
      params: CollectionParams,
      body: QueryBody,
      status: 200,
      response: DocumentPage,
      ...compiled,
      handle: (context, { params, body }) => page(documents.list(context, params.collection, body)),
    }),
    defineRoute({
      method: 'post',
      path: '/data/:collection/count',
      summary: 'Count documents',
      access: 'client',
      isRead: true,
      params: CollectionParams,
      body: CountBody,
      status: 200,
      response: z.object({ count: z.int() }),
      tag: 'data',
      handle: async (context, { params, body }) => ({ count: await documents.count(context, params.collection, body.where) }),
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
      method: 'get',
      path: '/data/:collection/:id',
      summary: 'Get a document',
      access: 'client',
      params: DocumentParams,
      query: GetQuery,
      status: 200,
      response: Document,
      ...compiled,
      handle: (context, { params, query }) => documents.get(context, params, split(query.fields)) as never,
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
