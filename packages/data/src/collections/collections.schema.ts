import { z } from 'zod';
import { FieldDefinition, FieldName, RESERVED, Rule } from './fields.schema.ts';

export * from './fields.schema.ts';

export const CollectionName = z
  .string()
  .regex(/^[a-z][A-Za-z0-9_]{0,63}$/, 'A collection name starts with a small letter and has at most 64 letters, digits and underscores.')
  .refine((name) => !RESERVED.has(name) && !name.startsWith('system'), 'This name is reserved.');

export const IndexDefinition = z
  .strictObject({
    fields: z
      .array(z.tuple([z.string().max(128), z.union([z.literal(1), z.literal(-1), z.literal('text'), z.literal('2dsphere')])]))
      .min(1)
      .max(8),
    unique: z.boolean().optional(),
    where: z
      .union([z.string().max(10_000), z.record(z.string(), z.unknown())])
      .optional()
      .meta({ description: 'Only the documents that meet this condition are in the index' }),
    expireAfterSeconds: z
      .int()
      .min(0)
      .max(2_147_483_647)
      .optional()
      .meta({ description: 'Documents are deleted this long after the date in the field; the index is of this one field' }),
  })
  .meta({ id: 'IndexDefinition' });
export type IndexDefinition = z.infer<typeof IndexDefinition>;

export const OPERATIONS = ['list', 'get', 'create', 'update', 'delete', 'subscribe'] as const;
export type Operation = (typeof OPERATIONS)[number];

export const Rules = z
  .strictObject({ list: Rule, get: Rule, create: Rule, update: Rule, delete: Rule, subscribe: Rule })
  .partial()
  .meta({ id: 'Rules' });
export type Rules = z.infer<typeof Rules>;

const ON_USER_DELETE = ['keep', 'anonymise', 'delete'] as const;

/** What a developer writes to shape a collection. */
export const CollectionDefinition = z
  .strictObject({
    mode: z.enum(['open', 'closed']).default('closed'),
    fields: z.record(FieldName, FieldDefinition).default({}),
    indexes: z.array(IndexDefinition).max(60).default([]),
    rules: Rules.default({}),
    realtime: z.boolean().default(true),
    history: z.boolean().default(false).meta({ description: 'Keep every version of its documents, with who wrote it' }),
    softDelete: z.boolean().default(false).meta({ description: 'Keep deleted documents in a trash, from which they can be restored' }),
    onUserDelete: z.enum(ON_USER_DELETE).default('keep').meta({
      description: 'What becomes of the documents of a user who is deleted: those that name the user in a reference to users, or in owner',
    }),
  })
  .meta({ id: 'CollectionDefinition' });
export type CollectionDefinition = z.infer<typeof CollectionDefinition>;

export const CollectionPatch = z
  .strictObject({
    mode: z.enum(['open', 'closed']).optional(),
    fields: z.record(FieldName, FieldDefinition.nullable()).optional(),
    indexes: z.array(IndexDefinition).max(60).optional(),
    rules: Rules.optional(),
    realtime: z.boolean().optional(),
    history: z.boolean().optional(),
    softDelete: z.boolean().optional(),
    onUserDelete: z.enum(ON_USER_DELETE).optional(),
  })
  .meta({ id: 'CollectionPatch' });
export type CollectionPatch = z.infer<typeof CollectionPatch>;

/** A collection as the API shows it. */
export const Collection = z
  .object({
    name: z.string(),
    mode: z.enum(['open', 'closed']),
    fields: z.record(z.string(), FieldDefinition),
    indexes: z.array(IndexDefinition),
    rules: z.object({ list: Rule, get: Rule, create: Rule, update: Rule, delete: Rule, subscribe: Rule }),
    realtime: z.boolean(),
    history: z.boolean(),
    softDelete: z.boolean(),
    onUserDelete: z.enum(ON_USER_DELETE),
    version: z.int(),
    createdAt: z.iso.datetime(),
    updatedAt: z.iso.datetime(),
  })
  .meta({ id: 'Collection' });
export type Collection = z.infer<typeof Collection>;

export const CollectionParams = z.object({ collection: z.string().max(64) });
