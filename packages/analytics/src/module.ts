import type { Module } from '@mainstay/host';
import { defineModule } from '@mainstay/host';
import type { Analytics } from './create-analytics.ts';
import { ChunkKind, EventKind, EventNameKind } from './ingest/ingest.model.ts';
import { PersonKind } from './persons/persons.model.ts';
import { CheckpointKind, PersonDayKind, PlacesKind, RollUpKind } from './rollups/rollups.model.ts';

/** What analytics adds to each process: an API takes events and answers questions, a worker rolls up. */
export function analyticsModule(analytics: Analytics): Module {
  return defineModule({
    name: 'analytics',
    kinds: [EventKind, ChunkKind, EventNameKind, RollUpKind, CheckpointKind, PlacesKind, PersonDayKind, PersonKind],
    api: async () => ({
      routes: [
        ...(await import('./ingest/ingest.routes.ts')).ingestRoutes(analytics.ingest, analytics.settings),
        ...(await import('./queries/queries.routes.ts')).queriesRoutes(analytics.queries),
        ...(await import('./persons/persons.routes.ts')).personsRoutes(analytics.persons),
      ],
      parts: [{ name: 'event-writer', drain: () => analytics.ingest.drained() }],
    }),
    worker: async () => ({ jobs: (await import('./rollups/rollups.jobs.ts')).rollUpsJobs(analytics.rollUps) }),
  });
}
