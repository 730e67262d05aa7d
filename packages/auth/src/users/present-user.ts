import type { User } from '../auth.schema.ts';
import type { UserRow } from './users.model.ts';

/** Whether nothing is known by which the user could come back. */
export const isAnonymous = ({ email, username, vouched = false }: UserRow): boolean =>
  email === undefined && username === undefined && !vouched;

/** A user as the API shows it. */
export function presentUser(row: UserRow): User {
  const { id, email = null, username = null, emailVerified, name, roles, claims = {}, blocked, createdAt, lastSeenAt } = row;
  return {
    id,
    email,
    username,
    emailVerified,
    name,
    anonymous: isAnonymous(row),
    roles: [...roles],
    claims,
    blocked,
    createdAt: createdAt.toISOString(),
    lastSeenAt: lastSeenAt?.toISOString() ?? null,
  };
}
