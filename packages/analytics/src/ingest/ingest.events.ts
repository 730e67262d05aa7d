import type { Clock, ProjectContext } from '@mainstay/kernel';
import { LruCache } from '@mainstay/kernel';
import type { Store } from '@mainstay/store';
import type { NewEvent } from './ingest.model.ts';

/** Enough to look at, and no load on the dashboard or Redis however many events come in. */
const MAX_PER_SECOND = 20;
const MAX_PROJECTS = 10_000;

/** Tells open dashboards of events as they come in (`event.ingested`), at most twenty per second and project from one process. */
export function createIngestAnnouncer({ store, clock }: { store: Store; clock: Clock }) {
  const sent = new LruCache<{ count: number }>({ maxEntries: MAX_PROJECTS, maxAgeMs: 1_000 }, clock);

  return function announceIngested(context: ProjectContext, events: readonly NewEvent[]): void {
    const { id } = context.project;
    let window = sent.get(id);
    if (window === undefined) {
      window = { count: 0 };
      sent.set(id, window);
    }
    for (const event of events.slice(0, MAX_PER_SECOND - window.count)) {
      window.count += 1;
      const { id: eventId, type, event: name, userId, anonymousId, at, properties } = event;
      const data = { id: eventId, type, event: name, userId, anonymousId, at: at.toISOString(), properties };
      store.signals.announce(context, { topic: 'events', type: 'event.ingested', data });
    }
  };
}
