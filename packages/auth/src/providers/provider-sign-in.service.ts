import type { ProjectContext, UserId } from '@mainstay/kernel';
import { createId, Problem } from '@mainstay/kernel';
import type { AttemptGuard } from '@mainstay/passwords';
import { emailTaken, identityRefused, signUpRefused } from '../auth.problems.ts';
import type { AuthSettings } from '../auth.settings.ts';
import type { AuthEvents } from '../events/events.service.ts';
import type { IdentityRow } from '../identities/identities.model.ts';
import type { Identities } from '../identities/identities.service.ts';
import type { Policies } from '../policy/policy.service.ts';
import type { Client } from '../sessions/sessions.service.ts';
import type { Claim } from '../users/create-claim.ts';
import type { UserRow } from '../users/users.model.ts';
import type { Users } from '../users/users.service.ts';
import type { ProviderProfile } from './provider-profile.ts';

const HOUR_MS = 3_600_000;

/** What deciding whose identity it is needs. */
export interface ProviderSignInDependencies {
  readonly settings: AuthSettings;
  readonly users: Users;
  readonly identities: Identities;
  readonly policies: Policies;
  readonly guard: AttemptGuard;
  readonly claim: Claim;
  readonly events: AuthEvents;
}

/** Somebody whom a provider has identified, and what the project lets that provider do. */
export interface Vouched {
  readonly profile: ProviderProfile;
  readonly provider: {
    readonly id: string;
    readonly createsUsers: boolean;
    readonly linkByEmail: boolean;
    /** The project's own server, which may make users at any time. */
    readonly isOwn?: boolean;
  };
  readonly client: Client;
}

/** Whose identity it is: whom it signs in, to whom it may be added, and when it makes a user. */
export function createProviderSignIn({ settings, users, identities, policies, guard, claim, events }: ProviderSignInDependencies) {
  function accepted(user: UserRow): UserRow {
    if (user.blocked) throw identityRefused();
    return user;
  }

  /** The user with that address, if both the provider and we have seen proof that it is theirs. @throws emailTaken, identityRefused */
  async function ownerOf(context: ProjectContext, user: UserRow, { profile, provider }: Vouched): Promise<UserRow> {
    if (!profile.emailVerified || !provider.linkByEmail) throw emailTaken();
    const owner = await claim(context, accepted(user));
    if (owner === null) throw emailTaken();
    return owner;
  }

  /** Makes the user that the identity names; also where an earlier try broke off after the identity was noted. */
  async function createUser(context: ProjectContext, identity: IdentityRow, { profile, client }: Vouched): Promise<UserRow> {
    const { email, emailVerified, name } = profile;
    const { emailVerification } = await policies.get(context);
    // Where addresses have to be proven first, one that is not proven is not taken over: the user can add it.
    const address = email === null || (!emailVerified && emailVerification === 'required') ? {} : { email };
    const user = { id: identity.userId, ...address, emailVerified: emailVerified && email !== null, name };
    try {
      return await users.createVouched(context, user, client);
    } catch (error) {
      // Of many who make it at once, the others find it.
      const first = error instanceof Problem ? await users.find(context, { id: identity.userId }) : null;
      if (first !== null) return first;
      // Taken, or refused by the project's own server: the identity must not stand there without a user.
      if (error instanceof Problem && error.status < 500) await identities.drop(context, identity);
      throw error;
    }
  }

  const noteLink = (context: ProjectContext, userId: UserId, { provider, client }: Omit<Vouched, 'profile'>): Promise<void> =>
    events.note(context, { type: 'provider_linked', userId, client, detail: { provider: provider.id } });

  async function checkSignUp(context: ProjectContext, { profile, provider, client }: Vouched): Promise<void> {
    if (provider.isOwn === true) return;
    if (!provider.createsUsers) throw signUpRefused();
    await policies.checkSignUp(context, { email: profile.email ?? undefined });
    await guard.take(context, [
      { name: 'sign-ups of one address per hour', key: `sign-ups ${client.ip}`, allowed: settings.signUpsPerIpHour, windowMs: HOUR_MS },
    ]);
  }

  /** Whom an identity signs in that nobody has used before. */
  async function firstTime(context: ProjectContext, vouched: Vouched): Promise<UserRow> {
    const { profile, provider } = vouched;
    const taken = profile.email === null ? null : await users.find(context, { email: profile.email });
    if (taken === null) await checkSignUp(context, vouched);
    const owner = taken === null ? null : await ownerOf(context, taken, vouched);
    const userId = owner?.id ?? createId<UserId>();
    const identity = await identities.add(context, userId, { provider: provider.id, profile });
    // Of many at once one is the first; the others sign in the same user, and make it if the first has not come that far.
    if (owner !== null && identity.userId === owner.id) {
      await noteLink(context, owner.id, vouched);
      return owner;
    }
    return accepted((await users.find(context, { id: identity.userId })) ?? (await createUser(context, identity, vouched)));
  }

  return {
    /** The user whom the identity signs in. @throws emailTaken, signUpRefused, identityRefused, limitExceeded */
    async userOf(context: ProjectContext, vouched: Vouched): Promise<UserRow> {
      const identity = await identities.find(context, vouched.profile);
      if (identity === null) return firstTime(context, vouched);
      const user = await users.find(context, { id: identity.userId });
      if (user === null) {
        await checkSignUp(context, vouched);
        return createUser(context, identity, vouched);
      }
      await identities.touch(context, identity, vouched.profile);
      return accepted(user);
    },

    /** Adds the identity to a user who is signed in. What the user lacks (name, address) it gives. @throws identityTaken, limitExceeded */
    async link(context: ProjectContext, userId: UserId, { profile, provider, client }: Vouched): Promise<IdentityRow> {
      const user = await users.get(context, userId);
      const known = await identities.find(context, profile);
      if (known === null) await identities.checkRoom(context, userId);
      const identity = await identities.add(context, userId, { provider: provider.id, profile });
      identities.checkOwner(identity, userId);
      const named = { vouched: true, ...(user.name === null ? { name: profile.name } : {}) };
      const { email, emailVerified } = profile;
      const isGiven = email !== null && emailVerified && user.email === undefined;
      try {
        await users.replace(context, { id: userId }, { ...named, ...(isGiven ? { email, emailVerified } : {}) });
      } catch (error) {
        if (!(error instanceof Problem && error.code === emailTaken.definition.code)) throw error;
        await users.replace(context, { id: userId }, named);
      }
      if (known === null) await noteLink(context, userId, { provider, client });
      return identity;
    },
  };
}
export type ProviderSignIn = ReturnType<typeof createProviderSignIn>;
