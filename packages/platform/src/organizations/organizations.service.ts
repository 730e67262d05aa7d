import type { Frame } from '@mainstay/host';
import type { AccountSession } from '@mainstay/http';
import type { AccountId, AccountRole, OrganizationId } from '@mainstay/kernel';
import { createId, notFound } from '@mainstay/kernel';
import type { Audit, AuditEntry, Noted } from '../audit/audit.service.ts';
import { PROJECT_TOPIC } from '../keys/keys.service.ts';
import type { Members } from '../members/members.service.ts';
import { isDeleted } from '../members/members.service.ts';
import { restrictRole } from '../members/restrict-role.ts';
import type { OrganizationRow, ProjectRow } from '../platform.model.ts';
import { AccountKind, OrganizationKind, ProjectKind } from '../platform.model.ts';
import { secondFactorRequired } from '../platform.problems.ts';
import type { PlatformSettings } from '../platform.settings.ts';

const DAY_MS = 86_400_000;

/** What organizations need besides the frame. */
export interface OrganizationsDependencies {
  readonly settings: PlatformSettings;
  readonly members: Members;
  readonly audit: Audit;
}

/** An organization as one of its members knows it. */
export interface OwnOrganization extends OrganizationRow {
  readonly role: AccountRole;
  /** Whether it waits for a second factor. */
  readonly isBarred: boolean;
}

/** Organizations: they own projects. */
export function createOrganizations({ store, clock }: Frame, { settings, members, audit }: OrganizationsDependencies) {
  const rows = store.control(OrganizationKind);
  const projects = store.control(ProjectKind);

  const forgetProjects = (found: readonly ProjectRow[]): void => {
    for (const { id } of found) store.signals.invalidate(PROJECT_TOPIC, id);
  };

  async function allOf(account: AccountId): Promise<OwnOrganization[]> {
    const own = new Map((await members.listOf(account)).map(({ organizationId, role }) => [organizationId, role]));
    const found = await rows.find({ id: { $in: [...own.keys()] } }, { sort: { id: 1 } });
    const hasFactor = (await store.control(AccountKind).get(account))?.hasSecondFactor === true;
    return found.map((organization) => ({
      ...organization,
      role: own.get(organization.id) ?? 'viewer',
      isBarred: organization.requiresSecondFactor === true && !hasFactor,
    }));
  }

  return {
    /** An organization whose owner is the account that made it. */
    async create(account: { id: AccountId; email: string }, name: string, ip: string): Promise<OrganizationRow> {
      const organization = { id: createId<OrganizationId>(), name, createdAt: new Date(clock.now()) };
      const { id } = organization;
      const entry: AuditEntry = { scope: `organization:${id}`, actor: account.email, action: 'organization.created', target: name, ip };
      await audit.noted<void>(() => entry)(async (session) => {
        await rows.insert(organization, { session });
        await members.add(id, { accountId: account.id, role: 'owner' }, session);
      });
      members.forget(id, account.id);
      return organization;
    },

    /** The organizations of an account with the session's role in each. */
    async listOf({ account, scope }: AccountSession): Promise<OwnOrganization[]> {
      return (await allOf(account.id)).flatMap((row) => {
        const role = restrictRole(row.role, scope, { organizationId: row.id, projectId: scope?.projectId ?? null });
        return role === null || isDeleted(row) ? [] : [{ ...row, role }];
      });
    },

    /** Those that the account owns and that were deleted, while they can be restored. */
    async listDeleted(account: AccountId): Promise<OwnOrganization[]> {
      return (await allOf(account)).filter((row) => isDeleted(row) && row.role === 'owner');
    },

    async get(organization: OrganizationId): Promise<OrganizationRow | null> {
      const row = await rows.get(organization);
      return row === null || isDeleted(row) ? null : row;
    },

    /** Whoever demands a second factor of all has one: nobody shuts everybody out. @throws secondFactorRequired */
    async change(
      id: OrganizationId,
      { by, ...patch }: { by: AccountId; name?: string | undefined; requiresSecondFactor?: boolean | undefined },
      noted: Noted<void>,
    ): Promise<void> {
      const $set = Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== undefined));
      await noted(async (session) => {
        const own = await store.control(AccountKind).findOne({ id: by }, { session });
        if (patch.requiresSecondFactor === true && own?.hasSecondFactor !== true) throw secondFactorRequired();
        if ((await rows.update({ id, deletedAt: null }, { $set }, { session })).matched === 0) throw notFound();
      });
      if (patch.requiresSecondFactor !== undefined) await members.forgetAll(id);
    },

    /** Closes an organization with all its projects. For some days its owners can restore them; then a worker erases them. */
    async delete(id: OrganizationId, noted: Noted<void>): Promise<void> {
      const deletedAt = new Date(clock.now());
      let closed: readonly ProjectRow[] = [];
      await noted(async (session) => {
        if ((await rows.update({ id, deletedAt: null }, { $set: { deletedAt } }, { session })).matched === 0) throw notFound();
        closed = await projects.find({ organizationId: id, deletedAt: null }, { session });
        // The moment tells later which projects went with their organization, and which had gone before.
        await projects.updateMany({ organizationId: id, deletedAt: null }, { $set: { deletedAt } }, { session });
      });
      forgetProjects(closed);
      await members.forgetAll(id);
    },

    /** Opens a deleted organization again, with the projects that were deleted with it. @throws notFound for all but its owners, and once it is too late */
    async restore(id: OrganizationId, account: AccountId, noted: Noted<void>): Promise<void> {
      const own = (await members.listOf(account)).find(({ organizationId }) => organizationId === id);
      if (own?.role !== 'owner') throw notFound();
      const lastDay = new Date(clock.now() - settings.deletedProjectDays * DAY_MS);
      let opened: readonly ProjectRow[] = [];
      await noted(async (session) => {
        const filter = { id, deletedAt: { $ne: null, $gt: lastDay } };
        const before = await rows.findOneAndUpdate(filter, { $set: { deletedAt: null } }, { session, returnBefore: true });
        if (before === null) throw notFound();
        const gone = { organizationId: id, deletedAt: before.deletedAt, erasedAt: { $exists: false } };
        opened = await projects.find(gone, { session });
        await projects.updateMany(gone, { $set: { deletedAt: null } }, { session });
      });
      forgetProjects(opened);
      await members.forgetAll(id);
    },
  };
}
export type Organizations = ReturnType<typeof createOrganizations>;
