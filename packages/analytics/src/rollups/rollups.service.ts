import type { Clock, ProjectContext } from '@mainstay/kernel';
import type { JobRun, Jobs } from '@mainstay/jobs';
import type { Store } from '@mainstay/store';
import type { AnalyticsSettings } from '../analytics.settings.ts';
import { DAY_MS } from '../ingest/correct-time.ts';
import type { ChunkLog } from '../ingest/chunk-log.ts';
import { SHARDS } from '../ingest/chunk-log.ts';
import type { ChunkRow, EventRow } from '../ingest/ingest.model.ts';
import { EventKind, EventNameKind } from '../ingest/ingest.model.ts';
import { foldPersons, TRAIT_NAMES, traitsNeeded } from '../persons/fold-persons.ts';
import { PersonKind } from '../persons/persons.model.ts';
import { applyOnce } from './apply-once.ts';
import { claimPlaces } from './claim-places.ts';
import { dayOf, foldChunk, foldNames, keyOf, placesNeeded } from './fold-chunk.ts';
import { announceRolledUp } from './rollups.events.ts';
import type { PersonDayRow } from './rollups.model.ts';
import { CheckpointKind, PersonDayKind, ROLL_UP_EVENTS, RollUpKind } from './rollups.model.ts';

/** Chunks that are looked at together; the deadline is checked after each. */
const LOOK_AHEAD = 16;
/** A chunk that is open for longer may have lost its writer. */
const WRITER_PATIENCE_MS = 1_000;
/** Old chunk rows are deleted when the sequence passes a multiple of this. */
const PURGE_EVERY = 64;

/** What the roll-up needs. */
export interface RollUpDependencies {
  readonly store: Store;
  readonly jobs: Pick<Jobs, 'ticket'>;
  readonly clock: Clock;
  readonly chunks: ChunkLog;
  readonly settings: AnalyticsSettings;
}

/**
 * Drains sealed chunks into roll-ups, exactly once: a chunk is applied to all its documents before the next one of its shard is
 * touched, each document refuses what it has already, and only then the checkpoint moves. Any number of runs may do
 * this at once, and each may die between any two writes.
 */
export function createRollUpsService({ store, jobs, clock, chunks, settings }: RollUpDependencies) {
  async function eventsOf(context: ProjectContext, chunk: ChunkRow): Promise<EventRow[]> {
    const found = await store.kind(context, EventKind).find({ chunk: chunk.id });
    const members = chunk.eventIds === undefined ? null : new Set(chunk.eventIds);
    const events = members === null ? found : found.filter(({ id }) => members.has(id));
    if (events.length !== chunk.count) context.log.warn({ chunk: chunk.id, count: chunk.count, found: events.length }, 'a chunk changed after its seal');
    // The order of additions decides the last digits of a sum: a replay must add in the same order.
    return events.sort((a, b) => a.order - b.order);
  }

  async function drainChunk(context: ProjectContext, chunk: ChunkRow): Promise<ReadonlySet<string>> {
    const events = await eventsOf(context, chunk);
    const door = { store, context };
    const places = await claimPlaces(door, placesNeeded(events), settings.valuesPerDimension);
    const traits = await claimPlaces(door, traitsNeeded(events), settings.traitsPerProject);
    await Promise.all([
      store.kind(context, PersonDayKind).insertMany(personDays(events, settings.personDaysRetentionDays)),
      applyOnce(store.kind(context, RollUpKind), chunk, foldChunk(events, places)),
    ]);
    // After the roll-ups: whoever sees the count of a name sees its chart as well.
    await Promise.all([
      applyOnce(store.kind(context, EventNameKind), chunk, foldNames(events)),
      applyOnce(store.kind(context, PersonKind), chunk, foldPersons(events, traits.get(TRAIT_NAMES) ?? new Set())),
    ]);
    await store.kind(context, CheckpointKind).update({ id: String(chunk.shard) }, { $max: { sequence: chunk.sequence } }, { upsert: true });
    if (chunk.sequence % PURGE_EVERY === 0) await chunks.purge(context, chunk.shard, chunk.sequence);
    return new Set(events.flatMap(({ event }) => event ?? []));
  }

  /** An open chunk belongs to a writer that is busy, or to one that is gone: then it is sealed. True when the drain can go on. */
  async function resolveOpen(context: ProjectContext, chunk: ChunkRow): Promise<boolean> {
    const openMs = clock.now() - chunk.openedAt.getTime();
    const waitMs = settings.abandonedAfterMs - openMs;
    if (waitMs > 0) {
      // A busy writer asks for a run itself when it seals.
      if (openMs > WRITER_PATIENCE_MS) await jobs.ticket(context, ROLL_UP_EVENTS, { delayMs: waitMs + 1 });
      return false;
    }
    await chunks.sealAbandoned(context, chunk);
    return true;
  }

  async function drainShard(context: ProjectContext, shard: number, run: JobRun): Promise<{ outcome: 'more' | 'done'; events: ReadonlySet<string> }> {
    const changed = new Set<string>();
    const checkpoint = await store.kind(context, CheckpointKind).findOne({ id: String(shard) });
    const pending = await chunks.after(context, shard, { sequence: checkpoint?.sequence ?? 0, limit: LOOK_AHEAD });
    for (const chunk of pending) {
      if (run.signal.aborted || clock.now() > run.deadlineMs) return { outcome: 'more', events: changed };
      if (chunk.state === 'open') return { outcome: (await resolveOpen(context, chunk)) ? 'more' : 'done', events: changed };
      for (const event of await drainChunk(context, chunk)) changed.add(event);
    }
    return { outcome: pending.length < LOOK_AHEAD ? 'done' : 'more', events: changed };
  }

  return {
    /** Drains what is sealed until the deadline. `more` when something is left that can be drained now. */
    async drain(context: ProjectContext, run: JobRun): Promise<'more' | 'done'> {
      const changed = new Set<string>();
      let outcome: 'more' | 'done' = 'done';
      // Another shard comes first each time, so that none starves behind one that never ends.
      const first = Math.floor(Math.random() * SHARDS);
      for (let step = 0; step < SHARDS; step += 1) {
        const drained = await drainShard(context, (first + step) % SHARDS, run);
        for (const event of drained.events) changed.add(event);
        if (drained.outcome === 'more') outcome = 'more';
      }
      announceRolledUp(store, context, changed);
      return outcome;
    },
  };
}
export type RollUpsService = ReturnType<typeof createRollUpsService>;

function personDays(events: readonly EventRow[], retentionDays: number): PersonDayRow[] {
  const rows = new Map<string, PersonDayRow>();
  for (const { event, userId, anonymousId, at } of events) {
    if (event === null) continue;
    const day = dayOf(at.getTime());
    const person = userId === null ? keyOf('anonymous', anonymousId ?? '') : keyOf('user', userId);
    const id = keyOf(event, day, person);
    rows.set(id, { id, event, day, person, expiresAt: new Date(Date.parse(day) + retentionDays * DAY_MS) });
  }
  return [...rows.values()];
}
