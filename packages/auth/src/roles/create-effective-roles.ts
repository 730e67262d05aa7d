import type { Frame } from '@mainstay/host';
import type { ProjectContext } from '@mainstay/kernel';
import { LoadingCache } from '@mainstay/kernel';
import { RoleKind } from '../users/users.model.ts';

const TOPIC = 'auth-roles';
/** A change that a process missed matters for at most this long. */
const CACHE = { maxEntries: 10_000, maxAgeMs: 30_000 };

/** Which roles a user has through which: whoever is in `editor` is in `staff` too when `staff` holds `editor`. */
export function createEffectiveRoles({ store }: Frame) {
  /** For each role those that hold it. */
  const holders = new LoadingCache<ReadonlyMap<string, readonly string[]>>(CACHE);
  store.signals.onInvalidate(TOPIC, (project) => holders.invalidate(project));

  async function load(context: ProjectContext): Promise<ReadonlyMap<string, readonly string[]>> {
    const holdersOf = new Map<string, string[]>();
    for (const { id, roles = [] } of await store.kind(context, RoleKind).find({ roles: { $exists: true } })) {
      for (const role of roles) holdersOf.set(role, [...(holdersOf.get(role) ?? []), id]);
    }
    return holdersOf;
  }

  return {
    /** The roles and all that hold them. */
    async of(context: ProjectContext, roles: readonly string[]): Promise<readonly string[]> {
      if (roles.length === 0) return roles;
      const holdersOf = await holders.get(context.project.id, () => load(context));
      if (holdersOf.size === 0) return roles;
      const found = new Set(roles);
      // A set goes on to what is added while it is walked through.
      for (const role of found) for (const holder of holdersOf.get(role) ?? []) found.add(holder);
      return [...found];
    },

    /** Every process looks again, and so does everybody who is connected. */
    changed(context: ProjectContext): void {
      store.signals.invalidate(TOPIC, context.project.id);
      // What is open is let in again with what the user now is.
      store.signals.invalidate('session', `${context.project.id}:roles`);
    },

    /** Hears of projects whose roles changed, in every process. */
    onChange: (listener: (project: string) => void): void => store.signals.onInvalidate(TOPIC, listener),
  };
}
export type EffectiveRoles = ReturnType<typeof createEffectiveRoles>;
