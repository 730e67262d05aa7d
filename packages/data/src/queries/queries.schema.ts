import { z } from 'zod';

export const CountBody = z
  .strictObject({
    where: z.unknown().optional(),
    estimated: z.boolean().optional().meta({ description: 'Take the number from the metadata: fast, not exact, and without a condition' }),
  })
  .meta({ id: 'Count' });
export type CountBody = z.infer<typeof CountBody>;
export const CountResult = z.object({ count: z.int() }).meta({ id: 'CountResult' });

export const DistinctBody = z.strictObject({ field: z.string().min(1).max(128), where: z.unknown().optional() }).meta({ id: 'Distinct' });
export type DistinctBody = z.infer<typeof DistinctBody>;
export const DistinctResult = z.object({ values: z.array(z.unknown()), isComplete: z.boolean() }).meta({ id: 'DistinctResult' });

export const AggregateBody = z
  .strictObject({
    pipeline: z.array(z.record(z.string(), z.unknown())).max(100).meta({
      description: 'Stages of MongoDB: $match (a condition), $group, $sort, $lookup (from, localField, foreignField, as) and more',
    }),
  })
  .meta({ id: 'Aggregate' });
export type AggregateBody = z.infer<typeof AggregateBody>;
export const AggregateResult = z.object({ items: z.array(z.record(z.string(), z.unknown())) }).meta({ id: 'AggregateResult' });
