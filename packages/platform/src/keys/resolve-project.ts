import type { Frame } from '@mainstay/host';
import type { ProjectAccess } from '@mainstay/http';
import type { KeyId, Project, ProjectId } from '@mainstay/kernel';
import { isProjectId, LoadingCache } from '@mainstay/kernel';
import { keyInvalid, projectNotFound } from '../platform.problems.ts';
import type { Keys } from './keys.service.ts';
import { PROJECT_TOPIC } from './keys.service.ts';

/** A revocation that a process missed matters for at most this long. */
const CACHE = { maxEntries: 50_000, maxAgeMs: 15_000 };
const KEY_SHAPE = /^[ps]k_([0-9a-z]{20})_[A-Za-z0-9_-]{32}$/;

/** Which project a request is for, and what its key opens. Known keys cost nothing and need no promise. */
export function createProjectResolver({ store }: Frame, { keys, load }: { keys: Keys; load: (id: ProjectId) => Promise<Project | null> }) {
  const projects = new LoadingCache<Project | null>(CACHE);
  const accesses = new LoadingCache<ProjectAccess | null>(CACHE);
  store.signals.onInvalidate(PROJECT_TOPIC, (id) => {
    projects.invalidate(id);
    accesses.invalidatePrefix(`${id} `);
  });

  const loadProject = (id: ProjectId): Promise<Project | null> => projects.get(id, () => load(id));

  async function loadAccess(id: ProjectId, key: string): Promise<ProjectAccess | null> {
    const project = await loadProject(id);
    const row = project === null ? null : await keys.find(id, key);
    return project === null || row === null ? null : { project, key: { id: row.id as KeyId, kind: row.kind } };
  }

  /** @throws projectNotFound, keyInvalid: whose key it is instead is told to nobody */
  async function resolveSlowly(id: ProjectId, key: string | undefined): Promise<ProjectAccess> {
    if (key === undefined) {
      const project = await loadProject(id);
      if (project === null) throw projectNotFound();
      return { project, key: null };
    }
    const access = KEY_SHAPE.exec(key)?.[1] === id ? await accesses.get(`${id} ${key}`, () => loadAccess(id, key)) : null;
    if (access === null) throw keyInvalid();
    return access;
  }

  return {
    loadProject,
    resolveProject(projectId: string, key: string | undefined): ProjectAccess | Promise<ProjectAccess> {
      if (!isProjectId(projectId)) throw projectNotFound();
      if (key === undefined) {
        const project = projects.peek(projectId);
        return project == null ? resolveSlowly(projectId, key) : { project, key: null };
      }
      return accesses.peek(`${projectId} ${key}`) ?? resolveSlowly(projectId, key);
    },
  };
}
