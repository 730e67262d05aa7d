import { z } from 'zod';

/** What happens to users and their ways in. In the audit log it is `user.<type>`, in analytics `$auth.<type>`. */
export const AUTH_EVENT_TYPES = [
  'signed_up',
  'created',
  'upgraded',
  'signed_in',
  'sign_in_failed',
  'sign_in_refused',
  'signed_out',
  'sessions_ended',
  'refresh_reused',
  'password_changed',
  'password_reset',
  'email_verified',
  'email_changed',
  'blocked',
  'unblocked',
  'roles_changed',
  'claims_changed',
  'provider_linked',
  'provider_unlinked',
  'factor_added',
  'factor_removed',
  'recovery_code_used',
  'passkey_added',
  'passkey_removed',
  'team_joined',
  'team_left',
  'merged',
  'imported',
  'exported',
  'deleted',
] as const;
export type AuthEventType = (typeof AUTH_EVENT_TYPES)[number];

export const AuthEvent = z
  .object({
    id: z.string(),
    type: z.enum(AUTH_EVENT_TYPES),
    at: z.iso.datetime(),
    /** Who did it: `user:<id>`, `key:<id>`, `account:<id>`; `anonymous` for a failed attempt. */
    actor: z.string(),
    /** The way in, e.g. `password` or `provider:google`. */
    method: z.string().nullable(),
    /** As much of the network address as the project keeps. */
    ip: z.string(),
    userAgent: z.string(),
    detail: z.record(z.string(), z.unknown()),
  })
  .meta({ id: 'AuthEvent' });
export type AuthEvent = z.infer<typeof AuthEvent>;

export const AuthEventQuery = z.strictObject({
  limit: z.coerce.number().int().min(1).max(1_000).default(50),
  cursor: z.string().max(1_000).optional(),
});
export const AuthEventPage = z.object({ items: z.array(AuthEvent), nextCursor: z.string().nullable() });
