import { z } from 'zod';
import { IndexDefinition } from '../collections/collections.schema.ts';

/** An index of a collection, and how far it is. */
export const IndexState = z
  .object({
    name: z.string(),
    definition: IndexDefinition,
    state: z.enum(['queued', 'building', 'ready', 'failed']),
    progress: z
      .object({ done: z.number(), total: z.number() })
      .nullable()
      .meta({ description: 'In the database’s own steps; null when it is not known' }),
    failure: z
      .object({
        code: z.string(),
        detail: z.string(),
        duplicates: z
          .object({
            count: z.int().nullable(),
            sample: z.array(z.object({ values: z.array(z.unknown()), documents: z.int() })),
          })
          .optional(),
      })
      .nullable(),
    createdAt: z.iso.datetime().nullable(),
    endedAt: z.iso.datetime().nullable(),
  })
  .meta({ id: 'IndexState' });
export type IndexState = z.infer<typeof IndexState>;

export const IndexStates = z.object({ items: z.array(IndexState) });

/** What to do about a kind of query that is slow. */
export const IndexAdvice = z
  .object({
    items: z.array(
      z.object({
        shape: z.object({ where: z.array(z.string()), sort: z.array(z.string()) }).meta({ description: 'Names of fields, no values' }),
        queries: z.int(),
        meanMs: z.number(),
        slowestMs: z.number(),
        advice: z.enum(['create-index', 'exists']),
        index: IndexDefinition.nullable().meta({ description: 'The index that would serve it' }),
        sentence: z.string(),
      }),
    ),
    since: z.iso.datetime().meta({ description: 'Since when this process has watched' }),
  })
  .meta({ id: 'IndexAdvice' });
export type IndexAdvice = z.infer<typeof IndexAdvice>;
