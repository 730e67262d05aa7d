import { z } from 'zod';

/** How far the deletion or merger of a user is. */
export const UserWork = z
  .object({
    type: z.enum(['erase', 'merge']),
    userId: z.string(),
    intoId: z.string().nullable(),
    state: z.enum(['running', 'done']),
    /** By kind of thing: how much was changed or deleted, and how much could not be. */
    counts: z.record(z.string(), z.object({ changed: z.int(), failed: z.int() })),
    createdAt: z.iso.datetime(),
    endedAt: z.iso.datetime().nullable(),
  })
  .meta({ id: 'UserWork' });
export type UserWork = z.infer<typeof UserWork>;
export const MergeBody = z.strictObject({
  /** Whose things go to the user in the path; this user is deleted. */
  from: z.string().max(64),
});
