import type { Frame } from '@mainstay/host';
import type { ProjectContext, UserId } from '@mainstay/kernel';
import { createId, invalidInput } from '@mainstay/kernel';
import { AttemptThrottle, hashPassword, verifyPassword } from '@mainstay/passwords';
import type { Page } from '@mainstay/store';
import { DuplicateKeyError, pageOf } from '@mainstay/store';
import { anonymousUsersOff, emailTaken, loginFailed, userNotFound } from '../auth.problems.ts';
import type { User } from '../auth.schema.ts';
import type { AuthSettings } from '../auth.settings.ts';
import type { Sessions } from '../sessions/sessions.service.ts';
import { createOneAtATime } from './one-at-a-time.ts';
import type { UserRow } from './users.model.ts';
import { RoleKind, UserKind } from './users.model.ts';

/** What a user is made of. */
export interface NewUser {
  readonly email: string;
  readonly password: string;
  readonly name?: string | undefined;
}

/** What may be changed of a user. */
export interface UserChange {
  readonly name?: string | null | undefined;
  readonly blocked?: boolean | undefined;
  readonly roles?: readonly string[] | undefined;
}

/** The users of projects. */
export function createUsers({ store, clock }: Frame, { settings, sessions }: { settings: AuthSettings; sessions: Sessions }) {
  const rowsOf = (context: ProjectContext) => store.kind(context, UserKind);
  const throttle = new AttemptThrottle(clock);
  const oneAtATime = createOneAtATime();

  async function insert(context: ProjectContext, user: Partial<UserRow>): Promise<UserRow> {
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
    };
    try {
      await rowsOf(context).insert(row);
    } catch (error) {
      throw error instanceof DuplicateKeyError ? emailTaken() : error;
    }
    announce(context, 'user.created', row);
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

    /** @throws emailTaken, passwordUnacceptable */
    create: async (context: ProjectContext, { email, password, name }: NewUser): Promise<UserRow> =>
      insert(context, { email, name: name ?? null, passwordHash: await hashPassword(password) }),

    /** @throws anonymousUsersOff */
    createAnonymous(context: ProjectContext): Promise<UserRow> {
      if (!settings.anonymousUsers) throw anonymousUsersOff();
      return insert(context, {});
    },

    /** @throws loginFailed, alike and in the same time for an unknown address, a wrong password and a blocked user; signInThrottled */
    async checkLogin(context: ProjectContext, { email, password, ip }: { email: string; password: string; ip: string }): Promise<UserRow> {
      const key = `${context.project.id} ${ip} ${email}`;
      const row = await rowsOf(context).findOne({ email });
      // In turn: several right passwords at once, from an app that starts, are no guesses.
      const isRight = await oneAtATime(key, async () => {
        throttle.begin(key);
        const isAccepted = (await verifyPassword(row?.passwordHash ?? null, password)) && row?.blocked === false;
        if (isAccepted) throttle.succeed(key);
        return isAccepted;
      });
      if (!isRight || row === null) throw loginFailed();
      const seen = await rowsOf(context).findOneAndUpdate({ id: row.id }, { $set: { lastSeenAt: new Date(clock.now()) } });
      return seen ?? row;
    },

    /** Changes the password and ends every other session. @throws loginFailed, signInThrottled, passwordUnacceptable */
    async changePassword(
      context: ProjectContext,
      id: UserId,
      { currentPassword, newPassword, keep }: { currentPassword: string; newPassword: string; keep: string },
    ): Promise<void> {
      const row = await get(context, id);
      const key = `${context.project.id} ${id}`;
      throttle.begin(key);
      if (!(await verifyPassword(row.passwordHash, currentPassword))) throw loginFailed();
      throttle.succeed(key);
      await rowsOf(context).update({ id }, { $set: { passwordHash: await hashPassword(newPassword) } });
      await sessions.revoke(context, { userId: id, id: { $ne: keep } });
    },

    list(
      context: ProjectContext,
      { search, limit, cursor }: { search?: string | undefined; limit: number; cursor?: string | undefined },
    ): Promise<Page<UserRow>> {
      const prefix = search?.trim().toLowerCase() ?? '';
      const filter = prefix === '' ? {} : { email: { $gte: prefix, $lt: `${prefix}\uffff` } };
      return pageOf(rowsOf(context), { filter, sort: ['createdAt', -1], limit, cursor });
    },

    /** What anybody who holds a reference to users may see of them: their names. */
    async profiles(context: ProjectContext, ids: readonly string[]): Promise<ReadonlyMap<string, { id: string; name: string | null }>> {
      const found = await rowsOf(context).find({ id: { $in: ids } });
      return new Map(found.map(({ id, name }) => [id, { id, name: name ?? null }]));
    },

    count: (context: ProjectContext): Promise<number> => rowsOf(context).count({}),

    /** Blocking or changed roles count everywhere within a second. @throws userNotFound, invalidInput for an unknown role */
    async change(context: ProjectContext, id: string, { name, blocked, roles }: UserChange): Promise<UserRow> {
      await checkRoles(context, roles ?? []);
      const set = {
        ...(name === undefined ? {} : { name }),
        ...(blocked === undefined ? {} : { blocked }),
        ...(roles === undefined ? {} : { roles: [...new Set(roles)] }),
      };
      const row = Object.keys(set).length === 0 ? await get(context, id) : await rowsOf(context).findOneAndUpdate({ id }, { $set: set });
      if (row === null) throw userNotFound();
      if (row.blocked) await sessions.revoke(context, { userId: row.id });
      else if (roles !== undefined) await sessions.refreshPrincipal(context, row.id);
      announce(context, 'user.updated', row);
      return row;
    },

    /** Deletes the user with all sessions. @throws userNotFound */
    async delete(context: ProjectContext, id: string): Promise<void> {
      const row = await get(context, id);
      await rowsOf(context).delete({ id });
      await sessions.revoke(context, { userId: row.id });
      announce(context, 'user.deleted', row);
    },
  };
}
export type Users = ReturnType<typeof createUsers>;

/** A user as the API shows it. */
export function presentUser(row: UserRow): User {
  const { id, email = null, emailVerified, name, roles, blocked, createdAt, lastSeenAt } = row;
  return {
    id,
    email,
    emailVerified,
    name,
    anonymous: email === null,
    roles: [...roles],
    blocked,
    createdAt: createdAt.toISOString(),
    lastSeenAt: lastSeenAt?.toISOString() ?? null,
  };
}
