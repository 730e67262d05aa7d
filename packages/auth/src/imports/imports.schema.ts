import { Email } from '@mainstay/kernel/schema';
import { z } from 'zod';
import { Username } from '../auth.schema.ts';
import { ProfileValues } from '../profiles/profiles.schema.ts';
import { Claims } from '../users/claims.schema.ts';

export const HASH_ALGORITHMS = ['bcrypt', 'argon2', 'scrypt', 'firebase-scrypt', 'pbkdf2-sha1', 'pbkdf2-sha256', 'pbkdf2-sha512'] as const;
const Base64 = z
  .string()
  .max(2_000)
  .regex(/^[A-Za-z0-9+/_-]*={0,2}$/, 'Give base64.');

/** How the hashes of a file were made, where they do not say so themselves. bcrypt and argon2 do; so do PHC strings. */
export const HashDescription = z
  .strictObject({
    algorithm: z.enum(HASH_ALGORITHMS),
    /** PBKDF2: the iterations. Firebase: `rounds`, which is scrypt's r (8). */
    rounds: z.number().int().min(1).max(5_000_000).optional(),
    /** scrypt and Firebase (`mem_cost`): the binary logarithm of N (14). */
    memoryCost: z.number().int().min(1).max(24).optional(),
    /** scrypt: r. */
    blockSize: z.number().int().min(1).max(64).optional(),
    /** scrypt: p. */
    parallelism: z.number().int().min(1).max(16).optional(),
    /** Firebase: `base64_signer_key` and `base64_salt_separator`. */
    signerKey: Base64.optional(),
    saltSeparator: Base64.optional(),
  })
  .meta({ id: 'HashDescription' });
export type HashDescription = z.infer<typeof HashDescription>;

export const UserImportBody = z
  .strictObject({
    format: z.enum(['ndjson', 'csv']).default('ndjson'),
    /** The file: one user per line, or a table whose first line names the fields. */
    text: z.string(),
    hash: HashDescription.optional(),
    /** Checks every row and writes none. */
    dryRun: z.boolean().default(false),
  })
  .meta({ id: 'UserImport' });
export type UserImportBody = z.infer<typeof UserImportBody>;

/** A row of a file. Null and left out are the same. */
export const UserImportRow = z
  .strictObject({
    id: z
      .string()
      .regex(/^[A-Za-z0-9_-]{1,64}$/, 'An id has 1 to 64 letters, digits, _ and -.')
      .optional(),
    email: Email.optional(),
    emailVerified: z.boolean().default(false),
    username: Username.optional(),
    name: z.string().trim().min(1).max(200).optional(),
    passwordHash: z.string().min(1).max(2_000).optional(),
    salt: Base64.optional(),
    roles: z.array(z.string().max(64)).max(100).default([]),
    claims: Claims.optional(),
    profile: ProfileValues.optional(),
    blocked: z.boolean().default(false),
    createdAt: z.iso.datetime({ offset: true }).optional(),
    lastSeenAt: z.iso.datetime({ offset: true }).optional(),
  })
  .refine(({ id, email, username }) => (id ?? email ?? username) !== undefined, {
    path: ['email'],
    message: 'Give an email, a username or an id.',
  });
export type UserImportRow = z.infer<typeof UserImportRow>;

export const UserImportAnswer = z
  .object({
    dryRun: z.boolean(),
    rows: z.int(),
    /** Written, or in a dry run what would be. */
    imported: z.int(),
    errorCount: z.int(),
    /** The first thousand. */
    errors: z.array(z.object({ row: z.int(), path: z.string(), code: z.string(), message: z.string() })),
  })
  .meta({ id: 'UserImportAnswer' });
export type UserImportAnswer = z.infer<typeof UserImportAnswer>;

export const UserExportQuery = z.strictObject({
  /** `true` with a secret key only: whoever has hashes can guess passwords. */
  hashes: z.enum(['true', 'false']).default('false'),
});
