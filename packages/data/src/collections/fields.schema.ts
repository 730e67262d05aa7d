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
export const RESERVED: ReadonlySet<string> = new Set([
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

/** Who may do something: a condition (JSON, or CEL text), everybody (true), nobody but servers (null, the default), or nobody signed in either (false). */
export const Rule = z.union([z.boolean(), z.null(), z.string().max(10_000), z.record(z.string(), z.unknown())]).meta({ id: 'Rule' });
export type Rule = z.infer<typeof Rule>;

const Bound = z.union([z.number(), z.iso.datetime({ offset: true }), z.iso.date()]);

/** A field of a collection, or of an object in one. */
export interface FieldDefinition {
  readonly type: FieldType;
  readonly required?: boolean | undefined;
  readonly default?: unknown;
  readonly unique?: boolean | undefined;
  readonly min?: number | string | undefined;
  readonly max?: number | string | undefined;
  readonly pattern?: string | undefined;
  readonly values?: string[] | undefined;
  readonly collection?: string | undefined;
  readonly of?: FieldType | undefined;
  readonly fields?: Record<string, FieldDefinition> | undefined;
  readonly dimensions?: number | undefined;
  readonly computed?: string | undefined;
  readonly learned?: boolean | undefined;
  readonly readable?: Rule | undefined;
  readonly writable?: Rule | undefined;
}

export const FieldDefinition: z.ZodType<FieldDefinition> = z
  .strictObject({
    type: z.enum(FIELD_TYPES),
    required: z.boolean().optional(),
    default: z.json().optional(),
    unique: z.boolean().optional(),
    min: Bound.optional().meta({ description: 'The least number, date, length of text, or number of items' }),
    max: Bound.optional().meta({ description: 'The greatest number, date, length of text, or number of items' }),
    pattern: z.string().max(256).optional().meta({ description: 'A regular expression of the safe subset, matched from the start' }),
    values: z.array(z.string().max(200)).min(1).max(200).optional(),
    collection: z.string().max(64).optional(),
    of: z
      .enum(FIELD_TYPES)
      .optional()
      .meta({ description: 'The type of an array’s items; values, collection and fields then describe them' }),
    get fields() {
      return z
        .record(FieldName, FieldDefinition)
        .optional()
        .meta({ description: 'The fields of an object; without them it holds any JSON' });
    },
    dimensions: z.int().min(1).max(4_096).optional().meta({ description: 'How many numbers a vector has' }),
    computed: z
      .string()
      .max(500)
      .optional()
      .meta({ description: 'Text with other fields in braces, e.g. "{first} {last}": made when a document is read, never stored' }),
    learned: z.boolean().optional().meta({ description: 'Seen in an open collection: describes what was written, and restricts nothing' }),
    readable: Rule.optional().meta({ description: 'Which clients may read it, and of which documents' }),
    writable: Rule.optional().meta({ description: 'Which clients may write it, and in which documents' }),
  })
  .refine((field) => (field.type !== 'enum' && field.of !== 'enum') || field.values !== undefined, {
    message: 'An enum lists its values.',
    path: ['values'],
  })
  .meta({ id: 'FieldDefinition' });
