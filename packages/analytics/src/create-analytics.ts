import type { Frame } from '@mainstay/host';
import type { AnalyticsSettings } from './analytics.settings.ts';
import { createChunkLog } from './ingest/chunk-log.ts';
import { ChunkWriter } from './ingest/chunk-writer.ts';
import { createIngestService } from './ingest/ingest.service.ts';
import { createPersonsService } from './persons/persons.service.ts';
import { createQueriesService } from './queries/queries.service.ts';
import { createRollUpsService } from './rollups/rollups.service.ts';

/** Builds the services of analytics: `ingest` takes events in, `rollUps` adds them up, `queries` and `persons` read the result. */
export function createAnalytics(frame: Frame, { settings }: { settings: AnalyticsSettings }) {
  const { store } = frame;
  const chunks = createChunkLog(frame);
  const writer = new ChunkWriter({ ...frame, chunks, settings });
  return {
    settings,
    ingest: createIngestService({ ...frame, writer, settings }),
    rollUps: createRollUpsService({ ...frame, chunks, settings }),
    queries: createQueriesService({ store, settings }),
    persons: createPersonsService({ store }),
  };
}
export type Analytics = ReturnType<typeof createAnalytics>;
