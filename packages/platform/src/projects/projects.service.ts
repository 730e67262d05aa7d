import { projectNotFound } from '@mainstay/http';
import type { Frame } from '@mainstay/host';
import type { AccountRole, OrganizationId, Project, ProjectId, ProjectLimits } from '@mainstay/kernel';
import { createId, invalidInput, notFound } from '@mainstay/kernel';
import type { Noted } from '../audit/audit.service.ts';
import type { Keys, MadeKey } from '../keys/keys.service.ts';
import { PROJECT_TOPIC } from '../keys/keys.service.ts';
import type { ProjectRow } from '../platform.model.ts';
import { OrganizationKind, ProjectKind } from '../platform.model.ts';
import type { PlatformSettings } from '../platform.settings.ts';

const DAY_MS = 86_400_000;

/** A new project with the keys that are shown once. */
export interface MadeProject {
  readonly row: ProjectRow;
  readonly keys: Readonly<Record<'publishable' | 'secret', { id: string; key: string }>>;
}

/** Projects, which are the tenants. */
export function createProjects({ store, clock }: Frame, { settings, keys }: { settings: PlatformSettings; keys: Keys }) {
  const rows = store.control(ProjectKind);
  const organizations = store.control(OrganizationKind);
  const shown = ({ row, key }: MadeKey) => ({ id: row.id, key });
  const { requestsPerSecond, storageBytes, connections, messagesPerSecond, eventsPerSecond, collections } = settings;
  const limits: ProjectLimits = { requestsPerSecond, storageBytes, connections, messagesPerSecond, eventsPerSecond, collections };

  return {
    /** A project with its first two keys; the secret one is shown here and never again. */
    async create(organizationId: OrganizationId, name: string, noted: Noted<MadeProject>): Promise<MadeProject> {
      const id = createId<ProjectId>();
      const row: ProjectRow = {
        id,
        organizationId,
        name,
        slug: slugOf(name, id),
        limits,
        origins: [],
        createdAt: new Date(clock.now()),
        deletedAt: null,
      };
      return noted(async (session) => {
        // Meets the deletion of the organization in one row, so that no project is left without one.
        const { matched } = await organizations.update(
          { id: organizationId, deletedAt: null },
          { $inc: { projectChanges: 1 } },
          { session },
        );
        if (matched === 0) throw notFound();
        await rows.insert(row, { session });
        const publishable = await keys.issue(id, { kind: 'publishable', name: 'App' }, session);
        const secret = await keys.issue(id, { kind: 'secret', name: 'Server' }, session);
        return { row, keys: { publishable: shown(publishable), secret: shown(secret) } };
      });
    },

    list: (organizations: readonly OrganizationId[]): Promise<ProjectRow[]> =>
      rows.find({ organizationId: { $in: [...organizations] }, deletedAt: null }, { sort: { createdAt: 1 } }),

    /** The project, unless it was deleted. */
    async find(id: string): Promise<ProjectRow | null> {
      const row = await rows.get(id);
      return row?.deletedAt === null ? row : null;
    },

    async load(id: ProjectId): Promise<Project | null> {
      const row = await rows.get(id);
      if (row?.deletedAt !== null) return null;
      const { organizationId, name, slug, origins } = row;
      return { id, organizationId, name, slug, origins, limits: { ...limits, ...row.limits } };
    },

    async patch(
      row: ProjectRow,
      patch: { name?: string | undefined; origins?: readonly string[] | undefined; limits?: Partial<ProjectLimits> | undefined },
      noted: Noted<ProjectRow>,
    ): Promise<ProjectRow> {
      refuseAbove(limits, patch.limits ?? {});
      const next = {
        ...row,
        name: patch.name ?? row.name,
        origins: patch.origins ?? row.origins,
        limits: { ...row.limits, ...patch.limits },
      };
      await noted(async (session) => {
        await rows.update({ id: row.id }, { $set: { name: next.name, origins: next.origins, limits: next.limits } }, { session });
        return next;
      });
      store.signals.invalidate(PROJECT_TOPIC, row.id);
      return next;
    },

    /** From now on nothing resolves to the project: every key, session and device of it is refused. */
    async delete(row: ProjectRow, noted: Noted<void>): Promise<void> {
      await noted(async (session) => {
        const change = { $set: { deletedAt: new Date(clock.now()) } };
        if ((await rows.update({ id: row.id, deletedAt: null }, change, { session })).matched === 0) throw projectNotFound();
      });
      store.signals.invalidate(PROJECT_TOPIC, row.id);
    },

    /** The deleted projects of these organizations that can still be restored. */
    listDeleted: (organizations: readonly OrganizationId[]): Promise<ProjectRow[]> =>
      rows.find(
        { organizationId: { $in: [...organizations] }, deletedAt: { $ne: null }, erasedAt: { $exists: false } },
        { sort: { deletedAt: -1 } },
      ),

    /** A deleted project that is not erased yet. */
    async findDeleted(id: string): Promise<ProjectRow | null> {
      const row = await rows.get(id);
      return row !== null && row.deletedAt !== null && row.erasedAt === undefined ? row : null;
    },

    /** Opens a deleted project again, with all that it had. @throws projectNotFound once it is being erased */
    async restore(row: ProjectRow, noted: Noted<ProjectRow>): Promise<ProjectRow> {
      const lastDay = new Date(clock.now() - settings.deletedProjectDays * DAY_MS);
      const restored = await noted(async (session) => {
        const filter = { id: row.id, deletedAt: { $ne: null, $gt: lastDay }, erasedAt: { $exists: false } };
        // A project whose organization is deleted comes back with that.
        const home = { id: row.organizationId, deletedAt: null };
        if ((await organizations.update(home, { $inc: { projectChanges: 1 } }, { session })).matched === 0) throw projectNotFound();
        if ((await rows.update(filter, { $set: { deletedAt: null } }, { session })).matched === 0) throw projectNotFound();
        return { ...row, deletedAt: null };
      });
      store.signals.invalidate(PROJECT_TOPIC, row.id);
      return restored;
    },
  };
}
export type Projects = ReturnType<typeof createProjects>;

/** What the operator gives a project is also the most that its own people may set. @throws invalidInput */
function refuseAbove(most: ProjectLimits, wanted: Partial<ProjectLimits>): void {
  const issues = Object.entries(wanted).flatMap(([name, value]) => {
    const allowed = most[name as keyof ProjectLimits];
    return value > allowed
      ? [{ path: `limits.${name}`, code: 'too_large', message: `The operator of this installation allows at most ${allowed}.` }]
      : [];
  });
  if (issues.length > 0) throw invalidInput(undefined, { issues });
}

/** A readable name with the end of the id, which makes it unique. */
function slugOf(name: string, id: string): string {
  const words = name
    .toLowerCase()
    .normalize('NFKD')
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 40);
  return `${words === '' ? 'project' : words}-${id.slice(-6)}`;
}

/** A project as the API shows it to a member. */
export function presentProject(row: ProjectRow, role: AccountRole) {
  const { id, name, slug, organizationId, createdAt, limits, origins } = row;
  return { id, name, slug, organizationId, role, createdAt: createdAt.toISOString(), limits, origins: [...origins] };
}
