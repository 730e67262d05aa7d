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

/** Chunks that are read together. */
const LOOK_AHEAD = 64;
/** Chunks are drained together up to this many events; the deadline is checked between groups. */
const GROUP_MAX_EVENTS = 1_500;
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
 * Drains sealed chunks into roll-ups, exactly once: chunks of a shard are applied to all their documents before the next ones
 * are touched, each document refuses what it has already, and only then the checkpoint moves. Any number of runs may do
 * this at once, and each may die between any two writes.
 */
export function createRollUpsService({ store, jobs, clock, chunks, settings }: RollUpDependencies) {
  async function eventsOf(context: ProjectContext, chunks: readonly ChunkRow[]): Promise<ReadonlyMap<string, EventRow[]>> {
    const found = await store.kind(context, EventKind).find({ chunk: { $in: chunks.map(({ id }) => id) } });
    const members = new Map(chunks.map(({ id, eventIds }) => [id, eventIds === undefined ? null : new Set(eventIds)]));
    const byChunk = new Map<string, EventRow[]>(chunks.map(({ id }) => [id, []]));
    for (const event of found) if (members.get(event.chunk)?.has(event.id) ?? true) byChunk.get(event.chunk)?.push(event);
    for (const { id, count } of chunks) {
      const events = byChunk.get(id)?.sort((a, b) => a.order - b.order) ?? [];
      if (events.length !== count) context.log.warn({ chunk: id, count, found: events.length }, 'a chunk changed after its seal');
    }
    return byChunk;
  }

  async function drainChunks(context: ProjectContext, shard: number, group: readonly ChunkRow[]): Promise<ReadonlySet<string>> {
    const last = group.at(-1);
    if (last === undefined) return new Set();
    const byChunk = await eventsOf(context, group);
    const door = { store, context };
    const work = { shard, chunks: group.map(({ id, sequence }) => ({ sequence, items: byChunk.get(id) ?? [] })) };
    const events = work.chunks.flatMap(({ items }) => items);
    const places = await claimPlaces(door, placesNeeded(events), settings.valuesPerDimension);
    const traits = (await claimPlaces(door, traitsNeeded(events), settings.traitsPerProject)).get(TRAIT_NAMES) ?? new Set<string>();
    await Promise.all([
      store.kind(context, PersonDayKind).insertMany(personDays(events, settings.personDaysRetentionDays)),
      applyOnce(store.kind(context, RollUpKind), work, (items) => foldChunk(items, places)),
    ]);
    // After the roll-ups: whoever sees the count of a name sees its chart as well.
    await Promise.all([
      applyOnce(store.kind(context, EventNameKind), work, foldNames),
      applyOnce(store.kind(context, PersonKind), work, (items) => foldPersons(items, traits)),
    ]);
    await moveCheckpoint(context, shard, last.sequence);
    if (group.some(({ sequence }) => sequence % PURGE_EVERY === 0)) await chunks.purge(context, shard, last.sequence);
    return new Set(events.flatMap(({ event }) => event ?? []));
  }

  async function moveCheckpoint(context: ProjectContext, shard: number, sequence: number): Promise<void> {
    const statement = { filter: { id: String(shard) }, update: { $max: { sequence } } };
    const { duplicates } = await store.kind(context, CheckpointKind).bulkUpdate([{ ...statement, upsert: true }]);
    // Another run created the row at the same moment, perhaps with a lower sequence.
    if (duplicates.length > 0) await store.kind(context, CheckpointKind).bulkUpdate([statement]);
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

  async function drainShard(
    context: ProjectContext,
    shard: number,
    run: JobRun,
  ): Promise<{ outcome: 'more' | 'done'; events: ReadonlySet<string> }> {
    const changed = new Set<string>();
    const checkpoint = await store.kind(context, CheckpointKind).findOne({ id: String(shard) });
    const pending = await chunks.after(context, shard, { sequence: checkpoint?.sequence ?? 0, limit: LOOK_AHEAD });
    let position = 0;
    while (position < pending.length) {
      if (run.signal.aborted || clock.now() > run.deadlineMs) return { outcome: 'more', events: changed };
      const chunk = pending[position];
      if (chunk?.state === 'open') return { outcome: (await resolveOpen(context, chunk)) ? 'more' : 'done', events: changed };
      const group = takeGroup(pending.slice(position));
      for (const event of await drainChunks(context, shard, group)) changed.add(event);
      position += group.length;
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

/** The sealed chunks at the beginning, as many as are drained together; at least one when there is one. */
function takeGroup(pending: readonly ChunkRow[]): ChunkRow[] {
  const group: ChunkRow[] = [];
  let size = 0;
  for (const chunk of pending) {
    size += chunk.count ?? 0;
    if (chunk.state === 'open' || (group.length > 0 && size > GROUP_MAX_EVENTS)) break;
    group.push(chunk);
  }
  return group;
}

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
