import type { Frame } from '@mainstay/host';
import type { LifecyclePart, Project, ProjectContext } from '@mainstay/kernel';
import { systemContext } from '@mainstay/kernel';
import type { ProjectRow } from '../platform.model.ts';
import { CredentialKind, KeyKind, MemberKind, OrganizationKind, ProjectKind } from '../platform.model.ts';
import type { PlatformSettings } from '../platform.settings.ts';

const DAY_MS = 86_400_000;
const SLICE_MS = 200;
const LEASE = 'erase-projects';
const LEASE_MS = 60_000;

/** Forgets what a room keeps of a project outside of MongoDB, e.g. file bytes. May be asked again. */
export type EraseElsewhere = (context: ProjectContext) => Promise<void>;

/** What the eraser needs besides the frame. */
export interface ProjectEraserOptions {
  readonly settings: PlatformSettings;
  readonly eraseElsewhere: readonly EraseElsewhere[];
}

/** Erases projects and organizations some days after their deletion. One worker at a time does it; killed half-way, the next one goes on. */
export function createProjectEraser({ store, clock, log }: Frame, { settings, eraseElsewhere }: ProjectEraserOptions): LifecyclePart {
  const projects = store.control(ProjectKind);
  let timer: NodeJS.Timeout | undefined;
  let isEnding = false;
  let running: Promise<void> = Promise.resolve();

  async function erase(row: ProjectRow): Promise<void> {
    const context = systemContext(projectOf(row), 'erase-project', log);
    for (;;) {
      const until = clock.now() + SLICE_MS;
      for (const forget of eraseElsewhere) await forget(context);
      const outcome = await store.eraseProject(context, () => isEnding || clock.now() >= until);
      if (outcome === 'done') break;
      if (isEnding || (await store.leases.acquire(LEASE, LEASE_MS)) === null) return;
    }
    // A request that was under way when the project was deleted may have written after us: the next look erases that as well.
    if ((await store.remainsOf(context)).length > 0) return;
    await store.control(KeyKind).deleteMany({ projectId: row.id });
    await projects.update({ id: row.id }, { $set: { erasedAt: new Date(clock.now()) } });
    context.log.info('erased a deleted project');
  }

  /** Organizations go when the last of their projects is gone. */
  async function eraseOrganizations(before: Date): Promise<void> {
    const organizations = store.control(OrganizationKind);
    for (const { id } of await organizations.find({ deletedAt: { $ne: null, $lte: before } }, { limit: 100 })) {
      if (isEnding || (await projects.findOne({ organizationId: id, erasedAt: { $exists: false } })) !== null) continue;
      await store.control(MemberKind).deleteMany({ organizationId: id });
      await store.control(CredentialKind).deleteMany({ organizationId: id });
      await organizations.delete({ id, deletedAt: { $ne: null } });
      log.info({ organization: id }, 'erased a deleted organization');
    }
  }

  async function look(): Promise<void> {
    const lease = await store.leases.acquire(LEASE, LEASE_MS);
    if (lease === null) return;
    try {
      const before = new Date(clock.now() - settings.deletedProjectDays * DAY_MS);
      const due = await projects.find(
        { deletedAt: { $ne: null, $lte: before }, erasedAt: { $exists: false } },
        { sort: { deletedAt: 1 }, limit: 100 },
      );
      for (const row of due) if (!isEnding) await erase(row);
      await eraseOrganizations(before);
    } finally {
      await store.leases.release(lease);
    }
  }

  return {
    name: 'project-eraser',
    start() {
      timer = setInterval(() => {
        running = running.then(look).catch((error: unknown) => log.warn({ err: error }, 'erasing deleted projects will be tried again'));
      }, settings.eraseEveryMs).unref();
      return Promise.resolve();
    },
    async drain() {
      isEnding = true;
      clearInterval(timer);
      await running;
    },
  };
}

function projectOf({ id, organizationId, name, slug, limits, origins }: ProjectRow): Project {
  return { id, organizationId, name, slug, limits, origins };
}
