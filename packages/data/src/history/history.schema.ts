import { z } from 'zod';
import { Document } from '../documents/documents.schema.ts';

export const PageQuery = z.strictObject({
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: z.string().max(1_024).optional(),
});

const FieldChange = z
  .object({ field: z.string(), before: z.unknown().optional(), after: z.unknown().optional() })
  .meta({ id: 'FieldChange' });

export const Revision = z
  .object({
    version: z.int(),
    cause: z.enum(['created', 'changed', 'deleted', 'restored']),
    at: z.iso.datetime(),
    by: z.string().meta({ description: 'Who wrote it, e.g. user:ID' }),
    changes: z.array(FieldChange).meta({ description: 'What differs from the version before' }),
  })
  .meta({ id: 'Revision' });
export const RevisionPage = z.object({ items: z.array(Revision), nextCursor: z.string().nullable() });
export const RevisionParams = z.object({ collection: z.string().max(64), id: z.string().max(64), version: z.coerce.number().int().min(1) });
export const RevisionDetail = Revision.extend({ document: Document }).meta({ id: 'RevisionDetail' });

export const RevertBody = z.strictObject({ version: z.int().min(1) });

export const DeletedDocument = z
  .object({ document: Document, deletedAt: z.iso.datetime(), by: z.string() })
  .meta({ id: 'DeletedDocument' });
export const TrashBody = z.strictObject({ limit: z.int().min(1).max(200).default(50), cursor: z.string().max(1_024).optional() });
export const TrashPage = z.object({ items: z.array(DeletedDocument), nextCursor: z.string().nullable() });
