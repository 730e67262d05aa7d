import { z } from 'zod';

const MAX_TOKEN = 1_024;
const MAX_PAGE = 1_000;
const MAX_COLLECTIONS = 4_096;

/** `GET /sync`. */
export const SyncQuery = z.strictObject({
  since: z.string().max(MAX_TOKEN).optional().meta({ description: '`next` of the last answer; without it everything is read' }),
  collections: z
    .string()
    .max(MAX_COLLECTIONS)
    .optional()
    .meta({ description: 'Names with commas between them; without it all that you may list' }),
  limit: z.coerce.number().int().min(1).max(MAX_PAGE).default(500),
});
export type SyncQuery = z.infer<typeof SyncQuery>;

const Upsert = z.object({ type: z.literal('upsert'), collection: z.string(), document: z.looseObject({ id: z.string() }) });
const Remove = z.object({ type: z.literal('remove'), collection: z.string(), id: z.string() });

/** A page of changes. A document may come more than once: the last one counts. With `resync`, what the client holds is void. */
export const SyncPage = z
  .object({
    changes: z.array(z.discriminatedUnion('type', [Upsert, Remove])),
    next: z.string().meta({ description: 'The `since` of the next request' }),
    more: z.boolean().meta({ description: 'Whether there is more already' }),
    resync: z.literal(true).optional(),
  })
  .meta({ id: 'SyncPage' });
