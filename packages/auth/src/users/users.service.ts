import type { Frame } from '@mainstay/host';
import type { ProjectContext, UserId } from '@mainstay/kernel';
import { createId, invalidInput, rulesApplyTo } from '@mainstay/kernel';
import type { AttemptGuard } from '@mainstay/passwords';
import { verifyPassword } from '@mainstay/passwords';
import type { Page } from '@mainstay/store';
import { DuplicateKeyError, pageOf } from '@mainstay/store';
import type { AcceptPassword } from '../abuse/create-accept-password.ts';
import { anonymousUsersOff, emailTaken, loginFailed, notAnonymous, usernameTaken, userNotFound } from '../auth.problems.ts';
import type { AuthSettings } from '../auth.settings.ts';
import type { Erasure } from '../erasure/erasure.service.ts';
import type { AuthEvents } from '../events/events.service.ts';
import type { Hooks } from '../hooks/hooks.service.ts';
import type { Policies } from '../policy/policy.service.ts';
import type { Profiles } from '../profiles/profiles.service.ts';
import type { ProfileValues } from '../profiles/profiles.schema.ts';
import type { Client, Sessions } from '../sessions/sessions.service.ts';
import { createAdmission } from './create-admission.ts';
import { createEraseUser } from './create-erase-user.ts';
import { createOneAtATime } from './one-at-a-time.ts';
import { nameKeysOf } from './name-keys-of.ts';
import { searchFilter } from './search-filter.ts';
import type { UserChange } from './user-update.ts';
import { userUpdate } from './user-update.ts';
import { modernisePassword } from './modernise-password.ts';
import { presentUser } from './present-user.ts';
import type { UserRow } from './users.model.ts';
import { RoleKind, UserKind } from './users.model.ts';

/** What a user is made of. */
export interface NewUser {
  readonly email?: string | undefined;
  readonly username?: string | undefined;
  readonly password: string;
  readonly name?: string | undefined;
  readonly profile?: ProfileValues | undefined;
  /** Where the wish came from, for those who make themselves. */
  readonly client?: Client | undefined;
}

/** What is known of a user whom somebody else vouches for. */
export type VouchedUser = Pick<UserRow, 'id' | 'emailVerified' | 'name'> & { readonly email?: string; readonly username?: string };

/** An attempt to log in, with one of the two names. */
export interface LoginAttempt {
  readonly email?: string | undefined;
  readonly username?: string | undefined;
  readonly password: string;
  readonly ip: string;
  readonly userAgent?: string;
}

/** What users need besides the frame. */
export interface UsersDependencies {
  readonly settings: AuthSettings;
  readonly sessions: Sessions;
  readonly policies: Policies;
  readonly guard: AttemptGuard;
  readonly acceptPassword: AcceptPassword;
  readonly events: AuthEvents;
  readonly hooks: Hooks;
  readonly profiles: Profiles;
  readonly erasure: Erasure;
}

