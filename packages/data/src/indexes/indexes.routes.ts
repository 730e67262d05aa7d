import { defineRoute } from '@mainstay/http';
import { CollectionParams } from '../collections/collections.schema.ts';
import type { IndexAdvisor } from './index-advisor.service.ts';
import { IndexAdvice, IndexStates } from './indexes.schema.ts';
import type { Indexes } from './indexes.service.ts';

const tag = 'schema';

/** How far the indexes of a collection are, and which ones it lacks. */
export function indexesRoutes(indexes: Indexes, advisor: IndexAdvisor) {
  return [
    defineRoute({
      method: 'get',
      path: '/schema/:collection/indexes',
      summary: 'List the indexes of a collection with their progress',
      access: 'server',
      params: CollectionParams,
      status: 200,
      response: IndexStates,
      tag,
      handle: async (context, { params }) => ({ items: await indexes.list(context, params.collection) }),
    }),
    defineRoute({
      method: 'get',
      path: '/schema/:collection/index-advice',
      summary: 'Get advice on indexes from slow queries',
      access: 'server',
      params: CollectionParams,
      status: 200,
      response: IndexAdvice,
      tag,
      handle: (context, { params }) => advisor.advise(context, params.collection),
    }),
  ];
}
