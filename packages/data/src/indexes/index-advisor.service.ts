import type { Frame } from '@mainstay/host';
import type { ProjectContext } from '@mainstay/kernel';
import { LruCache } from '@mainstay/kernel';
import { CollectionKind } from '../collections/collections.model.ts';
import { collectionNotFound } from '../collections/collections.problems.ts';
import type { IndexDefinition } from '../collections/collections.schema.ts';
import type { DataSettings } from '../data.settings.ts';
import type { IndexAdvice } from './indexes.schema.ts';
import type { QueryShape } from './shape-of-query.ts';

const MAX_SHAPES = 5_000;
const MAX_FIELDS = 8;

/** What was seen of the queries of one shape. */
interface Seen {
  readonly collection: string;
  readonly shape: QueryShape;
  queries: number;
  totalMs: number;
  slowestMs: number;
}

/** Remembers, in this process, which kinds of queries were slow, and says which index would serve them. It keeps names of fields, no values. */
export function createIndexAdvisor({ store, clock }: Frame, settings: DataSettings) {
  const seen = new LruCache<Seen>({ maxEntries: MAX_SHAPES, maxAgeMs: settings.slowQueryMemoryHours * 3_600_000 });
  const keysOf = new LruCache<Set<string>>({ maxEntries: MAX_SHAPES, maxAgeMs: Infinity });
  const since = new Date(clock.now());

  return {
    /** The least milliseconds of a query that is worth to be noted. */
    slowMs: settings.slowQueryMs,

    /** Notes how long a query took, in milliseconds. Does nothing for fast ones. */
    noteQuery(context: ProjectContext, collection: string, { shape, ms }: { shape: QueryShape; ms: number }): void {
      if (ms < settings.slowQueryMs) return;
      const place = `${context.project.id}:${collection}`;
      const key = `${place}:${JSON.stringify(shape)}`;
      const known = seen.get(key);
      if (known === undefined) {
        seen.set(key, { collection, shape, queries: 1, totalMs: ms, slowestMs: ms });
        const keys = keysOf.get(place) ?? new Set();
        keysOf.set(place, keys.size < MAX_SHAPES ? keys.add(key) : new Set([key]));
        return;
      }
      known.queries += 1;
      known.totalMs += ms;
      known.slowestMs = Math.max(known.slowestMs, ms);
    },

    /** What to do about the slow queries of a collection, the costliest first. @throws collectionNotFound */
    async advise(context: ProjectContext, collection: string): Promise<IndexAdvice> {
      const row = await store.kind(context, CollectionKind).get(collection);
      if (row === null) throw collectionNotFound({ collection });
      const keys = keysOf.get(`${context.project.id}:${collection}`) ?? new Set<string>();
      const found = [...keys].flatMap((key) => seen.get(key) ?? []).sort((a, b) => b.totalMs - a.totalMs);
      const unique = Object.entries(row.fields).flatMap(([name, field]): IndexDefinition[] =>
        field.unique === true ? [{ fields: [[name, 1]], unique: true }] : [],
      );
      return { items: found.map((one) => adviceFor(one, [...row.indexes, ...unique])), since: since.toISOString() };
    },
  };
}
export type IndexAdvisor = ReturnType<typeof createIndexAdvisor>;

function adviceFor({ shape, queries, totalMs, slowestMs }: Seen, existing: readonly IndexDefinition[]): IndexAdvice['items'][number] {
  const index = indexFor(shape);
  const isThere = index !== null && existing.some((other) => serves(other, index, shape.equal.length));
  return {
    shape: {
      where: [...shape.equal, ...shape.range],
      sort: shape.sort.map(([field, order]) => (order === -1 ? `-${field}` : field)),
    },
    queries,
    meanMs: Math.round((totalMs / queries) * 10) / 10,
    slowestMs: Math.round(slowestMs * 10) / 10,
    advice: index === null || isThere ? 'exists' : 'create-index',
    index: isThere ? null : index,
    sentence: sentenceFor(index, isThere),
  };
}

function sentenceFor(index: IndexDefinition | null, isThere: boolean): string {
  if (index === null) return 'It reads by id or reads everything: ask for less.';
  if (isThere) return 'There is an index for it already: it reads many documents, or the database is busy.';
  return `An index on ${index.fields.map(([field]) => field).join(', ')} would serve it.`;
}

/** Equalities first, then the order, then bounds: the order in which MongoDB can use all of them. */
function indexFor({ equal, range, sort }: QueryShape): IndexDefinition | null {
  const fields = new Map<string, 1 | -1>();
  for (const field of equal) fields.set(field, 1);
  for (const [field, order] of sort) if (!fields.has(field)) fields.set(field, order);
  for (const field of range) if (!fields.has(field)) fields.set(field, 1);
  fields.delete('_id');
  return fields.size === 0 ? null : { fields: [...fields].slice(0, MAX_FIELDS) };
}

/** Whether an index begins with what is needed; equalities may stand in any order. */
function serves(other: IndexDefinition, needed: IndexDefinition, equalities: number): boolean {
  if (other.where !== undefined || other.fields.length < needed.fields.length) return false;
  const begin = other.fields.slice(0, needed.fields.length);
  const equal = new Set(needed.fields.slice(0, equalities).map(([field]) => field));
  const isEqualPart = begin.slice(0, equalities).every(([field, order]) => equal.has(field) && typeof order === 'number');
  const rest = needed.fields.slice(equalities);
  const later = begin.slice(equalities);
  const isForward = rest.every(([field, order], position) => later[position]?.[0] === field && later[position][1] === order);
  const isBackward = rest.every(
    ([field, order], position) => later[position]?.[0] === field && later[position][1] === (order === 1 ? -1 : 1),
  );
  return isEqualPart && (isForward || isBackward);
}
