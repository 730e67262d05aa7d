import type { Principal } from '@mainstay/kernel';
import { nameOf } from '@mainstay/kernel';

/** What rules can tell apart in a principal, as a text. */
export function sightOf(principal: Principal): string {
  return principal.type === 'user' ? JSON.stringify([principal.id, principal.roles, principal.email]) : nameOf(principal);
}
