import type { Principal } from '@mainstay/kernel';
import { nameOf } from '@mainstay/kernel';

/** What rules can tell apart in a principal, as a text. */
export function sightOf(principal: Principal): string {
  if (principal.type !== 'user') return nameOf(principal);
  const { id, roles, email, claims, teams } = principal;
  return JSON.stringify([id, roles, email, claims, teams]);
}
