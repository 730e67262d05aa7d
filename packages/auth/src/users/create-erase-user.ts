import type { ProjectContext, UserId } from '@mainstay/kernel';
import type { Store } from '@mainstay/store';
import { IdentityKind } from '../identities/identities.model.ts';
import { PasskeyKind } from '../passkeys/passkeys.model.ts';
import { FactorsKind } from '../second-factors/second-factors.model.ts';
import type { Sessions } from '../sessions/sessions.service.ts';
import { UserKind } from './users.model.ts';

/** Ends a user and every way in; one who is gone stays gone. */
export type EraseUser = (context: ProjectContext, userId: UserId) => Promise<void>;

/** Makes what ends users. */
export function createEraseUser({ store, sessions }: { store: Store; sessions: Sessions }): EraseUser {
  return async (context, userId) => {
    // First: what signs in must not lead to a user who is gone.
    await store.kind(context, IdentityKind).deleteMany({ userId });
    await store.kind(context, PasskeyKind).deleteMany({ userId });
    await store.kind(context, UserKind).delete({ id: userId });
    await store.kind(context, FactorsKind).delete({ id: userId });
    await sessions.revoke(context, { userId });
  };
}
