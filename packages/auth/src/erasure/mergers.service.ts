import type { Frame } from '@mainstay/host';
import type { ProjectContext, UserId } from '@mainstay/kernel';
import type { AuthEvents } from '../events/events.service.ts';
import { FactorsKind } from '../second-factors/second-factors.model.ts';
import type { Sessions } from '../sessions/sessions.service.ts';
import { nameKeysOf } from '../users/name-keys-of.ts';
import type { UserRow } from '../users/users.model.ts';
import { UserKind } from '../users/users.model.ts';
import type { Users } from '../users/users.service.ts';
import { mergeNotPossible } from './erasure.problems.ts';
import type { UserWork } from './erasure.schema.ts';
import type { Erasure } from './erasure.service.ts';

/** What mergers need besides the frame. */
export interface MergersDependencies {
  readonly users: Users;
  readonly sessions: Sessions;
  readonly erasure: Erasure;
  readonly events: AuthEvents;
}

/** Makes one of two users. For servers, which know that both are one person. */
export function createMergers({ store }: Frame, { users, sessions, erasure, events }: MergersDependencies) {
  const rowsOf = (context: ProjectContext) => store.kind(context, UserKind);

  /** Marks the user who goes; of two mergers at once of the same users none may be the other way round. @throws mergeNotPossible */
  async function mark(context: ProjectContext, from: UserRow, into: UserRow): Promise<void> {
    const free = { id: from.id, $or: [{ mergedInto: { $exists: false } }, { mergedInto: into.id }] };
    const { matched } = await rowsOf(context).update(free, { $set: { mergedInto: into.id, blocked: true } });
    if (matched === 0) throw mergeNotPossible();
    const target = await users.get(context, into.id);
    if (target.mergedInto === undefined) return;
    await rowsOf(context).update({ id: from.id }, { $unset: { mergedInto: '' }, $set: { blocked: from.blocked } });
    throw mergeNotPossible();
  }

  return {
    /** Begins to give everything of `from` to `into`; `from` can't sign in any more. @throws userNotFound, mergeNotPossible */
    async merge(context: ProjectContext, intoId: string, fromId: string): Promise<UserWork> {
      if (intoId === fromId) throw mergeNotPossible();
      const [into, from] = [await users.get(context, intoId), await users.get(context, fromId)];
      await mark(context, from, into);
      await sessions.revoke(context, { userId: from.id });
      return erasure.begin(context, { userId: from.id, intoId: into.id });
    },

    /** The last step: the one user becomes part of the other, and is gone. What `into` has of its own stays. */
    async finish(context: ProjectContext, userId: UserId, intoId: UserId): Promise<number> {
      const isMerged = await store.transaction(async (session) => {
        const from = await rowsOf(context).findOne({ id: userId }, { session });
        const into = await rowsOf(context).findOne({ id: intoId }, { session });
        if (from === null || into === null) return false;
        await rowsOf(context).delete({ id: userId }, { session });
        await store.kind(context, FactorsKind).delete({ id: userId }, { session });
        await rowsOf(context).update({ id: intoId }, { $set: union(into, from) }, { session });
        return true;
      });
      if (!isMerged) return 0;
      await sessions.refreshPrincipal(context, intoId);
      await events.note(context, { type: 'merged', userId: intoId, detail: { from: userId } });
      return 1;
    },
  };
}
export type Mergers = ReturnType<typeof createMergers>;

/** What `into` gets of `from`. An address, a name and the password go only where there is none. */
function union(into: UserRow, from: UserRow): Partial<UserRow> {
  const name = into.name ?? from.name;
  return {
    ...(into.email === undefined && from.email !== undefined ? { email: from.email, emailVerified: from.emailVerified } : {}),
    ...(into.username === undefined && from.username !== undefined ? { username: from.username } : {}),
    passwordHash: into.passwordHash ?? from.passwordHash,
    name,
    nameKeys: nameKeysOf(name),
    roles: [...new Set([...into.roles, ...from.roles])],
    claims: { ...from.claims, ...into.claims },
    profile: { ...from.profile, ...into.profile },
  };
}
