import type { AccountRole, Principal } from '@mainstay/kernel';
import { roleIncludes } from '@mainstay/kernel';
import type { Access } from './define-route.ts';
import { keyMissing, originNotAllowed, roleTooLow, secretKeyInBrowser, serverAccessNeeded, userNeeded } from './http.problems.ts';
import type { ProjectAccess } from './resolvers.ts';

/** What a route asks of the one who calls it. */
export interface AccessNeeds {
  readonly access: Access;
  readonly role?: AccountRole;
  readonly isRead: boolean;
}

/** Where a page is that asks, our own address, and who is told of a secret key that somebody put into such a page. */
export interface OriginCheck {
  readonly origin: string | undefined;
  readonly ownOrigin: string;
  readonly tell: (origin: string) => void;
}

/** @throws originNotAllowed, secretKeyInBrowser when a browser on this origin may not use the project with this key. */
export function checkOrigin(access: ProjectAccess, { origin, ownOrigin, tell }: OriginCheck): void {
  if (origin === undefined || origin === ownOrigin) return;
  const { origins } = access.project;
  const isListed = origins.includes(origin);
  if (access.key?.kind === 'secret' && !isListed) {
    tell(origin);
    throw secretKeyInBrowser();
  }
  if (origins.length > 0 && !isListed) throw originNotAllowed();
}

/** Whether the principal may call a route with these needs. @throws keyMissing, userNeeded, serverAccessNeeded, roleTooLow */
export function checkAccess(principal: Principal, hasKey: boolean, needs: AccessNeeds): void {
  if (needs.access === 'public') return;
  if (principal.type === 'anonymous' && !hasKey) throw keyMissing();
  if (principal.type === 'account') return checkRole(principal.role, needs);
  if (needs.access === 'server' && principal.type !== 'key' && principal.type !== 'system') throw serverAccessNeeded();
  if (needs.access === 'user' && principal.type === 'anonymous') throw userNeeded();
}

function checkRole(role: AccountRole, needs: AccessNeeds): void {
  const needed = needs.role ?? (needs.isRead ? 'viewer' : 'developer');
  if (!roleIncludes(role, needed)) throw roleTooLow({ needed });
}
