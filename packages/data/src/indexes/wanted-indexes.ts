import type { CollectionIndex } from '@mainstay/store';
import { indexName } from '@mainstay/store';
import { partialFilterOf } from '../collections/check-indexes.ts';
import type { CollectionRow } from '../collections/collections.model.ts';
import type { IndexDefinition } from '../collections/collections.schema.ts';
import type { CompiledCollection } from '../collections/compile-collection.ts';
import { compileCollection } from '../collections/compile-collection.ts';
import { renameInDefinition } from '../schema-changes/rename-in-definition.ts';
import { storedPath } from '../rules/stored-path.ts';

/** An index that a collection should have. */
export interface WantedIndex {
  readonly definition: IndexDefinition;
  readonly index: CollectionIndex;
}

/** The indexes that follow from a definition, by name: those of unique fields, and those that are listed. */
export function wantedIndexes(row: CollectionRow, collection: CompiledCollection): Map<string, WantedIndex> {
  const move = row.change?.move;
  if (move?.phase === 'copy') {
    const { change: _under, ...still } = row;
    const renamed = renameInDefinition(still, move.from, move.to);
    return new Map([...wantedIndexes(still, collection), ...wantedIndexes(renamed, compileCollection(renamed))]);
  }
  const unique = Object.entries(row.fields).flatMap(([name, field]): IndexDefinition[] =>
    field.unique === true ? [{ fields: [[name, 1]], unique: true }] : [],
  );
  return new Map(
    [...unique, ...row.indexes].map((definition) => {
      const index = toIndex(definition, collection);
      return [indexName(index), { definition, index }];
    }),
  );
}

function toIndex({ fields, unique, where, expireAfterSeconds }: IndexDefinition, collection: CompiledCollection): CollectionIndex {
  return {
    fields: fields.map(([name, order]) => [storedPath(name), order] as const),
    ...(unique === undefined ? {} : { unique }),
    ...(where === undefined ? {} : { where: partialFilterOf(where, collection) }),
    ...(expireAfterSeconds === undefined ? {} : { expireAfterSeconds }),
  };
}
