// Guarded increments (specs/analytics.md §2.5): each document carries, per shard, the sequence of the last chunk that is in it.

import type { KindStore, RowUpdate } from '@mainstay/store';

/** A change of one document, made at most once per chunk. */
export interface Delta {
  readonly id: string;
  /** Operators without `$set` of `w`, which is added. */
  readonly update: RowUpdate & { readonly $set?: RowUpdate };
}

/** Which chunk the deltas come from. */
export interface ChunkPosition {
  readonly shard: number;
  readonly sequence: number;
}

/**
 * Applies the deltas of a chunk to those documents that do not have it yet; documents that are missing are created.
 *
 * A refused creation (E11000) has two causes: the guard said "already applied", or another shard created the document at
 * the same moment. The second try without creation tells them apart: it matches only in the second case, and then applies.
 */
export async function applyOnce<R extends { readonly id: string }>(kind: KindStore<R>, chunk: ChunkPosition, deltas: readonly Delta[]): Promise<void> {
  if (deltas.length === 0) return;
  const mark = `w.${chunk.shard}`;
  const guard = { $or: [{ [mark]: { $lt: chunk.sequence } }, { [mark]: { $exists: false } }] };
  const statements = deltas.map(({ id, update }) => ({
    filter: { id, ...guard },
    update: { ...update, $set: { ...update.$set, [mark]: chunk.sequence } },
  }));
  const { duplicates } = await kind.bulkUpdate(statements.map((statement) => ({ ...statement, upsert: true })));
  const again = duplicates.flatMap((position) => statements[position] ?? []);
  if (again.length > 0) await kind.bulkUpdate(again.map((statement) => ({ ...statement, upsert: false })));
}
