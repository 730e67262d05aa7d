import { defineRoute, JsonBytes } from '@mainstay/http';
import { CollectionParams } from '../collections/collections.schema.ts';
import { DocumentPage, ListQuery, QueryBody } from '../documents/documents.schema.ts';
import { parseWhereText } from '../documents/parse-where.ts';
import { splitList } from '../documents/split-list.ts';
import { AggregateBody, AggregateResult, CountBody, CountResult, DistinctBody, DistinctResult } from './queries.schema.ts';
import type { Queries } from './queries.service.ts';

const compiled = { isResponseCompiled: true as const, tag: 'data' };
const reading = { method: 'post' as const, access: 'client' as const, isRead: true, params: CollectionParams, status: 200, tag: 'data' };

/** Reads of many documents. */
export function queriesRoutes(queries: Queries) {
  const page = async (answer: ReturnType<Queries['listJson']>) => {
    const found = await answer;
    return (Buffer.isBuffer(found) ? new JsonBytes(found) : found) as never;
  };
  return [
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
          queries.listJson(context, params.collection, {
            ...query,
            where: parseWhereText(query.where),
            sort: splitList(query.sort),
            fields: splitList(query.fields),
            include: splitList(query.include),
          }),
        ),
    }),
    defineRoute({
      ...reading,
      path: '/data/:collection/query',
      summary: 'Query documents',
      body: QueryBody,
      response: DocumentPage,
      ...compiled,
      handle: (context, { params, body }) => page(queries.listJson(context, params.collection, body)),
    }),
    defineRoute({
      ...reading,
      path: '/data/:collection/count',
      summary: 'Count documents',
      body: CountBody,
      response: CountResult,
      handle: async (context, { params, body }) => ({ count: await queries.count(context, params.collection, body) }),
    }),
    defineRoute({
      ...reading,
      path: '/data/:collection/distinct',
      summary: 'List the different values of a field',
      body: DistinctBody,
      response: DistinctResult,
      handle: (context, { params, body }) => queries.distinct(context, params.collection, body),
    }),
    defineRoute({
      ...reading,
      path: '/data/:collection/aggregate',
      summary: 'Aggregate documents',
      bodyMaxBytes: 32_768,
      body: AggregateBody,
      response: AggregateResult,
      handle: async (context, { params, body }) => ({ items: await queries.aggregate(context, params.collection, body.pipeline) }),
    }),
  ];
}
