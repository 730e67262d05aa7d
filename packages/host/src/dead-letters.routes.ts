import { defineRoute } from '@mainstay/http';
import { pageOf } from '@mainstay/store';
import { z } from 'zod';
import { DeadLetterKind } from './dead-letters.model.ts';
import { deadLetterNotFound } from './dead-letters.problems.ts';
import { consumerJobName } from './feed-consumers.ts';
import type { Frame } from './frame.ts';

const ListQuery = z.strictObject({
  consumer: z.string().max(64).optional(),
  limit: z.coerce.number().int().min(1).max(1_000).default(50),
  cursor: z.string().max(1_024).optional(),
});
const Params = z.object({ id: z.string().max(128) });
const DeadLetter = z
  .object({
    id: z.string(),
    consumer: z.string(),
    sequence: z.int(),
    type: z.string().meta({ description: 'What happened to the document: added, changed, removed' }),
    collection: z.string(),
    document: z.string(),
    error: z.string(),
    attempts: z.int(),
    isRetried: z.boolean(),
    failedAt: z.iso.datetime(),
  })
  .meta({ id: 'DeadLetter' });
const DeadLetterList = z.object({ items: z.array(DeadLetter), nextCursor: z.string().nullable() });

/** What readers of the change feed could not handle, for the dashboard. */
export function deadLettersRoutes({ store, jobs }: Frame) {
  const route = { access: 'server' as const, tag: 'feed' };
  return [
    defineRoute({
      ...route,
      method: 'get',
      path: '/feed/dead-letters',
      summary: 'List dead letters',
      query: ListQuery,
      status: 200,
      response: DeadLetterList,
      async handle(context, { query: { consumer, limit, cursor } }) {
        const filter = consumer === undefined ? {} : { consumer };
        const page = await pageOf(store.kind(context, DeadLetterKind), { filter, sort: ['failedAt', -1], limit, cursor });
        return { ...page, items: page.items.map((row) => ({ ...row, failedAt: row.failedAt.toISOString() })) };
      },
    }),
    defineRoute({
      ...route,
      method: 'post',
      path: '/feed/dead-letters/:id/retry',
      summary: 'Retry a dead letter',
      params: Params,
      status: 202,
      async handle(context, { params: { id } }) {
        const rows = store.kind(context, DeadLetterKind);
        const row = await rows.findOne({ id });
        if (row === null) throw deadLetterNotFound();
        await rows.update({ id }, { $set: { isRetried: true } });
        await jobs.ticket(context, consumerJobName(row.consumer));
      },
    }),
    defineRoute({
      ...route,
      method: 'delete',
      path: '/feed/dead-letters/:id',
      summary: 'Discard a dead letter',
      params: Params,
      status: 204,
      async handle(context, { params: { id } }) {
        if ((await store.kind(context, DeadLetterKind).delete({ id })) === 0) throw deadLetterNotFound();
      },
    }),
  ];
}
