import { z } from 'zod';
import { FieldDefinition, FieldName, OPERATIONS, Rule, Rules } from '../collections/collections.schema.ts';

/** Rules as they are being written, and the fields that they are about. */
export const RuleViewBody = z
  .strictObject({
    mode: z.enum(['open', 'closed']).default('closed'),
    fields: z.record(FieldName, FieldDefinition).default({}),
    rules: Rules,
  })
  .meta({ id: 'RuleViewBody' });
export type RuleViewBody = z.infer<typeof RuleViewBody>;

const RuleIssue = z
  .object({
    code: z.string(),
    message: z.string(),
    path: z.string().meta({ description: 'Where in the JSON, dotted; empty for the whole' }),
    place: z
      .object({ start: z.int(), end: z.int() })
      .nullable()
      .meta({ description: 'Where in the text, in characters from 0; null for a rule in JSON' }),
  })
  .meta({ id: 'RuleIssue' });
export type RuleIssue = z.infer<typeof RuleIssue>;

/** A rule in all its forms. */
export const RuleView = z
  .object({
    cel: z.string().nullable().meta({ description: 'As CEL text; null when it is faulty, or servers only' }),
    json: Rule.meta({ description: 'As JSON; null when it is faulty, servers only, or can only be said as text' }),
    sentence: z.string().meta({ description: 'In words; empty when it is faulty' }),
    issues: z.array(RuleIssue),
  })
  .meta({ id: 'RuleView' });
export type RuleView = z.infer<typeof RuleView>;

export const RuleViews = z.object({ rules: z.partialRecord(z.enum(OPERATIONS), RuleView) }).meta({ id: 'RuleViews' });
export type RuleViews = z.infer<typeof RuleViews>;
