import type { MongoFilter } from '@mainstay/conditions';
import { compileFilter } from '@mainstay/conditions';
import type { ProjectContext } from '@mainstay/kernel';
import { invalidInput, rulesApplyTo } from '@mainstay/kernel';
import type { Frame } from '@mainstay/host';
import { BsonToJson, QueryRefusedError } from '@mainstay/store';
import type { Collections } from '../collections/collections.service.ts';
import type { CompiledCollection } from '../collections/compile-collection.ts';
import type { DataSettings } from '../data.settings.ts';
import { parseWhere, refuseComputed, refuseHidden } from '../documents/parse-where.ts';
import type { WireDocument } from '../documents/to-wire.ts';
import { toWire, viewOf } from '../documents/to-wire.ts';
import { authorize, both, storedPath } from '../rules/authorize.ts';
import type { IndexAdvisor } from '../indexes/index-advisor.service.ts';
import { shapeOfQuery } from '../indexes/shape-of-query.ts';
import type { Readable } from './build-pipeline.ts';
import { buildPipeline } from './build-pipeline.ts';
import type { Includes } from './includes.service.ts';
import { aggregationNotPossible, aggregationTooLarge, indexMissing } from './queries.problems.ts';
import type { Search } from './search.service.ts';
import { createSearches } from './search.service.ts';
import type { CountBody, DistinctBody } from './queries.schema.ts';
import type { SortTerm } from './sort-cursor.ts';
import { afterCursor, encodeCursor, isUniform, parseSort, refuseUnordered } from './sort-cursor.ts';

/** What to list. */
export interface DocumentList {
  readonly where?: unknown;
  readonly sort?: readonly string[] | undefined;
  readonly limit: number;
  readonly cursor?: string | undefined;
  readonly fields?: readonly string[] | undefined;
  readonly include?: readonly string[] | undefined;
  readonly total?: boolean | undefined;
}

/** A page of documents. */
export interface DocumentPage {
  readonly items: WireDocument[];
  readonly nextCursor: string | null;
  readonly total?: number;
}

const ITEMS = Buffer.from('{"items":');

/** Kept as long as the collection's compiled definition is. */
const writers = new WeakMap<CompiledCollection, { readonly client?: BsonToJson; readonly server?: BsonToJson }>();

const FIELD_PATH = /^[A-Za-z][A-Za-z0-9_]*(?:\.[A-Za-z0-9_]+){0,7}$/;

/** What is asked of the surroundings. */
export interface QueriesOptions {
  readonly collections: Collections;
  readonly includes: Includes;
  readonly indexAdvisor: IndexAdvisor;
  readonly settings: DataSettings;
}

