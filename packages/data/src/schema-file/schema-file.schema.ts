import { z } from 'zod';
import { CollectionDefinition, CollectionName } from '../collections/collections.schema.ts';

const MAX_COLLECTIONS = 500;

/** All definitions of a project, to be kept beside the app's code. */
export const SchemaFile = z
  .strictObject({
    format: z.literal('mainstay-schema/1'),
    collections: z
      .record(CollectionName, CollectionDefinition)
      .refine((all) => Object.keys(all).length <= MAX_COLLECTIONS, { message: `At most ${MAX_COLLECTIONS} collections.` }),
  })
  .meta({ id: 'SchemaFile' });
export type SchemaFile = z.infer<typeof SchemaFile>;

/** What a file would change. */
export const SchemaDiff = z
  .object({
    items: z.array(
      z.object({
        collection: z.string(),
        kind: z.enum(['added', 'changed', 'missing']).meta({ description: 'missing: the project has it, the file does not' }),
        changes: z.array(z.object({ path: z.string(), before: z.unknown().optional(), after: z.unknown().optional() })),
      }),
    ),
  })
  .meta({ id: 'SchemaDiff' });
export type SchemaDiff = z.infer<typeof SchemaDiff>;

export const SchemaTemplates = z
  .object({ items: z.array(z.object({ name: z.string(), title: z.string(), about: z.string(), file: SchemaFile })) })
  .meta({ id: 'SchemaTemplates' });
