import { z } from 'zod';
import { OPERATIONS } from '../collections/collections.schema.ts';

/** A question to a rule: may this principal do this to this document? */
export const RuleTestBody = z
  .strictObject({
    operation: z.enum(OPERATIONS),
    document: z.record(z.string(), z.unknown()).default({}),
    principal: z
      .strictObject({
        user: z
          .strictObject({
            id: z.string().max(64),
            email: z.string().max(254).optional(),
            roles: z.array(z.string().max(64)).max(100).default([]),
          })
          .optional(),
        device: z
          .strictObject({ id: z.string().max(64), name: z.string().max(200).default(''), profile: z.string().max(64).default('default') })
          .optional(),
      })
      .nullable()
      .default(null),
  })
  .meta({ id: 'RuleTest' });
export type RuleTestBody = z.infer<typeof RuleTestBody>;

export const RuleTestAnswer = z
  .object({
    allowed: z.boolean(),
    sentence: z.string(),
    trace: z.array(z.object({ condition: z.string(), holds: z.boolean() })),
  })
  .meta({ id: 'RuleTestAnswer' });
export type RuleTestAnswer = z.infer<typeof RuleTestAnswer>;
