import { compileFilter, equalityTermsOf } from '@mainstay/conditions';
import type { ProjectContext } from '@mainstay/kernel';
import { Problem, rulesApplyTo } from '@mainstay/kernel';
import type { Frame } from '@mainstay/host';
import type { Collections } from '../collections/collections.service.ts';
import { authorize, both, storedPath } from '../rules/authorize.ts';
import { mayRead } from '../rules/may-read.ts';
import { upsertNeedsUnique } from './documents.problems.ts';
import type { UpsertBody } from './documents.schema.ts';
import type { Documents } from './documents.service.ts';
import { parseWhere } from './parse-where.ts';
import type { WireDocument } from './to-wire.ts';

/** A creation that lost a race finds the winner's document; losing again means that the document may not be seen. */
const TRIES = 3;
/** What a loser of a race meets: somebody created the document meanwhile, or deleted it. */
const RACES = new Set(['unique_violation', 'document_exists', 'document_not_found']);

/** Changes the one document with certain values, or creates it. */
export function createUpsert({ store }: Frame, { collections, documents }: { collections: Collections; documents: Documents }) {
  /** The id of the document that matches, that the caller may change, and that it may read: the condition would be a question about others. */
  async function find(context: ProjectContext, name: string, where: unknown): Promise<string | null> {
    const collection = await collections.compiled(context, name);
    const condition = parseWhere(collection, where, rulesApplyTo(context.principal));
    const named = new Set(equalityTermsOf(condition)?.map(({ field }) => field));
    if (!collection.uniqueKeys.some((key) => key.every((field) => named.has(field)))) throw upsertNeedsUnique({ collection: name });
    const { filter } = authorize(collection, 'update', context.principal);
    const wanted = both(compileFilter(condition, {}, { storedPath }), filter);
    const [found] = await store.documents(context, name).find({ filter: wanted, limit: 1 });
    return found !== undefined && mayRead(context, collection, found) ? found._id : null;
  }

  async function attempt(context: ProjectContext, name: string, body: UpsertBody): Promise<{ document: WireDocument; isNew: boolean }> {
    const id = await find(context, name, body.where);
    if (id === null) return { document: await documents.create(context, name, { input: body.create }), isNew: true };
    return { document: await documents.update(context, { collection: name, id }, { input: body.update ?? body.create }), isNew: false };
  }

  return {
    /**
     * Updates the document that `where` finds, or creates one. `where` must fix all fields of a unique index (or the id), so that two at
     * the same time make one document.
     * @throws upsertNeedsUnique, ruleDenied, invalidInput, uniqueViolation
     */
    async run(context: ProjectContext, name: string, body: UpsertBody): Promise<{ document: WireDocument; isNew: boolean }> {
      for (let tried = 1; ; tried += 1) {
        try {
          return await attempt(context, name, body);
        } catch (error) {
          if (!(error instanceof Problem && RACES.has(error.code)) || tried >= TRIES) throw error;
        }
      }
    },
  };
}
export type Upsert = ReturnType<typeof createUpsert>;
