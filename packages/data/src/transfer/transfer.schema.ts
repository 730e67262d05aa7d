import { z } from 'zod';

export const FORMATS = ['ndjson', 'json', 'csv', 'parse'] as const;
export type Format = (typeof FORMATS)[number];
const Flag = z.enum(['true', 'false']).transform((text) => text === 'true');

/** `POST /data/{collection}/import`. */
export const ImportQuery = z.strictObject({
  format: z.enum(FORMATS),
  mapping: z.string().max(16_384).optional(),
  key: z.string().max(64).optional(),
  onMatch: z.enum(['skip', 'update']).default('skip'),
  dryRun: Flag.default(false),
  preview: Flag.default(false),
});
export type ImportQuery = z.infer<typeof ImportQuery>;

/** `GET /data/{collection}/export`. */
export const ExportQuery = z.strictObject({
  format: z.enum(['ndjson', 'json', 'csv']).default('ndjson'),
  where: z.string().max(8_192).optional(),
  fields: z.string().max(2_048).optional(),
});
export type ExportQuery = z.infer<typeof ExportQuery>;

export const Import = z
  .object({
    id: z.string(),
    collection: z.string(),
    state: z.enum(['queued', 'running', 'done', 'undoing', 'undone']),
    isDryRun: z.boolean(),
    rows: z.int(),
    created: z.int(),
    updated: z.int(),
    skipped: z.int(),
    failed: z.int(),
    removed: z.int().meta({ description: 'Documents that undoing took away again' }),
    createdAt: z.iso.datetime(),
    endedAt: z.iso.datetime().nullable(),
  })
  .meta({ id: 'Import' });
export type Import = z.infer<typeof Import>;
export const ImportParams = z.object({ id: z.string().max(64) });
export const ImportList = z.object({ items: z.array(Import) });
export const ImportErrors = z.object({
  items: z.array(z.object({ row: z.int(), code: z.string(), detail: z.string() })),
});