/** Reads of many documents. The rules are part of each query, so nothing about other documents can be learned from any of them. */
export function createQueries(frame: Frame, { collections, includes, indexAdvisor, settings }: QueriesOptions) {
  const { store } = frame;

  async function readable(context: ProjectContext, name: string): Promise<Readable> {
    const collection = collections.peek(context, name) ?? (await collections.compiled(context, name));
    return { collection, isClient: rulesApplyTo(context.principal), filter: authorize(collection, 'list', context.principal).filter };
  }

  const searches = createSearches(frame, { readable, settings });

  const filterOf = ({ collection, isClient, filter }: Readable, where: unknown): MongoFilter =>
    both(compileFilter(parseWhere(collection, where, isClient), {}, { storedPath }), filter);

  /** What a query finds and in which order: that of its `sort`, or the best first where it searches. */
  async function pageQuery(context: ProjectContext, asked: Readable, query: DocumentList) {
    const { collection, isClient } = asked;
    const { condition, search } = await searches.resolve(context, asked, query.where);
    const filter = both(compileFilter(condition, {}, { storedPath }), asked.filter);
    if (search === 'near' && query.total === true) throw invalidInput(undefined, { issues: [NO_TOTAL] });
    if (search !== null && query.sort === undefined) return bestFirst(collection, query, { filter, search });
    const sort = sortOf(collection, query.sort, isClient);
    const page =
      query.cursor === undefined
        ? filter
        : both(filter, { $and: [afterCursor(query.cursor, sort, (field) => isUniform(collection, field))] });
    const find = { filter: page, sort, limit: query.limit + 1, ...projectionOf(collection, query.fields, sort) };
    return { filter, sort, find, isPaged: true };
  }

  /** The best answers of a search: there is no place between two of them at which a next page could begin. */
  function bestFirst(collection: CompiledCollection, query: DocumentList, { filter, search }: { filter: MongoFilter; search: Search }) {
    if (query.cursor !== undefined) throw invalidInput(undefined, { issues: [NO_PAGES] });
    const order = search === 'text' ? { sort: [['_score', { $meta: 'textScore' }]] as const } : {};
    const find = { filter, ...order, limit: query.limit + 1, ...projectionOf(collection, query.fields, []) };
    return { filter, sort: [], find, isPaged: false };
  }

  /** Runs a query and notes it when it was slow. */
  async function timed<T>(context: ProjectContext, name: string, { query, run }: TimedQuery<T>): Promise<T> {
    const started = performance.now();
    try {
      return await run();
    } finally {
      const ms = performance.now() - started;
      if (ms >= indexAdvisor.slowMs) indexAdvisor.noteQuery(context, name, { shape: shapeOfQuery(query.filter, query.sort), ms });
    }
  }

  /** A page of documents in a stable order. @throws ruleDenied, fieldNotReadable, invalidInput, includeNotPossible */
  async function list(context: ProjectContext, name: string, query: DocumentList): Promise<DocumentPage> {
    const asked = await readable(context, name);
    const { filter, sort, find, isPaged } = await pageQuery(context, asked, query);
    const rows = store.documents(context, name);
    const [found, total] = await Promise.all([
      timed(context, name, { query: { filter, sort }, run: () => searching(isPaged, () => rows.find(find)) }),
      query.total === true ? rows.count(filter) : undefined,
    ]);
    const documents = found.slice(0, query.limit);
    const last = documents.at(-1);
    const view = viewOf(asked.collection, asked.isClient, query.fields);
    const items = documents.map((document) => toWire(document, view));
    return {
      items: query.include === undefined ? items : await includes.expand(context, name, { documents: items, paths: query.include }),
      nextCursor: isPaged && found.length > query.limit && last !== undefined ? encodeCursor(last, sort) : null,
      ...(total === undefined ? {} : { total }),
    };
  }

  /** Writers learn the names of a collection's fields: one per version of it, for those who see all of it. */
  function writerOf({ collection, isClient }: Readable, fields: readonly string[] | undefined): BsonToJson {
    const view = viewOf(collection, isClient, fields);
    if (fields !== undefined) return new BsonToJson(view);
    const known = writers.get(collection)?.[isClient ? 'client' : 'server'];
    if (known !== undefined) return known;
    const writer = new BsonToJson(view);
    writers.set(collection, { ...writers.get(collection), [isClient ? 'client' : 'server']: writer });
    return writer;
  }

  /** @throws aggregationNotPossible for what mongod refuses in a pipeline that we let through */
  async function aggregate(context: ProjectContext, name: string, stages: readonly object[]): Promise<Record<string, unknown>[]> {
    try {
      const rows = await store.documents(context, name).aggregate(stages, settings.answerMaxBytes);
      if (rows === null) throw aggregationTooLarge({ what: 'bytes of answer', allowed: settings.answerMaxBytes });
      return rows;
    } catch (error) {
      if (error instanceof QueryRefusedError) throw aggregationNotPossible(undefined, { cause: error });
      throw error;
    }
  }

  return {
    list,

    /** The same as JSON, written from the database's bytes where nothing has to be done with the documents. */
    async listJson(context: ProjectContext, name: string, query: DocumentList): Promise<Buffer | DocumentPage> {
      if (query.include !== undefined || query.total === true) return list(context, name, query);
      const asked = await readable(context, name);
      if (asked.collection.hiddenIn !== null || asked.collection.computed.size > 0) return list(context, name, query);
      const { find, filter, sort, isPaged } = await pageQuery(context, asked, query);
      const run = () => searching(isPaged, () => store.documents(context, name).findJson(find, writerOf(asked, query.fields)));
      const page = await timed(context, name, { query: { filter, sort }, run });
      if (page === null) return list(context, name, query);
      const cursor = isPaged && page.hasMore && page.last !== null ? JSON.stringify(encodeCursor(page.last, sort)) : 'null';
      return Buffer.concat([ITEMS, page.items, Buffer.from(`,"nextCursor":${cursor}}`)]);
    },

    /** How many documents there are: exactly, or from the metadata where no rule and no condition divides them. */
    async count(context: ProjectContext, name: string, { where, estimated }: CountBody): Promise<number> {
      const asked = await readable(context, name);
      const filter = filterOf(asked, where);
      const rows = store.documents(context, name);
      return estimated === true && Object.keys(filter).length === 0 ? rows.estimatedCount() : rows.count(filter);
    },

    /** The documents of all collections, by their metadata. */
    async countAll(context: ProjectContext): Promise<number> {
      const all = await collections.list(context);
      const counts = await Promise.all(all.map(({ name }) => store.documents(context, name).estimatedCount()));
      return counts.reduce((sum, count) => sum + count, 0);
    },

    /** The different values of a field in their order, those of arrays one by one. @throws fieldNotReadable, invalidInput */
    async distinct(
      context: ProjectContext,
      name: string,
      { field, where }: DistinctBody,
    ): Promise<{ values: unknown[]; isComplete: boolean }> {
      const asked = await readable(context, name);
      if (!FIELD_PATH.test(field))
        throw invalidInput(undefined, { issues: [{ path: 'field', code: 'invalid_field', message: 'Name a field.' }] });
      if (asked.isClient) refuseHidden(asked.collection, field);
      const path = `$${storedPath(field)}`;
      const max = settings.distinctMaxValues;
      const stages = [
        { $match: filterOf(asked, where) },
        { $project: { _id: 0, value: path } },
        { $unwind: '$value' },
        { $group: { _id: '$value' } },
        { $sort: { _id: 1 } },
        { $limit: max + 1 },
      ];
      const rows = await aggregate(context, name, stages);
      return { values: rows.slice(0, max).map((row) => row['_id']), isComplete: rows.length <= max };
    },

    /** Runs a pipeline over what the caller may read. @throws stageNotAllowed, aggregationTooLarge, aggregationNotPossible, fieldNotReadable */
    async aggregate(
      context: ProjectContext,
      name: string,
      pipeline: readonly Record<string, unknown>[],
    ): Promise<Record<string, unknown>[]> {
      const max = settings.aggregateMaxRows;
      const asked = await readable(context, name);
      const stages = await buildPipeline(asked, pipeline, {
        maxStages: settings.aggregateMaxStages,
        readable: (from) => readable(context, from),
      });
      const rows = await aggregate(context, name, [...stages, { $limit: max + 1 }]);
      if (rows.length > max) throw aggregationTooLarge({ what: 'rows', allowed: max });
      return rows;
    },
  };
}
export type Queries = ReturnType<typeof createQueries>;

