import { z } from 'zod';

export const PROFILE_TYPES = ['string', 'number', 'integer', 'boolean', 'date', 'enum', 'url', 'json'] as const;
const FieldName = z
  .string()
  .regex(/^[A-Za-z][A-Za-z0-9_]{0,63}$/, 'A field name starts with a letter and has at most 64 letters, digits and underscores.');
const REFUSED_NAMES = ['constructor', 'prototype', 'toString', 'hasOwnProperty', 'valueOf'];

/** A field of the profile that a project's users have. */
export const ProfileField = z
  .strictObject({
    type: z.enum(PROFILE_TYPES),
    /** The least number or length. */
    min: z.number().optional(),
    /** The greatest number or length; texts have at most 1,000 characters without it. */
    max: z.number().optional(),
    /** A regular expression of the safe subset, matched from the start. */
    pattern: z.string().max(256).optional(),
    values: z.array(z.string().max(200)).min(1).max(200).optional(),
    /** Who reads it besides servers: nobody, the user, everybody who is signed in, or everybody with a key. */
    readable: z.enum(['server', 'own', 'users', 'anyone']).default('own'),
    /** Who writes it besides servers: nobody or the user. */
    writable: z.enum(['server', 'own']).default('own'),
  })
  .refine(({ type, values }) => type !== 'enum' || values !== undefined, { path: ['values'], message: 'An enum lists its values.' })
  .meta({ id: 'ProfileField' });
export type ProfileField = z.infer<typeof ProfileField>;
export const ProfileFields = z
  .record(FieldName, ProfileField)
  .refine((fields) => Object.keys(fields).length <= 50, 'A profile has at most 50 fields.')
  .refine((fields) => !REFUSED_NAMES.some((name) => Object.hasOwn(fields, name)), 'A name is reserved.');
export const ProfileDefinition = z.strictObject({ fields: ProfileFields }).meta({ id: 'ProfileDefinition' });
export type ProfileDefinition = z.infer<typeof ProfileDefinition>;

/** Values by field. In a change, null takes a value away. */
export const ProfileValues = z.record(z.string().max(64), z.json());
export type ProfileValues = z.infer<typeof ProfileValues>;
export const Profile = z.object({ id: z.string(), name: z.string().nullable(), profile: ProfileValues }).meta({ id: 'Profile' });
