import type { ProjectContext } from '@mainstay/kernel';
import type { Store } from '@mainstay/store';
import { keyOf } from '../rollups/fold-chunk.ts';
import { PersonKind, unescapeTrait } from './persons.model.ts';
import { personNotFound } from './persons.problems.ts';
import type { Person } from './persons.schema.ts';

/** The people that a project's events are about. */
export function createPersonsService({ store }: { store: Store }) {
  return {
    /** @throws personNotFound */
    async get(context: ProjectContext, userId: string): Promise<Person> {
      const row = await store.kind(context, PersonKind).get(keyOf(userId));
      if (row === null) throw personNotFound();
      const traits = Object.fromEntries(Object.entries(row.traits ?? {}).map(([field, value]) => [unescapeTrait(field), value]));
      return { userId: row.userId, traits, firstSeenAt: row.firstSeenAt.toISOString(), lastSeenAt: row.lastSeenAt.toISOString() };
    },

    /** Forgets what was said of a user. Counts stay: they name nobody. @returns how many rows it was */
    forget: (context: ProjectContext, userId: string): Promise<number> => store.kind(context, PersonKind).deleteMany({ userId }),
  };
}
export type PersonsService = ReturnType<typeof createPersonsService>;
