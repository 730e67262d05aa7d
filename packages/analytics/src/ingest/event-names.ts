import type { ProjectContext } from '@mainstay/kernel';
import { LoadingCache } from '@mainstay/kernel';
import type { Store } from '@mainstay/store';
import { DuplicateKeyError } from '@mainstay/store';
import { EventRejected } from './event-rejected.ts';
import type { NewEvent } from './ingest.model.ts';
import { EventNameKind } from './ingest.model.ts';
import { keyOf } from '../rollups/fold-chunk.ts';

const MAX_PROJECTS = 5_000;
/** How late this process hears of names that another one took. */
const MAX_AGE_MS = 30_000;

/** The names that a project's events have, so that nobody can make a million series with a publishable key. */
export function createEventNames({ store, namesPerProject }: { store: Store; namesPerProject: number }) {
  const known = new LoadingCache<Set<string>>({ maxEntries: MAX_PROJECTS, maxAgeMs: MAX_AGE_MS });

  async function load(context: ProjectContext): Promise<Set<string>> {
    const rows = await store.kind(context, EventNameKind).find({}, { limit: 2 * namesPerProject });
    return new Set(rows.map(({ event }) => event));
  }

  async function add(context: ProjectContext, event: string, receivedAt: Date): Promise<void> {
    try {
      const row = { id: keyOf(event), event, count: 0, createdAt: receivedAt, lastSeenAt: receivedAt };
      await store.kind(context, EventNameKind).insert(row);
    } catch (error) {
      if (!(error instanceof DuplicateKeyError)) throw error;
    }
  }

  return {
    /**
     * Takes a new name into the project's list. Costs nothing for a known one. Processes that take names at the same moment
     * may exceed the limit by a few.
     * @throws EventRejected too_many_names
     */
    async claim(context: ProjectContext, { event, receivedAt }: NewEvent): Promise<void> {
      if (event === null) return;
      const { id } = context.project;
      const names = known.peek(id) ?? (await known.get(id, () => load(context)));
      if (names.has(event)) return;
      if (names.size >= namesPerProject) {
        throw new EventRejected(
          'too_many_names',
          'event',
          `The project has ${namesPerProject} event names already. Use properties for what varies.`,
        );
      }
      names.add(event);
      try {
        await add(context, event, receivedAt);
      } catch (error) {
        names.delete(event);
        throw error;
      }
    },
  };
}
export type EventNames = ReturnType<typeof createEventNames>;
