import type { Frame } from '@mainstay/host';
import type { AccountRole, OrganizationId, Project, ProjectId, ProjectLimits } from '@mainstay/kernel';
import { createId } from '@mainstay/kernel';
import type { Keys } from '../keys/keys.service.ts';
import { PROJECT_TOPIC } from '../keys/keys.service.ts';
import type { ProjectRow } from '../platform.model.ts';
import { ProjectKind } from '../platform.model.ts';
import type { PlatformSettings } from '../platform.settings.ts';

/** Projects, which are the tenants. */
export function createProjects({ store, clock }: Frame, { settings, keys }: { settings: PlatformSettings; keys: Keys }) {
  const rows = store.control(ProjectKind);
  const { requestsPerSecond, storageBytes, connections, messagesPerSecond, eventsPerSecond, collections } = settings;
  const limits: ProjectLimits = { requestsPerSecond, storageBytes, connections, messagesPerSecond, eventsPerSecond, collections };

  return {
    /** A project with its first two keys; the secret one is shown here and never again. */
    async create(organizationId: OrganizationId, name: string) {
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
      await rows.insert(row);
      const publishable = await keys.create(id, { kind: 'publishable', name: 'App' });
      const secret = await keys.create(id, { kind: 'secret', name: 'Server' });
      return {
        row,
        keys: { publishable: { id: publishable.row.id, key: publishable.key }, secret: { id: secret.row.id, key: secret.key } },
      };
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
    ): Promise<ProjectRow> {
      const next = {
        ...row,
        name: patch.name ?? row.name,
        origins: patch.origins ?? row.origins,
        limits: { ...row.limits, ...patch.limits },
      };
      await rows.update({ id: row.id }, { $set: { name: next.name, origins: next.origins, limits: next.limits } });
      store.signals.invalidate(PROJECT_TOPIC, row.id);
      return next;
    },

    /** From now on nothing resolves to the project: every key, session and device of it is refused. */
    async delete(row: ProjectRow): Promise<void> {
      await rows.update({ id: row.id }, { $set: { deletedAt: new Date(clock.now()) } });
      store.signals.invalidate(PROJECT_TOPIC, row.id);
    },
  };
}
export type Projects = ReturnType<typeof createProjects>;

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
