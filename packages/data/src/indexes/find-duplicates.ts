import { Problem } from '@mainstay/kernel';
import type { CollectionIndex, DocumentStore } from '@mainstay/store';
import { QueryRefusedError } from '@mainstay/store';
import type { IndexFailure } from './indexes.model.ts';

/** Values that are larger than this together are not shown. */
const MAX_BYTES = 1_048_576;

/** The values that keep a unique index from being built: how many there are, and those that most documents share. */
export async function findDuplicates(
  documents: DocumentStore,
  index: CollectionIndex,
  shown: number,
): Promise<NonNullable<IndexFailure['duplicates']>> {
  const paths = index.fields.map(([field]) => field);
  const present = paths.map((path) => ({ [path]: { $exists: true } }));
  const parts = Object.fromEntries(paths.map((path, position) => [`v${position}`, { $ifNull: [`$${path}`, null] }]));
  try {
    const stages = [
      { $match: { $and: [...(index.where === undefined ? [] : [index.where]), ...present] } },
      { $group: { _id: parts, documents: { $sum: 1 } } },
      { $match: { documents: { $gt: 1 } } },
      { $facet: { all: [{ $count: 'count' }], sample: [{ $sort: { documents: -1 } }, { $limit: shown }] } },
    ];
    const [found] = (await documents.aggregate(stages, MAX_BYTES)) ?? [];
    if (found === undefined) return { count: null, sample: [] };
    const { all, sample } = found as { all: { count: number }[]; sample: { _id: Record<string, unknown>; documents: number }[] };
    return {
      count: all[0]?.count ?? 0,
      sample: sample.map(({ _id, documents: count }) => ({
        values: paths.map((_path, position) => _id[`v${position}`]),
        documents: count,
      })),
    };
  } catch (error) {
    if (error instanceof QueryRefusedError || (error instanceof Problem && error.code === 'query_too_slow'))
      return { count: null, sample: [] };
    throw error;
  }
}
