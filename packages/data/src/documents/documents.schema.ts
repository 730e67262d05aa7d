import { z } from 'zod';

export const DocumentParams = z.object({ collection: z.string().max(64), id: z.string().max(64) });

/** Documents are checked against their collection, not by zod. */
export const DocumentBody = z.record(z.string(), z.unknown()).meta({ id: 'DocumentBody', description: 'The fields of the collection' });

export const Document = z
  .looseObject({ id: z.string(), createdAt: z.iso.datetime(), updatedAt: z.iso.datetime(), version: z.int() })
  .meta({ id: 'Document' });

const Limit = z.coerce.number().int().min(1).max(1_000).default(50);
const Flag = z.enum(['true', 'false']).transform((text) => text === 'true');

const Include = z.string().max(1_024).optional().meta({ description: 'References to follow, e.g. owner,comments.author' });

export const GetQuery = z.strictObject({ fields: z.string().max(2_048).optional(), include: Include });

/** `GET /data/{collection}`: conditions and lists as text. */
export const ListQuery = z.strictObject({
  where: z.string().max(8_192).optional().meta({ description: 'A condition as JSON, or as CEL text' }),
  sort: z.string().max(512).optional().meta({ description: 'Fields with commas between them; - in front means descending' }),
  limit: Limit,
  cursor: z.string().max(4_096).optional(),
  fields: z.string().max(2_048).optional(),
  include: Include,
  total: Flag.optional(),
});
export type ListQuery = z.infer<typeof ListQuery>;

/** `POST /data/{collection}/query`: the same as JSON. */
export const QueryBody = z.strictObject({
  where: z.unknown().optional(),
  sort: z.array(z.string().max(128)).max(8).optional(),
  limit: z.number().int().min(1).max(1_000).default(50),
  cursor: z.string().max(4_096).optional(),
  fields: z.array(z.string().max(128)).max(100).optional(),
  include: z.array(z.string().max(256)).max(20).optional(),
  total: z.boolean().optional(),
});
export type QueryBody = z.infer<typeof QueryBody>;

export const DocumentPage = z
  .object({ items: z.array(Document), nextCursor: z.string().nullable(), total: z.int().optional() })
  .meta({ id: 'DocumentPage' });

const Change = z.record(z.string(), z.unknown());
/** `POST /data/{collection}/upsert`. */
export const UpsertBody = z
  .strictObject({ where: z.unknown(), create: Change, update: Change.optional() })
  .meta({ id: 'Upsert', description: 'Without an update, what would be created is merged into what is there' });
export type UpsertBody = z.infer<typeof UpsertBody>;

const Target = { collection: z.string().max(64), id: z.string().max(64), ifVersion: z.int().optional() };

/** One operation of a batch. */
export const BatchOperation = z.discriminatedUnion('op', [
  z.strictObject({ op: z.literal('create'), collection: z.string().max(64), document: Change }),
  z.strictObject({ op: z.literal('update'), ...Target, update: Change }),
  z.strictObject({ op: z.literal('replace'), ...Target, document: Change }),
  z.strictObject({ op: z.literal('delete'), ...Target }),
]);
export type BatchOperation = z.infer<typeof BatchOperation>;

export const BatchBody = z
  .strictObject({ atomic: z.boolean().default(false), operations: z.array(BatchOperation).min(1).max(500) })
  .meta({ id: 'Batch' });
export type BatchBody = z.infer<typeof BatchBody>;

export const BatchResult = z.object({
  results: z.array(
    z.object({ status: z.int(), document: Document.optional(), problem: z.object({ code: z.string(), detail: z.string() }).optional() }),
  ),
});
