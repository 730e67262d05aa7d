import { projectNotFound } from '@mainstay/http';
import type { Frame } from '@mainstay/host';
import type { ProjectAccess } from '@mainstay/http';
import type { KeyId, Project, ProjectId } from '@mainstay/kernel';
import { isProjectId, LoadingCache, Problem } from '@mainstay/kernel';
import { keyInvalid } from '../platform.problems.ts';
import { hasChecksum } from './key-checksum.ts';
import type { Keys } from './keys.service.ts';
import { PROJECT_TOPIC } from './keys.service.ts';

/** A revocation that a process missed matters for at most this long. */
const CACHE = { maxEntries: 50_000, maxAgeMs: 15_000 };
const KEY_SHAPE = /^[ps]k_([0-9a-z]{20})_[A-Za-z0-9_-]{32}[0-9A-Za-z]{6}$/;

/** What a key opens, and until when: a rolled key ends on the second, cached or not. */
interface KnownKey {
  readonly access: ProjectAccess;
  readonly endsAtMs: number;
}

/**
 * Which project a request is for, and what its key opens. Known keys cost nothing and need no promise.
 * What does not exist is not remembered: guesses must not push real projects and keys out of the caches.
 */
export function createProjectResolver(
  { store, clock }: Frame,
  { keys, load }: { keys: Keys; load: (id: ProjectId) => Promise<Project | null> },
) {
  const projects = new LoadingCache<Project>(CACHE);
  const known = new LoadingCache<KnownKey>(CACHE);
  store.signals.onInvalidate(PROJECT_TOPIC, (id) => {
    projects.invalidate(id);
    known.invalidatePrefix(`${id} `);
  });

  const findProject = (id: ProjectId): Promise<Project> =>
    projects.get(id, async () => {
      const project = await load(id);
      if (project === null) throw projectNotFound();
      return project;
    });

  async function loadProject(id: ProjectId): Promise<Project | null> {
    const cached = projects.peek(id);
    if (cached !== undefined) return cached;
    return findProject(id).catch((error: unknown) => {
      if (isProjectNotFound(error)) return null;
      throw error;
    });
  }

  /** @throws keyInvalid alike for an unknown project, a wrong key and a foreign one */
  async function loadKey(id: ProjectId, key: string): Promise<KnownKey> {
    const project = KEY_SHAPE.exec(key)?.[1] === id && hasChecksum(key) ? await loadProject(id) : null;
    const row = project === null ? null : await keys.find(id, key);
    if (project === null || row === null) throw keyInvalid();
    return { access: { project, key: { id: row.id as KeyId, kind: row.kind } }, endsAtMs: row.expiresAt?.getTime() ?? Infinity };
  }

  return {
    loadProject,

    /** @throws projectNotFound, keyInvalid */
    resolveProject(projectId: string, key: string | undefined): ProjectAccess | Promise<ProjectAccess> {
      if (!isProjectId(projectId)) throw projectNotFound();
      if (key === undefined) {
        const project = projects.peek(projectId);
        return project === undefined ? findProject(projectId).then((found) => ({ project: found, key: null })) : { project, key: null };
      }
      const name = `${projectId} ${key}`;
      const found = known.peek(name);
      if (found === undefined) return known.get(name, () => loadKey(projectId, key)).then(({ access }) => access);
      if (found.endsAtMs <= clock.now()) throw keyInvalid();
      return found.access;
    },
  };
}

function isProjectNotFound(error: unknown): boolean {
  return error instanceof Problem && error.code === projectNotFound.definition.code;
}
