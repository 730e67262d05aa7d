import type { User } from '../auth.schema.ts';
import type { UserRow } from './users.model.ts';

/** A user as the API shows it. */
export function presentUser(row: UserRow): User {
  const {
    id,
    email = null,
    username = null,
    emailVerified,
    name,
    roles,
    claims = {},
    blocked,
    createdAt,
    lastSeenAt,
    vouched = false,
  } = row;
  return {
    id,
    email,
    username,
    emailVerified,
    name,
    anonymous: email === null && username === null && !vouched,
    roles: [...roles],
    claims,
    blocked,
    createdAt: createdAt.toISOString(),
    lastSeenAt: lastSeenAt?.toISOString() ?? null,
  };
}
