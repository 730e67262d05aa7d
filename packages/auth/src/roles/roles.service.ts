import type { Frame } from '@mainstay/host';
import type { ProjectContext, UserId } from '@mainstay/kernel';
import { invalidInput } from '@mainstay/kernel';
import { DuplicateKeyError } from '@mainstay/store';
import { roleCircle, roleExists, roleNotFound } from '../auth.problems.ts';
import type { EffectiveRoles } from './create-effective-roles.ts';
import type { Sessions } from '../sessions/sessions.service.ts';
import type { RoleRow } from '../users/users.model.ts';
import { RoleGraphKind, RoleKind, UserKind } from '../users/users.model.ts';

const GRAPH = 'graph';

/** A role with its users. */
export interface RoleWithUsers {
  readonly name: string;
  readonly userIds: string[];
  /** Roles whose users have this one as well. */
  readonly roles: string[];
  readonly createdAt: string;
}

/** Named sets of users. Who is in a role lies with the user, where every request reads it. */
export function createRoles({ store, clock }: Frame, { sessions, effectiveRoles }: { sessions: Sessions; effectiveRoles: EffectiveRoles }) {
  const rolesOf = (context: ProjectContext) => store.kind(context, RoleKind);
  const usersOf = (context: ProjectContext) => store.kind(context, UserKind);

  async function present(context: ProjectContext, { id, createdAt, roles = [] }: RoleRow): Promise<RoleWithUsers> {
    const users = await usersOf(context).find({ roles: id }, { limit: 10_000 });
    return { name: id, userIds: users.map((user) => user.id), roles: [...roles], createdAt: createdAt.toISOString() };
  }

  /** Puts exactly these users into the role. */
  async function setUsers(context: ProjectContext, name: string, userIds: readonly string[]): Promise<void> {
    const before = (await usersOf(context).find({ roles: name }, { limit: 10_000 })).map(({ id }) => id as string);
    await usersOf(context).updateMany({ roles: name, id: { $nin: [...userIds] } }, { $pull: { roles: name } });
    await usersOf(context).updateMany({ id: { $in: [...userIds] } }, { $addToSet: { roles: name } });
    const changed = new Set([...before.filter((id) => !userIds.includes(id)), ...userIds.filter((id) => !before.includes(id))]);
    for (const id of changed) await sessions.refreshPrincipal(context, id as UserId);
  }

  async function checkUsers(context: ProjectContext, userIds: readonly string[]): Promise<void> {
    if (userIds.length === 0) return;
    const found = new Set((await usersOf(context).find({ id: { $in: userIds } })).map(({ id }) => id as string));
    const issues = userIds
      .filter((id) => !found.has(id))
      .map((id) => ({ path: 'userIds', code: 'user_not_found', message: `There is no user "${id}".` }));
    if (issues.length > 0) throw invalidInput(undefined, { issues });
  }

  async function find(context: ProjectContext, name: string) {
    const row = await rolesOf(context).findOne({ id: name });
    if (row === null) throw roleNotFound();
    return row;
  }

  /** Puts exactly these roles into the role. @throws invalidInput for an unknown role, roleCircle */
  async function setRoles(context: ProjectContext, name: string, held: readonly string[]): Promise<void> {
    await store.transaction(async (session) => {
      // Two changes at once, each fine alone, could make a circle: they meet at this row.
      await store.kind(context, RoleGraphKind).update({ id: GRAPH }, { $inc: { changes: 1 } }, { upsert: true, session });
      const rows = await rolesOf(context).find({}, { session });
      const known = new Map(rows.map((row) => [row.id, row.roles ?? []]));
      const issues = held
        .filter((role) => !known.has(role))
        .map((role) => ({ path: 'roles', code: 'role_not_found', message: `There is no role "${role}".` }));
      if (issues.length > 0) throw invalidInput(undefined, { issues });
      known.set(name, held);
      if (reaches(known, held, name)) throw roleCircle({ role: name });
      await rolesOf(context).update({ id: name }, { $set: { roles: [...new Set(held)] } }, { session });
    });
    effectiveRoles.changed(context);
  }

  return {
    async list(context: ProjectContext): Promise<RoleWithUsers[]> {
      const rows = await rolesOf(context).find({}, { sort: { id: 1 }, limit: 1_000 });
      return Promise.all(rows.map((row) => present(context, row)));
    },

    /** @throws roleExists, invalidInput for an unknown user */
    async create(
      context: ProjectContext,
      { name, userIds, roles }: { name: string; userIds: readonly string[]; roles: readonly string[] },
    ): Promise<RoleWithUsers> {
      if (roles.includes(name)) throw roleCircle({ role: name });
      await checkUsers(context, userIds);
      const row = { id: name, createdAt: new Date(clock.now()) };
      try {
        await rolesOf(context).insert(row);
      } catch (error) {
        throw error instanceof DuplicateKeyError ? roleExists() : error;
      }
      await setUsers(context, name, userIds);
      if (roles.length > 0) await setRoles(context, name, roles);
      return present(context, await find(context, name));
    },

    /** @throws roleNotFound, invalidInput for an unknown user */
    async change(
      context: ProjectContext,
      name: string,
      { userIds, roles }: { userIds?: readonly string[] | undefined; roles?: readonly string[] | undefined },
    ): Promise<RoleWithUsers> {
      await find(context, name);
      if (userIds !== undefined) await checkUsers(context, userIds);
      if (roles !== undefined) await setRoles(context, name, roles);
      if (userIds !== undefined) await setUsers(context, name, userIds);
      return present(context, await find(context, name));
    },

    /** @throws roleNotFound */
    async delete(context: ProjectContext, name: string): Promise<void> {
      await find(context, name);
      await setUsers(context, name, []);
      await rolesOf(context).updateMany({ roles: name }, { $pull: { roles: name } });
      await rolesOf(context).delete({ id: name });
      effectiveRoles.changed(context);
    },
  };
}
export type Roles = ReturnType<typeof createRoles>;

/** Whether `name` is among the roles or in what they hold. */
function reaches(held: ReadonlyMap<string, readonly string[]>, from: readonly string[], name: string): boolean {
  const seen = new Set<string>();
  const waiting = [...from];
  for (let role = waiting.pop(); role !== undefined; role = waiting.pop()) {
    if (role === name) return true;
    if (seen.has(role)) continue;
    seen.add(role);
    waiting.push(...(held.get(role) ?? []));
  }
  return false;
}
