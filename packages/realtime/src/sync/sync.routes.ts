import { defineRoute, JsonBytes } from '@mainstay/http';
import { SyncPage, SyncQuery } from './sync.schema.ts';
import type { Sync } from './sync.service.ts';

/** What clients that keep a copy call. */
export function syncRoutes(sync: Sync) {
  return [
    defineRoute({
      method: 'get',
      path: '/sync',
      summary: 'Read everything, then every change since',
      access: 'client',
      query: SyncQuery,
      status: 200,
      response: SyncPage,
      isResponseCompiled: true,
      tag: 'realtime',
      handle: async (context, { query }) => {
        const names = query.collections?.split(',').map((name) => name.trim());
        const collections = names?.filter((name) => name !== '');
        return new JsonBytes(await sync.page(context, { since: query.since, collections, limit: query.limit })) as never;
      },
    }),
  ];
}
