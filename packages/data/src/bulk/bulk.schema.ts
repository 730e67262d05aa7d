import { z } from 'zod';

export const BulkBody = z
  .discriminatedUnion('operation', [
    z.strictObject({ operation: z.literal('update'), where: z.unknown().optional(), update: z.record(z.string(), z.unknown()) }),
    z.strictObject({ operation: z.literal('delete'), where: z.unknown().optional() }),
  ])
  .meta({ id: 'BulkBody' });
export type BulkBody = z.infer<typeof BulkBody>;

export const BulkChange = z
  .object({
    id: z.string(),
    collection: z.string(),
    operation: z.enum(['update', 'delete']),
    state: z.enum(['queued', 'running', 'done', 'canceled']),
    total: z.int().meta({ description: 'Documents that matched when it began' }),
    changed: z.int(),
    failed: z.int(),
    errors: z.array(z.object({ id: z.string(), code: z.string(), detail: z.string() })),
    createdAt: z.iso.datetime(),
    endedAt: z.iso.datetime().nullable(),
  })
  .meta({ id: 'BulkChange' });
export type BulkChange = z.infer<typeof BulkChange>;

export const BulkParams = z.object({ id: z.string().max(64) });
export const BulkQuery = z.strictObject({ collection: z.string().max(64).optional() });
export const BulkList = z.object({ items: z.array(BulkChange) });
