import type { ProjectContext } from '@mainstay/kernel';
import type { Policies } from '../policy/policy.service.ts';
import type { EffectiveRoles } from '../roles/create-effective-roles.ts';
import { isAnonymous } from '../users/present-user.ts';
import type { UserRow } from '../users/users.model.ts';

/** Whether the project asks this user for a second factor, set up or not. */
export type FactorNeed = (context: ProjectContext, user: UserRow) => Promise<boolean>;

/** Asks the project's policy, and the user's roles. Of anonymous users there is nothing to be protected. */
export function createFactorNeed(policies: Policies, effectiveRoles: EffectiveRoles): FactorNeed {
  return async (context, user) => {
    const { secondFactor, secondFactorRoles } = await policies.get(context);
    if (secondFactor === 'off' || isAnonymous(user)) return false;
    if (secondFactor === 'required') return true;
    if (secondFactorRoles.length === 0) return false;
    return (await effectiveRoles.of(context, user.roles)).some((role) => secondFactorRoles.includes(role));
  };
}