/** A query with what an index would have to serve. */
interface TimedQuery<T> {
  readonly query: { readonly filter: MongoFilter; readonly sort: readonly SortTerm[] };
  readonly run: () => Promise<T>;
}

const NO_PAGES = {
  path: 'cursor',
  code: 'not_paged',
  message: 'A search has its best answers only. Give a sort to page through all of them.',
};
const NO_TOTAL = { path: 'total', code: 'not_counted', message: 'What is near is not counted. Use $within with a circle.' };

/** An index that a search needs may still be building. @throws indexMissing */
async function searching<T>(isPaged: boolean, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    if (isPaged || !(error instanceof QueryRefusedError)) throw error;
    throw indexMissing({ operator: 'This search', kind: 'text or 2dsphere' }, { cause: error });
  }
}

/** Only what is shown, and what the order and the cursor need. */
function projectionOf(
  { needed }: CompiledCollection,
  fields: readonly string[] | undefined,
  sort: readonly SortTerm[],
): { fields?: string[] } {
  if (fields === undefined) return {};
  const wanted = [...fields, ...needed, ...sort.map(([field]) => field), 'createdAt', 'updatedAt', 'version'];
  return { fields: [...new Set(wanted.map((field) => field.split('.')[0] ?? field).filter((field) => FIELD_PATH.test(field)))] };
}

function sortOf(collection: CompiledCollection, texts: readonly string[] | undefined, isClient: boolean): SortTerm[] {
  if (texts !== undefined && !Array.isArray(texts)) throw invalidInput();
  const sort = parseSort(texts ?? []);
  for (const [field] of sort) {
    if (isClient) refuseHidden(collection, field);
    refuseComputed(collection, field, 'sort');
  }
  refuseUnordered(collection, sort);
  return sort;
}