/** The users of projects. */
export function createUsers(
  { store, clock }: Frame,
  { settings, sessions, policies, guard, acceptPassword, events, hooks, profiles, erasure }: UsersDependencies,
) {
  const rowsOf = (context: ProjectContext) => store.kind(context, UserKind);
  const oneAtATime = createOneAtATime();
  const erase = createEraseUser({ store, sessions });
  const admission = createAdmission({ store, policies, hooks });

  async function insert(context: ProjectContext, user: Partial<UserRow>, client?: Client): Promise<UserRow> {
    const row: UserRow = {
      id: createId<UserId>(),
      emailVerified: false,
      name: null,
      passwordHash: null,
      roles: [],
      blocked: false,
      createdAt: new Date(clock.now()),
      lastSeenAt: null,
      ...user,
      ...(user.name == null ? {} : { nameKeys: nameKeysOf(user.name) }),
      ...(await admission.beforeSignUp(context, user, client)),
    };
    try {
      await rowsOf(context).insert(row);
    } catch (error) {
      throw error instanceof DuplicateKeyError ? takenProblem(error) : error;
    }
    announce(context, 'user.created', row);
    await events.note(context, { type: rulesApplyTo(context.principal) ? 'signed_up' : 'created', userId: row.id, client });
    return row;
  }

  function announce(context: ProjectContext, type: string, row: UserRow): void {
    store.signals.announce(context, { topic: 'users', type, data: presentUser(row) });
  }

  async function get(context: ProjectContext, id: string): Promise<UserRow> {
    const row = await rowsOf(context).findOne({ id });
    if (row === null) throw userNotFound();
    return row;
  }

  async function noteChange(context: ProjectContext, row: UserRow, { blocked, claims, roles }: UserChange): Promise<void> {
    const userId = row.id;
    if (blocked !== undefined) await events.note(context, { type: blocked ? 'blocked' : 'unblocked', userId });
    if (claims !== undefined) await events.note(context, { type: 'claims_changed', userId, detail: { names: Object.keys(claims) } });
    if (roles !== undefined) await events.note(context, { type: 'roles_changed', userId, detail: { roles: row.roles } });
  }

  async function checkRoles(context: ProjectContext, roles: readonly string[]): Promise<void> {
    if (roles.length === 0) return;
    const found = new Set((await store.kind(context, RoleKind).find({ id: { $in: roles } })).map(({ id }) => id));
    const issues = roles
      .filter((role) => !found.has(role))
      .map((role) => ({ path: 'roles', code: 'role_not_found', message: `There is no role "${role}".` }));
    if (issues.length > 0) throw invalidInput(undefined, { issues });
  }

  return {
    get,

    /** A user who is as `filter` says. */
    find: (context: ProjectContext, filter: Partial<UserRow>): Promise<UserRow | null> => rowsOf(context).findOne({ ...filter }),

    /** @throws emailTaken, usernameTaken, passwordUnacceptable */
    create: async (context: ProjectContext, { email, username, password, name, profile, client }: NewUser): Promise<UserRow> =>
      insert(
        context,
        {
          ...(email === undefined ? {} : { email }),
          ...(username === undefined ? {} : { username }),
          name: name ?? null,
          ...(profile === undefined ? {} : { profile: (await profiles.changeOf(context, profile)).set }),
          passwordHash: await acceptPassword(context, password),
        },
        client,
      ),

    /** A user without a password whose address is proven. @throws emailTaken */
    createVerified: (context: ProjectContext, email: string, client?: Client): Promise<UserRow> =>
      insert(context, { email, emailVerified: true }, client),

    /** A user without a password: somebody else vouches for it, or a passkey does that is kept already. @throws emailTaken, usernameTaken */
    createVouched: (context: ProjectContext, user: VouchedUser, client: Client): Promise<UserRow> =>
      insert(context, { ...user, vouched: true }, client),

    /** Changes stored fields of a user who still is as `expected` says; null otherwise. Everybody looks again at who the user is. @throws emailTaken, usernameTaken */
    async replace(
      context: ProjectContext,
      expected: Partial<UserRow> & Pick<UserRow, 'id'>,
      set: Partial<UserRow>,
    ): Promise<UserRow | null> {
      const row = await rowsOf(context)
        .findOneAndUpdate({ ...expected }, { $set: set })
        .catch((error: unknown) => {
          throw error instanceof DuplicateKeyError ? takenProblem(error) : error;
        });
      if (row === null) return null;
      await sessions.refreshPrincipal(context, row.id);
      announce(context, 'user.updated', row);
      return row;
    },

    /** Gives an anonymous user an address and a password; the id, the data and the session stay. @throws notAnonymous, emailTaken, passwordUnacceptable, refusedByHook, hookUnavailable */
    async upgrade(context: ProjectContext, id: UserId, { email, password }: { email: string; password: string }): Promise<UserRow> {
      const isAnonymous = { email: { $exists: false }, username: { $exists: false }, passwordHash: null };
      if ((await rowsOf(context).findOne({ id, ...isAnonymous })) === null) throw notAnonymous();
      const passwordHash = await acceptPassword(context, password);
      const set = { email, passwordHash, emailVerified: false, ...(await admission.beforeSignUp(context, { email })) };
      try {
        const row = await rowsOf(context).findOneAndUpdate({ id, ...isAnonymous }, { $set: set });
        if (row === null) throw notAnonymous();
        await sessions.refreshPrincipal(context, id);
        announce(context, 'user.updated', row);
        await events.note(context, { type: 'upgraded', userId: id });
        return row;
      } catch (error) {
        throw error instanceof DuplicateKeyError ? takenProblem(error) : error;
      }
    },

    /** Asks the project's own server about somebody who has shown who they are. @throws refusedByHook, hookUnavailable */
    async askBeforeSignIn(context: ProjectContext, row: UserRow, client: Client): Promise<UserRow> {
      const set = await admission.beforeSignIn(context, row, client);
      if (Object.entries(set).every(([field, value]) => JSON.stringify(value) === JSON.stringify(row[field as keyof UserRow]))) return row;
      const changed = await rowsOf(context).findOneAndUpdate({ id: row.id }, { $set: set });
      await sessions.refreshPrincipal(context, row.id);
      return changed ?? row;
    },

    /** @throws anonymousUsersOff */
    createAnonymous(context: ProjectContext, client?: Client): Promise<UserRow> {
      if (!settings.anonymousUsers) throw anonymousUsersOff();
      return insert(context, {}, client);
    },

    /** @throws loginFailed, alike and in the same time for an unknown address, a wrong password and a blocked user; signInThrottled */
    async checkLogin(context: ProjectContext, { email, username, password, ip, userAgent = '' }: LoginAttempt): Promise<UserRow> {
      const account = email ?? `@${username ?? ''}`;
      const { emailVerification } = await policies.get(context);
      const row = await rowsOf(context).findOne(email === undefined ? { username: username ?? '' } : { email });
      const isLetIn = row !== null && !row.blocked && (row.emailVerified || row.email === undefined || emailVerification !== 'required');
      const isKnownPlace = async (): Promise<boolean> => row !== null && (await sessions.isKnownPlace(context, row.id, ip));
      const attempt = { account, ip, isKnownPlace };
      // In turn: several right passwords at once, from an app that starts, are no guesses.
      const isRight = await oneAtATime(`${context.project.id} ${ip} ${account}`, async () => {
        await guard.begin(context, attempt);
        const isAccepted = (await verifyPassword(row?.passwordHash ?? null, password)) && isLetIn;
        if (isAccepted) await guard.succeed(context, attempt);
        return isAccepted;
      });
      if (!isRight || row === null) {
        await events.noteFailure(context, guard, { account, userId: row?.id ?? null, ip, userAgent, method: 'password' });
        throw loginFailed();
      }
      await modernisePassword(rowsOf(context), row, password);
      const seen = await rowsOf(context).findOneAndUpdate({ id: row.id }, { $set: { lastSeenAt: new Date(clock.now()) } });
      return seen ?? row;
    },

    /** Whether it is the user who asks; who has no password has shown it by the session. @throws loginFailed, signInThrottled */
    async confirmPassword(context: ProjectContext, id: UserId, { password, ip }: { password: string; ip: string }): Promise<void> {
      const row = await get(context, id);
      if (row.passwordHash === null) return;
      const attempt = { account: id, ip, isKnownPlace: () => Promise.resolve(true) };
      await guard.begin(context, attempt);
      if (!(await verifyPassword(row.passwordHash, password))) throw loginFailed();
      await guard.succeed(context, attempt);
    },

    /** Changes the password and ends every other session. @throws loginFailed, signInThrottled, passwordUnacceptable */
    async changePassword(
      context: ProjectContext,
      id: UserId,
      { currentPassword, newPassword, keep, ip }: { currentPassword: string; newPassword: string; keep: string; ip: string },
    ): Promise<UserRow> {
      const row = await get(context, id);
      const attempt = { account: id, ip, isKnownPlace: () => Promise.resolve(true) };
      await guard.begin(context, attempt);
      if (!(await verifyPassword(row.passwordHash, currentPassword))) throw loginFailed();
      await guard.succeed(context, attempt);
      const passwordHash = await acceptPassword(context, newPassword);
      // Of two changes at once, with the same old password, one wins.
      const changed = await rowsOf(context).findOneAndUpdate({ id, passwordHash: row.passwordHash }, { $set: { passwordHash } });
      if (changed === null) throw loginFailed();
      await sessions.revoke(context, { userId: id, id: { $ne: keep } });
      await events.note(context, { type: 'password_changed', userId: id, client: { ip } });
      return changed;
    },

    list(
      context: ProjectContext,
      { search, limit, cursor }: { search?: string | undefined; limit: number; cursor?: string | undefined },
    ): Promise<Page<UserRow>> {
      return pageOf(rowsOf(context), { filter: searchFilter(search ?? ''), sort: ['createdAt', -1], limit, cursor });
    },

    /** What somebody who holds a reference to users may see of them: their names, and of their profiles what is for the caller. */
    async profiles(context: ProjectContext, ids: readonly string[]): Promise<ReadonlyMap<string, Readonly<Record<string, unknown>>>> {
      const found = await rowsOf(context).find({ id: { $in: ids } });
      const seen = await Promise.all(found.map((row) => profiles.shown(context, row)));
      return new Map(
        found.map(({ id, name }, position) => {
          const profile = seen[position] ?? {};
          return [id, { id, name: name ?? null, ...(Object.keys(profile).length === 0 ? {} : { profile }) }];
        }),
      );
    },

    count: (context: ProjectContext): Promise<number> => rowsOf(context).count({}),

    /** Blocking or changed roles count everywhere within a second. @throws userNotFound, invalidInput for an unknown role */
    async change(context: ProjectContext, id: string, change: UserChange): Promise<UserRow> {
      await checkRoles(context, change.roles ?? []);
      const update = userUpdate(change, await profiles.changeOf(context, change.profile ?? {}));
      const row = Object.keys(update).length === 0 ? await get(context, id) : await rowsOf(context).findOneAndUpdate({ id }, update);
      if (row === null) throw userNotFound();
      if (row.blocked) await sessions.revoke(context, { userId: row.id });
      else if (change.roles !== undefined || change.claims !== undefined) await sessions.refreshPrincipal(context, row.id);
      announce(context, 'user.updated', row);
      await noteChange(context, row, change);
      return row;
    },

    erase,

    /** Deletes the user with all sessions at once, and with everything else in the background. @throws userNotFound */
    async delete(context: ProjectContext, id: string): Promise<void> {
      const row = await get(context, id);
      // First: whatever is killed now, the rest is done.
      await erasure.begin(context, { userId: row.id, intoId: null });
      await erase(context, row.id);
      announce(context, 'user.deleted', row);
      await events.note(context, { type: 'deleted', userId: row.id });
    },
  };
}
export { presentUser };
export type Users = ReturnType<typeof createUsers>;

/** Which of the two names somebody else has. */
function takenProblem({ index }: DuplicateKeyError) {
  return index.includes('username') ? usernameTaken() : emailTaken();
}
