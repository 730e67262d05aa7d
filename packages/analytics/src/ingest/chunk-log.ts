// The log of chunks that makes roll-ups exactly-once without transactions (specs/analytics.md §2.5).
//
// Law: sequence n+1 of a shard is inserted only by somebody who knows that n is there. So a shard has no gaps, and a reader
// who stops at the first chunk that is not sealed misses nothing. Several processes may share a shard: the unique id decides.

import type { Clock, ProjectContext } from '@mainstay/kernel';
import { LruCache, serviceUnavailable } from '@mainstay/kernel';
import type { Store } from '@mainstay/store';
import { DuplicateKeyError } from '@mainstay/store';
import { CheckpointKind } from '../rollups/rollups.model.ts';
import type { ChunkRow } from './ingest.model.ts';
import { ChunkKind, EventKind } from './ingest.model.ts';

/** Shards of a project. Every roll-up document carries a watermark per shard, so they are few; processes share them. */
export const SHARDS = 4;
/** How long a process may believe that it knows the end of a shard. Far below the age at which chunks are purged. */
const POSITION_AGE_MS = 60_000;
const MAX_POSITIONS = 20_000;
const PURGE_AFTER_MS = 3_600_000;
const OPEN_ATTEMPTS = 50;
const SEQUENCE_DIGITS = 12;

/** The id of a chunk. */
export function chunkId(shard: number, sequence: number): string {
  return `${shard}:${String(sequence).padStart(SEQUENCE_DIGITS, '0')}`;
}

/** Opens, seals and lists the chunks of projects. Each process writes to one shard, and moves to another when it meets company there. */
export function createChunkLog({ store, clock }: { store: Store; clock: Clock }) {
  const positions = new LruCache<number>({ maxEntries: MAX_POSITIONS, maxAgeMs: POSITION_AGE_MS }, clock);
  let shard = Math.floor(Math.random() * SHARDS);

  /** The sequence after the last one. Chunks first, checkpoint second: a purge removes only what the checkpoint has passed. */
  async function nextSequence(context: ProjectContext, of: number): Promise<number> {
    const last = await store.kind(context, ChunkKind).findOne({ id: { $gte: `${of}:`, $lt: `${of};` } }, { sort: { id: -1 } });
    const checkpoint = await store.kind(context, CheckpointKind).findOne({ id: String(of) });
    return Math.max(last?.sequence ?? 0, checkpoint?.sequence ?? 0) + 1;
  }

  return {
    /** Opens the next chunk. @throws serviceUnavailable, outcomeUnknown */
    async open(context: ProjectContext): Promise<ChunkRow> {
      for (let attempt = 0; attempt < OPEN_ATTEMPTS; attempt += 1) {
        const key = `${context.project.id}:${shard}`;
        const sequence = positions.get(key) ?? (await nextSequence(context, shard));
        positions.delete(key);
        const row: ChunkRow = {
          id: chunkId(shard, sequence),
          shard,
          sequence,
          state: 'open',
          openedAt: new Date(clock.now()),
          count: null,
        };
        try {
          await store.kind(context, ChunkKind).insert(row);
          positions.set(key, sequence + 1);
          return row;
        } catch (error) {
          if (!(error instanceof DuplicateKeyError)) throw error;
          shard = (shard + 1) % SHARDS;
        }
      }
      throw serviceUnavailable({ part: 'event log' }, { retryAfterSeconds: 1 });
    },

    /** Seals a chunk after its events are stored. False when it was taken for abandoned and sealed already. */
    async seal(context: ProjectContext, chunk: ChunkRow, count: number): Promise<boolean> {
      const sealed = await store.kind(context, ChunkKind).update({ id: chunk.id, state: 'open' }, { $set: { state: 'sealed', count } });
      return sealed.matched > 0;
    },

    /** Seals a chunk whose writer is gone, with the events that got in. */
    async sealAbandoned(context: ProjectContext, chunk: ChunkRow): Promise<void> {
      const events = await store.kind(context, EventKind).find({ chunk: chunk.id });
      const eventIds = events.map(({ id }) => id);
      await store
        .kind(context, ChunkKind)
        .update({ id: chunk.id, state: 'open' }, { $set: { state: 'sealed', count: eventIds.length, eventIds } });
    },

    /** Which of these events are not in the chunk that was sealed by somebody else. */
    async missingFrom(context: ProjectContext, chunk: ChunkRow, eventIds: readonly string[]): Promise<readonly string[]> {
      const row = await store.kind(context, ChunkKind).findOne({ id: chunk.id });
      const counted = new Set(row?.eventIds ?? []);
      return eventIds.filter((id) => !counted.has(id));
    },

    /** The chunks of a shard after a sequence, in order, open ones included. */
    after(context: ProjectContext, of: number, position: { sequence: number; limit: number }): Promise<ChunkRow[]> {
      const range = { id: { $gt: chunkId(of, position.sequence), $lt: `${of};` } };
      return store.kind(context, ChunkKind).find(range, { sort: { id: 1 }, limit: position.limit });
    },

    /** Deletes the chunks that were drained long ago. Recent ones stay, because a writer may still believe that they are the end. */
    async purge(context: ProjectContext, of: number, drained: number): Promise<void> {
      const range = { id: { $gte: `${of}:`, $lt: chunkId(of, drained) }, openedAt: { $lt: new Date(clock.now() - PURGE_AFTER_MS) } };
      await store.kind(context, ChunkKind).deleteMany(range);
    },
  };
}
export type ChunkLog = ReturnType<typeof createChunkLog>;
