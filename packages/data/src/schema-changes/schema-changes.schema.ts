import { z } from 'zod';
import { FieldDefinition, FieldName } from '../collections/collections.schema.ts';

/** A change of one field that its documents follow in the background. */
export const SchemaChangeBody = z
  .discriminatedUnion('type', [
    z.strictObject({ type: z.literal('rename'), field: FieldName, to: FieldName }),
    z.strictObject({
      type: z.literal('retype'),
      field: FieldName,
      definition: FieldDefinition,
      unfit: z
        .enum(['keep', 'remove', 'default'])
        .default('keep')
        .meta({ description: 'What becomes of values that can’t be converted: they stay, go, or take the field’s default' }),
    }),
    z.strictObject({ type: z.literal('remove'), field: FieldName }),
  ])
  .meta({ id: 'SchemaChangeBody' });
export type SchemaChangeBody = z.infer<typeof SchemaChangeBody>;

const Unfit = z.object({ id: z.string(), value: z.unknown(), code: z.string() });

export const SchemaChange = z
  .object({
    id: z.string(),
    collection: z.string(),
    change: SchemaChangeBody,
    state: z.enum(['queued', 'running', 'done', 'canceled']),
    phase: z.enum(['copy', 'convert', 'drop']),
    total: z.int().meta({ description: 'Documents of the collection when it began' }),
    changed: z.int(),
    unfit: z.int().meta({ description: 'Values that could not be converted' }),
    examples: z.array(Unfit),
    createdAt: z.iso.datetime(),
    endedAt: z.iso.datetime().nullable(),
  })
  .meta({ id: 'SchemaChange' });
export type SchemaChange = z.infer<typeof SchemaChange>;

/** What a change would touch, before anything is done. */
export const SchemaChangePreview = z
  .object({
    documents: z.int().meta({ description: 'Documents of the collection' }),
    looked: z.int().meta({ description: 'How many of them were looked at' }),
    having: z.int().meta({ description: 'How many of those have the field' }),
    converted: z.int(),
    unfit: z.int(),
    examples: z.array(Unfit),
    mentions: z.array(z.string()).meta({ description: 'Where the definition names the field, e.g. rules.update' }),
    blockedBy: z.array(z.string()).meta({ description: 'What must be changed first' }),
  })
  .meta({ id: 'SchemaChangePreview' });
export type SchemaChangePreview = z.infer<typeof SchemaChangePreview>;

export const SchemaChangeParams = z.object({ id: z.string().max(64) });
export const SchemaChangeList = z.object({ items: z.array(SchemaChange) });
