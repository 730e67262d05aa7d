// Guarded increments (specs/analytics.md §2.5): each document carries, per shard, the sequence of the last chunk that is in it.
//
// Law: of each shard a document holds a prefix, all chunks up to its watermark. A single chunk is refused by a document that
// has it. Several chunks are one increment for a document that has none of them; to a document that has some, they are
// applied one by one, in order. Whoever comes late, in whatever grouping, finds the watermark and is refused.

import type { KindStore, Row, RowUpdate } from '@mainstay/store';

/** A change of one document. */
export interface Delta {
  readonly id: string;
  /** Operators without the watermark, which is added. */
  readonly update: RowUpdate & { readonly $set?: RowUpdate };
}

/** Chunks of one shard, in order and without a gap, with something to add up. */
export interface ChunkGroup<Item> {
  readonly shard: number;
  readonly chunks: readonly { readonly sequence: number; readonly items: readonly Item[] }[];
}

/** Documents that have the chunk before `first` are moved to `last`. */
interface Step {
  readonly shard: number;
  readonly first: number;
  readonly last: number;
}

/**
 * Applies chunks at most once to every document; documents that are missing are created. All earlier chunks of the shard must
 * have been applied before. When it fails half-way it is repeated, in any grouping, until it succeeds.
 * @param fold adds items up to one delta per document.
 */
export async function applyOnce<R extends Row, Item>(
  kind: KindStore<R>,
  group: ChunkGroup<Item>,
  fold: (items: readonly Item[]) => Delta[],
): Promise<void> {
  const [first, last] = [group.chunks[0], group.chunks.at(-1)];
  if (first === undefined || last === undefined) return;
  const deltas = fold(group.chunks.flatMap(({ items }) => items));
  const refused = await tryStep(kind, { shard: group.shard, first: first.sequence, last: last.sequence }, { deltas, upsert: true });
  if (refused.size === 0) return;
  for (const { sequence, items } of group.chunks) {
    const rest = fold(items).filter(({ id }) => refused.has(id));
    await tryStep(kind, { shard: group.shard, first: sequence, last: sequence }, { deltas: rest, upsert: false });
  }
}

/**
 * @returns the documents that the database refused to create (E11000). That has two causes: the guard said that the document
 * has one of the chunks, or another shard created the document at the same moment. Repeated without creation, the guard tells
 * them apart.
 */
async function tryStep<R extends Row>(
  kind: KindStore<R>,
  step: Step,
  { deltas, upsert }: { deltas: readonly Delta[]; upsert: boolean },
): Promise<ReadonlySet<string>> {
  const mark = `w.${step.shard}`;
  const guard = { $or: [{ [mark]: { $lt: step.first } }, { [mark]: { $exists: false } }] };
  const { duplicates } = await kind.bulkUpdate(
    deltas.map(({ id, update }) => ({
      filter: { id, ...guard },
      update: { ...update, $set: { ...update.$set, [mark]: step.last } },
      upsert,
    })),
  );
  return new Set(duplicates.flatMap((position) => deltas[position]?.id ?? []));
}
