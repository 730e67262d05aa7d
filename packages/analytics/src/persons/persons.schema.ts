import { z } from 'zod';

export const PersonParams = z.strictObject({ userId: z.string().min(1).max(255) });
export type PersonParams = z.infer<typeof PersonParams>;

/** What is known of a user from `identify` calls. */
export const Person = z
  .object({ userId: z.string(), traits: z.record(z.string(), z.unknown()), firstSeenAt: z.iso.datetime(), lastSeenAt: z.iso.datetime() })
  .meta({ id: 'Person' });
export type Person = z.infer<typeof Person>;
