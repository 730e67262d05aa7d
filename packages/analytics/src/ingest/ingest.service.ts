import type { Clock, ProjectContext } from '@mainstay/kernel';
import { RateLimiter } from '@mainstay/http';
import type { Store } from '@mainstay/store';
import type { AnalyticsSettings } from '../analytics.settings.ts';
import type { ChunkWriter } from './chunk-writer.ts';
import { createEventNames } from './event-names.ts';
import { EventRejected } from './event-rejected.ts';
import { createIngestAnnouncer } from './ingest.events.ts';
import type { CallType, NewEvent } from './ingest.model.ts';
import { batchTooLarge } from './ingest.problems.ts';
import type { IngestAnswer, Rejection, SingleCall } from './ingest.schema.ts';
import { parseTime, readEvent } from './read-event.ts';

/** The limiter lets two seconds' worth through at once; a larger batch takes all of it instead of never passing. */
const BURST_SECONDS = 2;

/** What the ingest needs. */
export interface IngestDependencies {
  readonly store: Store;
  readonly clock: Clock;
  readonly writer: ChunkWriter;
  readonly settings: AnalyticsSettings;
}

/** Takes events in. Every function stores before it answers, and counts a message id once per project. */
export function createIngestService({ store, clock, writer, settings }: IngestDependencies) {
  const names = createEventNames({ store, namesPerProject: settings.namesPerProject });
  const limiter = new RateLimiter({ name: 'events per second', meter: 'events', usage: store.usage, clock });
  const announceIngested = createIngestAnnouncer({ store, clock });

  function checkRate(context: ProjectContext, count: number): void {
    const { id, limits } = context.project;
    const limited = limiter.take(id, limits.eventsPerSecond, Math.min(count, BURST_SECONDS * limits.eventsPerSecond));
    if (limited !== null) throw limited;
  }

  async function readAll(context: ProjectContext, items: readonly unknown[], sentAt: number | null) {
    const request = { principal: context.principal, receivedAt: clock.now(), sentAt };
    const events: NewEvent[] = [];
    const rejected: Rejection[] = [];
    for (const [index, item] of items.entries()) {
      try {
        const event = readEvent(item, request, settings);
        await names.claim(context, event);
        events.push(event);
      } catch (error) {
        if (!(error instanceof EventRejected)) throw error;
        rejected.push({ index, messageId: messageIdOf(item), code: error.code, field: error.field, message: error.message });
      }
    }
    return { events, rejected };
  }

  const service = {
    /**
     * Stores the calls of a Segment batch. Bad ones are rejected one by one.
     * @param batch.sentAt the client's time of sending; anything that is no time is ignored.
     * @throws batchTooLarge, limitExceeded, serviceUnavailable, outcomeUnknown
     */
    async ingest(
      context: ProjectContext,
      { batch, sentAt }: { batch: readonly unknown[]; sentAt?: string | null | undefined },
    ): Promise<IngestAnswer> {
      if (batch.length > settings.batchMaxEvents) throw batchTooLarge({ maxEvents: settings.batchMaxEvents });
      checkRate(context, batch.length);
      const { events, rejected } = await readAll(context, batch, parseTime(sentAt));
      const { accepted, duplicates } = await writer.write(context, events);
      if (accepted > 0) announceIngested(context, events);
      return { success: true, accepted, duplicates, rejected };
    },

    /** Stores one call, the type of which is known from elsewhere: an HTTP path, a device's topic. */
    ingestOne(context: ProjectContext, type: CallType, call: SingleCall): Promise<IngestAnswer> {
      return service.ingest(context, { batch: [{ ...call, type }], sentAt: call.sentAt });
    },

    /** Resolves when everything that was answered is sealed and has its ticket. */
    drained: (): Promise<void> => writer.drained(),
  };
  return service;
}
export type IngestService = ReturnType<typeof createIngestService>;

function messageIdOf(item: unknown): string | null {
  const messageId = typeof item === 'object' && item !== null ? (item as { messageId?: unknown }).messageId : undefined;
  return typeof messageId === 'string' ? messageId.slice(0, 255) : null;
}
