import type { ProjectContext } from '@mainstay/kernel';
import { Problem, rulesApplyTo } from '@mainstay/kernel';
import type { Frame } from '@mainstay/host';
import type { Collections } from '../collections/collections.service.ts';
import type { CompiledCollection } from '../collections/compile-collection.ts';
import type { DataSettings } from '../data.settings.ts';
import type { WireDocument } from '../documents/to-wire.ts';
import { toWire, viewOf } from '../documents/to-wire.ts';
import { authorize, both } from '../rules/authorize.ts';
import type { IncludeTree } from './parse-include.ts';
import { parseInclude, targetOf } from './parse-include.ts';
import { aggregationTooLarge, includeNotPossible } from './queries.problems.ts';

type Fields = Readonly<Record<string, unknown>>;

/** Loads what other rooms keep (e.g. users), as far as any caller who holds a reference may see it. */
export type ForeignLoader = (context: ProjectContext, ids: readonly string[]) => Promise<ReadonlyMap<string, Fields>>;

/** What lies at one level: documents of one collection, and which references to follow from them. */
interface Level {
  readonly collection: CompiledCollection;
  readonly documents: Fields[];
  readonly tree: IncludeTree;
}

/** Puts the documents that references point to in the place of their ids: one query per level and collection. */
export function createIncludes({ store }: Frame, collections: Collections, settings: DataSettings) {
  const foreign = new Map<string, ForeignLoader>();

  /** The documents by id as far as the caller may get them; what is missing and what is denied look the same. */
  async function load(context: ProjectContext, collection: CompiledCollection, ids: readonly string[]): Promise<Map<string, Fields>> {
    try {
      const grant = authorize(collection, 'get', context.principal);
      const filter = both({ _id: { $in: ids } }, grant.filter);
      const found = await store.documents(context, collection.name).find({ filter, limit: ids.length });
      const view = viewOf(collection, rulesApplyTo(context.principal), undefined);
      return new Map(found.map((document) => [document._id, toWire(document, view)]));
    } catch (error) {
      if (error instanceof Problem && error.code === 'rule_denied') return new Map();
      throw error;
    }
  }

  /** Refuses paths that lead nowhere before anything is read. @throws includeNotPossible, fieldNotReadable, collectionNotFound */
  async function check(context: ProjectContext, collection: CompiledCollection, tree: IncludeTree): Promise<void> {
    for (const [field, below] of tree) {
      const target = targetOf(collection, field, rulesApplyTo(context.principal));
      if (!foreign.has(target)) await check(context, await collections.compiled(context, target), below);
      else if (below.size > 0) throw includeNotPossible({ path: field, reason: `${target} has no references of its own.` });
    }
  }

  /** Follows one field of a level; what it found is the next level. */
  async function follow(context: ProjectContext, level: Level, field: string): Promise<Level | null> {
    const target = targetOf(level.collection, field, rulesApplyTo(context.principal));
    const ids = [...new Set(level.documents.flatMap((document) => idsIn(document[field])))];
    if (ids.length > settings.includeMaxDocuments)
      throw aggregationTooLarge({ what: 'included documents', allowed: settings.includeMaxDocuments });
    if (ids.length === 0) return null;
    const loader = foreign.get(target);
    const collection = loader === undefined ? await collections.compiled(context, target) : null;
    const found = collection === null ? await loader?.(context, ids) : await load(context, collection, ids);
    refuseLarge(level.documents, field, found ?? new Map());
    const copies = new Map([...(found ?? [])].map(([id, document]) => [id, { ...document }]));
    for (const document of level.documents) replaceIds(document as Record<string, unknown>, field, copies);
    const tree = level.tree.get(field);
    return collection === null || tree === undefined || tree.size === 0 ? null : { collection, documents: [...copies.values()], tree };
  }

  /** A document that is referred to often is written as often. @throws aggregationTooLarge */
  function refuseLarge(documents: readonly Fields[], field: string, found: ReadonlyMap<string, Fields>): void {
    const sizes = new Map([...found].map(([id, document]) => [id, JSON.stringify(document).length]));
    let bytes = 0;
    for (const id of documents.flatMap((document) => idsIn(document[field]))) bytes += sizes.get(id) ?? 0;
    if (bytes > settings.answerMaxBytes)
      throw aggregationTooLarge({ what: 'bytes of included documents', allowed: settings.answerMaxBytes });
  }

  async function expandLevel(context: ProjectContext, level: Level): Promise<void> {
    const next = await Promise.all([...level.tree.keys()].map((field) => follow(context, level, field)));
    await Promise.all(next.flatMap((one) => (one === null ? [] : [expandLevel(context, one)])));
  }

  return {
    /** Lets another room answer for the references to a name, e.g. `users`. */
    offer(collection: string, load: ForeignLoader): void {
      foreign.set(collection, load);
    },

    /**
     * The documents with references replaced by what they point to, up to three levels deep. A reference whose document is gone
     * or may not be seen stays an id.
     * @throws includeNotPossible, fieldNotReadable, aggregationTooLarge
     */
    async expand(
      context: ProjectContext,
      name: string,
      request: { documents: readonly WireDocument[]; paths: readonly string[] },
    ): Promise<WireDocument[]> {
      const copies = request.documents.map((document) => ({ ...document }));
      const collection = await collections.compiled(context, name);
      const tree = parseInclude(request.paths);
      await check(context, collection, tree);
      await expandLevel(context, { collection, documents: copies, tree });
      return copies;
    },
  };
}
export type Includes = ReturnType<typeof createIncludes>;

function idsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return Array.isArray(value) ? value.filter((one): one is string => typeof one === 'string') : [];
}

function replaceIds(document: Record<string, unknown>, field: string, found: ReadonlyMap<string, Fields>): void {
  const replaced = (value: unknown): unknown => (typeof value === 'string' ? (found.get(value) ?? value) : value);
  const value = document[field];
  if (value !== undefined) document[field] = Array.isArray(value) ? value.map(replaced) : replaced(value);
}
