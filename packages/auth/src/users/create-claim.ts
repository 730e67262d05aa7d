import type { ProjectContext, UserId } from '@mainstay/kernel';
import type { Proofs } from '../proofs/proofs.service.ts';
import type { Sessions } from '../sessions/sessions.service.ts';
import type { UserRow } from './users.model.ts';
import type { Users } from './users.service.ts';

/** Takes something from a user that whoever had the account could come back with: identities, passkeys and the like. */
export type Eviction = (context: ProjectContext, userId: UserId) => Promise<void>;

/** What taking an account over needs. */
export interface ClaimDependencies {
  readonly users: Users;
  readonly sessions: Sessions;
  readonly proofs: Proofs;
  readonly evictions: readonly Eviction[];
}

/** Gives the account to whoever has just proven its address; null when it has changed meanwhile. */
export type Claim = (context: ProjectContext, user: UserRow) => Promise<UserRow | null>;

/**
 * Somebody may have signed up with an address that is not theirs, and may have left ways to come back in: a password, sessions, accounts
 * elsewhere. Whoever proves that the address is theirs gets rid of all of them.
 */
export function createClaim({ users, sessions, proofs, evictions }: ClaimDependencies): Claim {
  async function evictAll(context: ProjectContext, id: UserId): Promise<void> {
    for (const evict of evictions) await evict(context, id);
  }

  return async (context, user) => {
    if (user.emailVerified) return user;
    const { id, email } = user;
    if (email === undefined) return null;
    // Before the address counts as proven: what is left half done here must not look finished.
    await evictAll(context, id);
    const owner = await users.replace(context, { id, email, blocked: false }, { emailVerified: true, passwordHash: null });
    if (owner === null) return null;
    // After the password is gone, so that no session is begun with it in between.
    await sessions.revoke(context, { userId: id });
    // Again: whoever was still signed in may have added something in between.
    await evictAll(context, id);
    await proofs.voidAll(context, id);
    return owner;
  };
}
