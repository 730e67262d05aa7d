import type { Frame } from '@mainstay/host';
import type { ProjectContext, UserId } from '@mainstay/kernel';
import { createId, limitExceeded } from '@mainstay/kernel';
import { DuplicateKeyError } from '@mainstay/store';
import { identityNotFound, identityTaken, lastWayIn } from '../auth.problems.ts';
import type { ProviderProfile } from '../providers/provider-profile.ts';
import type { UserRow } from '../users/users.model.ts';
import { UserKind } from '../users/users.model.ts';
import type { IdentityRow } from './identities.model.ts';
import { IdentityKind } from './identities.model.ts';
import type { Identity } from './identities.schema.ts';

const MAX_PER_USER = 20;

/** Whether the user can sign in some other way than with an identity and the password, e.g. with a passkey. */
export type OtherWayIn = (context: ProjectContext, userId: UserId) => Promise<boolean>;

/** Accounts elsewhere that sign in users here; each signs in one. */
export function createIdentities({ store, clock }: Frame, { otherWaysIn }: { otherWaysIn: readonly OtherWayIn[] }) {
  const rowsOf = (context: ProjectContext) => store.kind(context, IdentityKind);

  const find = (context: ProjectContext, { issuer, subject }: Pick<ProviderProfile, 'issuer' | 'subject'>): Promise<IdentityRow | null> =>
    rowsOf(context).findOne({ issuer, subject });

  async function hasOther(context: ProjectContext, user: UserRow): Promise<boolean> {
    if (user.passwordHash !== null) return true;
    for (const has of otherWaysIn) if (await has(context, user.id)) return true;
    return false;
  }

  return {
    find,

    /** Notes the identity for the user. Of many at once, one is the first, and the others get what it noted. */
    async add(
      context: ProjectContext,
      user: UserId,
      { provider, profile }: { provider: string; profile: ProviderProfile },
    ): Promise<IdentityRow> {
      const now = new Date(clock.now());
      const { issuer, subject, email, name } = profile;
      const row: IdentityRow = { id: createId(), issuer, subject, userId: user, provider, email, name, createdAt: now, lastUsedAt: now };
      try {
        await rowsOf(context).insert(row);
        return row;
      } catch (error) {
        const first = error instanceof DuplicateKeyError ? await find(context, profile) : null;
        if (first === null) throw error;
        return first;
      }
    },

    /** @throws limitExceeded when the user has as many as anybody may */
    async checkRoom(context: ProjectContext, userId: UserId): Promise<void> {
      if ((await rowsOf(context).count({ userId })) >= MAX_PER_USER)
        throw limitExceeded({ limit: 'identities of one user', allowed: MAX_PER_USER });
    },

    /** @throws identityTaken when it signs in somebody else */
    checkOwner({ userId }: IdentityRow, user: UserId): void {
      if (userId !== user) throw identityTaken();
    },

    /** Notes a sign-in with it. */
    async touch(context: ProjectContext, { id }: IdentityRow, { email, name }: ProviderProfile): Promise<void> {
      await rowsOf(context).update({ id }, { $set: { email, ...(name === null ? {} : { name }), lastUsedAt: new Date(clock.now()) } });
    },

    list: (context: ProjectContext, userId: UserId): Promise<IdentityRow[]> =>
      rowsOf(context).find({ userId }, { sort: { createdAt: 1 }, limit: MAX_PER_USER * 2 }),

    hasAny: async (context: ProjectContext, userId: UserId): Promise<boolean> => (await rowsOf(context).findOne({ userId })) !== null,

    /**
     * Takes an identity from its user, unless it is the last way in: then nobody could. Of the last two, taken at once, one stays.
     * @throws identityNotFound, lastWayIn
     */
    async remove(context: ProjectContext, user: UserRow, id: string): Promise<IdentityRow> {
      return store.transaction(async (session) => {
        // Whoever takes another way in at the same time waits here, and looks at the others after us.
        await store.kind(context, UserKind).update({ id: user.id }, { $set: { waysInChangedAt: new Date(clock.now()) } }, { session });
        const all = await rowsOf(context).find({ userId: user.id }, { session });
        const found = all.find((one) => one.id === id);
        if (found === undefined) throw identityNotFound();
        if (all.length === 1 && !(await hasOther(context, user))) throw lastWayIn();
        await rowsOf(context).delete({ id, userId: user.id }, { session });
        return found;
      });
    },

    /** Takes one that leads nowhere. */
    async drop(context: ProjectContext, { id }: IdentityRow): Promise<void> {
      await rowsOf(context).delete({ id });
    },

    /** Takes all identities of a user who is deleted, or whose account turned out to be somebody else's. */
    async forgetUser(context: ProjectContext, userId: UserId): Promise<void> {
      await rowsOf(context).deleteMany({ userId });
    },
  };
}
export type Identities = ReturnType<typeof createIdentities>;

/** An identity as the API shows it. */
export function presentIdentity({ id, provider, subject, email, name, createdAt, lastUsedAt }: IdentityRow): Identity {
  return { id, provider, subject, email, name, createdAt: createdAt.toISOString(), lastUsedAt: lastUsedAt.toISOString() };
}
