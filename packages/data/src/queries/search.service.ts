import type { Condition, Data, InQuery, Near } from '@mainstay/conditions';
import { coerceLiterals, compileFilter, fieldsOf, inQueriesOf, withInQueries } from '@mainstay/conditions';
import type { ProjectContext } from '@mainstay/kernel';
import type { Frame } from '@mainstay/host';
import { typeOfField } from '../collections/type-of-field.ts';
import type { CompiledCollection } from '../collections/compile-collection.ts';
import type { DataSettings } from '../data.settings.ts';
import { parseQuery, refuseComputed, refuseHidden } from '../documents/parse-where.ts';
import { both, storedPath } from '../rules/authorize.ts';
import type { Readable } from './build-pipeline.ts';
import { indexMissing, tooManyValues } from './queries.problems.ts';

/** What a query looks for by an index of its own, besides its conditions. */
export type Search = 'text' | 'near' | null;

/** How searches reach what their caller may read. */
export interface SearchesOptions {
  readonly readable: (context: ProjectContext, collection: string) => Promise<Readable>;
  readonly settings: DataSettings;
}

/** Conditions that only queries can have: words, the nearest places, values of another collection. */
export function createSearches({ store }: Frame, { readable, settings }: SearchesOptions) {
  /** The values that a subquery finds, under its own collection's rules. @throws ruleDenied, fieldNotReadable, tooManyValues */
  async function valuesOf(context: ProjectContext, { collection: name, where, field }: InQuery): Promise<readonly Data[]> {
    const { collection, isClient, filter } = await readable(context, name);
    for (const path of [...fieldsOf(where), field]) {
      if (isClient) refuseHidden(collection, path);
      refuseComputed(collection, path, 'where');
    }
    const condition = coerceLiterals(where, (at) => typeOfField(collection.fields, at));
    const max = settings.inQueryMaxValues;
    const found = await store
      .documents(context, name)
      .aggregate(
        [
          { $match: both(compileFilter(condition, {}, { storedPath }), filter) },
          { $project: { _id: 0, value: `$${storedPath(field)}` } },
          { $unwind: '$value' },
          { $group: { _id: '$value' } },
          { $limit: max + 1 },
        ],
        settings.answerMaxBytes,
      );
    if (found === null || found.length > max) throw tooManyValues({ collection: name, allowed: max });
    return found.map((row) => row['_id'] as Data);
  }

  return {
    /** The condition of a query, ready for MongoDB, and what it searches for. @throws invalidInput, fieldNotReadable, indexMissing, tooManyValues */
    async resolve(context: ProjectContext, asked: Readable, where: unknown): Promise<{ condition: Condition; search: Search }> {
      const { collection, isClient } = asked;
      const condition = parseQuery(collection, where, isClient);
      const queries = inQueriesOf(condition);
      const values = await Promise.all(queries.map(async (query) => [query, await valuesOf(context, query)] as const));
      return {
        condition: queries.length === 0 ? condition : withInQueries(condition, new Map(values)),
        search: searchOf(condition, collection, isClient),
      };
    },
  };
}
export type Searches = ReturnType<typeof createSearches>;

/** A search is answered from an index; what words stand in a field that the caller may not read is not told. */
function searchOf(condition: Condition, collection: CompiledCollection, isClient: boolean): Search {
  const parts = condition.type === 'and' ? condition.conditions : [condition];
  const indexed = (kind: 'text' | '2dsphere'): string[] =>
    collection.indexes.flatMap(({ fields }) => fields.flatMap(([path, order]) => (order === kind ? [path] : [])));
  if (parts.some(({ type }) => type === 'text')) {
    const paths = indexed('text');
    if (paths.length === 0) throw indexMissing({ operator: '$text', kind: 'text' });
    if (isClient) for (const path of paths) refuseHidden(collection, path);
    return 'text';
  }
  const near = parts.find((part) => part.type === 'field' && nearOf(part.test) !== null);
  if (near?.type !== 'field') return null;
  if (!indexed('2dsphere').includes(near.segments.join('.'))) throw indexMissing({ operator: '$near', kind: '2dsphere' });
  return 'near';
}

const nearOf = (test: Extract<Condition, { type: 'field' }>['test']): Near | null => (test.type === 'near' ? test.near : null);
