import { z } from 'zod';

/** A stored file as clients see it. Its bytes are at `/files/{id}/content`. */
export const StoredFile = z
  .object({
    id: z.string(),
    name: z.string(),
    contentType: z.string(),
    sizeBytes: z.int(),
    sha256: z.string(),
    visibility: z.enum(['public', 'private']),
    owner: z.string().nullable(),
    createdAt: z.iso.datetime(),
  })
  .meta({ id: 'StoredFile' });
export type StoredFile = z.infer<typeof StoredFile>;

export const FileParams = z.object({ id: z.string().max(64) });
export const ListFilesQuery = z.strictObject({
  limit: z.coerce.number().int().min(1).max(1_000).default(50),
  cursor: z.string().max(1_000).optional(),
});
export const FilePage = z.object({ items: z.array(StoredFile), nextCursor: z.string().nullable() });
export const SignedUrlBody = z.strictObject({
  expiresInSeconds: z
    .int()
    .min(1)
    .max(7 * 86_400)
    .default(3_600),
});
export const SignedUrl = z.object({ url: z.string(), expiresAt: z.iso.datetime() });
