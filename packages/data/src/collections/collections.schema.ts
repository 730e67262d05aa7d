import { z } from 'zod';

/** The types that a field can have. */
export const FIELD_TYPES = [
  'string',
  'text',
  'number',
  'integer',
  'boolean',
  'date',
  'object',
  'array',
  'reference',
  'file',
  'geopoint',
  'polygon',
  'bytes',
  'email',
  'url',
  'enum',
  'json',
  'vector',
] as const;
export type FieldType = (typeof FIELD_TYPES)[number];

const FIELD_NAME = /^[A-Za-z][A-Za-z0-9_]{0,63}$/;
/** Names that the platform gives to documents itself, or that JavaScript gives to every object. */
const RESERVED = new Set([
  'id',
  'createdAt',
  'updatedAt',
  'version',
  'acl',
  'constructor',
  'prototype',
  'toString',
  'valueOf',
  'hasOwnProperty',
]);

export const FieldName = z
  .string()
  .regex(FIELD_NAME, 'A field name starts with a letter and has at most 64 letters, digits and underscores.')
  .refine((name) => !RESERVED.has(name), 'This name is reserved.');

export const CollectionName = z
  .string()
  .regex(/^[a-z][A-Za-z0-9_]{0,63}$/, 'A collection name starts with a small letter and has at most 64 letters, digits and underscores.')
  .refine((name) => !RESERVED.has(name) && !name.startsWith('system'), 'This name is reserved.');

/** Who may do something: a condition (JSON, or CEL text), everybody (true), nobody but servers (null, the default), or nobody signed in either (false). */
export const Rule = z.union([z.boolean(), z.null(), z.string().max(10_000), z.record(z.string(), z.unknown())]).meta({ id: 'Rule' });
export type Rule = z.infer<typeof Rule>;

export const FieldDefinition = z
  .strictObject({
    type: z.enum(FIELD_TYPES),
    required: z.boolean().optional(),
    default: z.json().optional(),
    unique: z.boolean().optional(),
    min: z.number().optional(),
    max: z.number().optional(),
    pattern: z.string().max(256).optional(),
    values: z.array(z.string().max(200)).min(1).max(200).optional(),
    collection: z.string().max(64).optional(),
    of: z.enum(FIELD_TYPES).optional(),
    readable: z.union([z.boolean(), z.null()]).optional(),
    writable: z.union([z.boolean(), z.null()]).optional(),
  })
  .refine((field) => field.type !== 'enum' || field.values !== undefined, { message: 'An enum lists its values.', path: ['values'] })
  .meta({ id: 'FieldDefinition' });
export type FieldDefinition = z.infer<typeof FieldDefinition>;

export const IndexDefinition = z
  .strictObject({
    fields: z
      .array(z.tuple([z.string().max(128), z.union([z.literal(1), z.literal(-1)])]))
      .min(1)
      .max(8),
    unique: z.boolean().optional(),
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

/** What a developer writes to shape a collection. */
export const CollectionDefinition = z
  .strictObject({
    mode: z.enum(['open', 'closed']).default('closed'),
    fields: z.record(FieldName, FieldDefinition).default({}),
    indexes: z.array(IndexDefinition).max(30).default([]),
    rules: Rules.default({}),
    realtime: z.boolean().default(true),
    history: z.boolean().default(false).meta({ description: 'Keep every version of its documents, with who wrote it' }),
    softDelete: z.boolean().default(false).meta({ description: 'Keep deleted documents in a trash, from which they can be restored' }),
  })
  .meta({ id: 'CollectionDefinition' });
export type CollectionDefinition = z.infer<typeof CollectionDefinition>;

export const CollectionPatch = z
  .strictObject({
    mode: z.enum(['open', 'closed']).optional(),
    fields: z.record(FieldName, FieldDefinition.nullable()).optional(),
    indexes: z.array(IndexDefinition).max(30).optional(),
    rules: Rules.optional(),
    realtime: z.boolean().optional(),
    history: z.boolean().optional(),
    softDelete: z.boolean().optional(),
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
    version: z.int(),
    createdAt: z.iso.datetime(),
    updatedAt: z.iso.datetime(),
  })
  .meta({ id: 'Collection' });
export type Collection = z.infer<typeof Collection>;

export const CollectionParams = z.object({ collection: z.string().max(64) });
