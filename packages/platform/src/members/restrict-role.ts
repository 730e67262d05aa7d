import type { TokenScope } from '@mainstay/http';
import type { AccountRole, OrganizationId, ProjectId } from '@mainstay/kernel';

/** Where something is done: in an organization itself, or in one of its projects. */
export interface Place {
  readonly organizationId: OrganizationId;
  readonly projectId: ProjectId | null;
}

/** The role that is left of an account's own under an access token; null where the token does not reach. Sign-ins have no scope. */
export function restrictRole(role: AccountRole, scope: TokenScope | null, place: Place): AccountRole | null {
  if (scope === null) return role;
  if (scope.organizationId !== null && scope.organizationId !== place.organizationId) return null;
  if (scope.projectId !== null && scope.projectId !== place.projectId) return null;
  return scope.access === 'read' ? 'viewer' : role;
}
