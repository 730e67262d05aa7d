import type { Frame } from '@mainstay/host';
import type { ProjectContext, UserId } from '@mainstay/kernel';
import { invalidInput } from '@mainstay/kernel';
import { DuplicateKeyError } from '@mainstay/store';
import { roleExists, roleNotFound } from '../auth.problems.ts';
import type { Sessions } from '../sessions/sessions.service.ts';
import { RoleKind, UserKind } from '../users/users.model.ts';

/** A role with its users. */
export interface RoleWithUsers {
  readonly name: string;
  readonly userIds: readonly string[];
  readonly createdAt: string;
}

/** Named sets of users. Who is in a role lies with the user, where every request reads it. */
export function createRoles({ store, clock }: Frame, sessions: Sessions) {
  const rolesOf = (context: ProjectContext) => store.kind(context, RoleKind);
  const usersOf = (context: ProjectContext) => store.kind(context, UserKind);

  async function present(context: ProjectContext, { id, createdAt }: { id: string; createdAt: Date }): Promise<RoleWithUsers> {
    const users = await usersOf(context).find({ roles: id }, { limit: 10_000 });
    return { name: id, userIds: users.map((user) => user.id), createdAt: createdAt.toISOString() };
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

  return {
    async list(context: ProjectContext): Promise<RoleWithUsers[]> {
      const rows = await rolesOf(context).find({}, { sort: { id: 1 }, limit: 1_000 });
      return Promise.all(rows.map((row) => present(context, row)));
    },

    /** @throws roleExists, invalidInput for an unknown user */
    async create(context: ProjectContext, { name, userIds }: { name: string; userIds: readonly string[] }): Promise<RoleWithUsers> {
      await checkUsers(context, userIds);
      const row = { id: name, createdAt: new Date(clock.now()) };
      try {
        await rolesOf(context).insert(row);
      } catch (error) {
        throw error instanceof DuplicateKeyError ? roleExists() : error;
      }
      await setUsers(context, name, userIds);
      return present(context, row);
    },

    /** @throws roleNotFound, invalidInput for an unknown user */
    async change(context: ProjectContext, name: string, userIds: readonly string[]): Promise<RoleWithUsers> {
      const row = await find(context, name);
      await checkUsers(context, userIds);
      await setUsers(context, name, userIds);
      return present(context, row);
    },

    /** @throws roleNotFound */
    async delete(context: ProjectContext, name: string): Promise<void> {
      await find(context, name);
      await setUsers(context, name, []);
      await rolesOf(context).delete({ id: name });
    },
  };
}
export type Roles = ReturnType<typeof createRoles>;
