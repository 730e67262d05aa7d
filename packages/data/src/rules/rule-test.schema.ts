import { z } from 'zod';
import { OPERATIONS, Rule } from '../collections/collections.schema.ts';

/** A question to a rule: may this principal do this to this document? */
export const RuleTestBody = z
  .strictObject({
    operation: z.enum(OPERATIONS),
    document: z.record(z.string(), z.unknown()).default({}).meta({
      description: 'The document; for create and update as it would be after the write. With an id, what it leaves out is as stored',
    }),
    id: z.string().max(64).optional().meta({ description: 'The id of a stored document to ask about' }),
    rule: Rule.optional().meta({ description: 'A rule to test in place of the saved one' }),
    previous: z
      .record(z.string(), z.unknown())
      .optional()
      .meta({ description: 'For update: the document before. By default the stored one' }),
    principal: z
      .strictObject({
        user: z
          .strictObject({
            id: z.string().max(64),
            email: z.string().max(254).optional(),
            roles: z.array(z.string().max(64)).max(100).default([]),
            claims: z.record(z.string(), z.unknown()).default({}),
            teams: z.array(z.string().max(130)).max(1_000).default([]),
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

/** Why a condition holds or not, part by part. */
export interface RuleExplanation {
  readonly sentence: string;
  readonly holds: boolean;
  readonly missing?: readonly string[] | undefined;
  readonly found?: unknown;
  readonly parts: readonly RuleExplanation[];
}
export const RuleExplanation: z.ZodType<RuleExplanation> = z
  .object({
    sentence: z.string(),
    holds: z.boolean(),
    missing: z.array(z.string()).optional().meta({ description: 'Variables that are missing, so that this part denies' }),
    found: z.unknown().optional().meta({ description: 'What the document or the variable holds there, shortened' }),
    get parts() {
      return z.array(RuleExplanation);
    },
  })
  .meta({ id: 'RuleExplanation' });

export const RuleTestAnswer = z
  .object({
    allowed: z.boolean(),
    sentence: z.string(),
    trace: z.array(z.object({ condition: z.string(), holds: z.boolean() })),
    fields: z
      .record(z.string(), z.object({ readable: z.boolean(), writable: z.boolean() }))
      .meta({ description: 'What the caller may do with the fields that have rules of their own, in this document' }),
    explanation: RuleExplanation.nullable().meta({ description: 'The rule as a tree; null when there is no rule to explain' }),
  })
  .meta({ id: 'RuleTestAnswer' });
export type RuleTestAnswer = z.infer<typeof RuleTestAnswer>;
