import type { ProjectContext } from '@mainstay/kernel';
import { Problem, rulesApplyTo } from '@mainstay/kernel';
import type { Frame } from '@mainstay/host';
import type { StoredDocument } from '@mainstay/store';
import type { Collections } from '../collections/collections.service.ts';
import type { WireDocument } from '../documents/to-wire.ts';
import { toWire, viewOf } from '../documents/to-wire.ts';
import { authorize, both } from '../rules/authorize.ts';
import { ruleDenied } from '../rules/rules.problems.ts';

/** A collection as one caller may keep a copy of it: what its `list` rule shows. */
export interface SyncSource {
  readonly name: string;
  /** What decides about documents and fields; another text makes copies void. */
  readonly reading: string;
  /** Whether the caller may list the document. */
  readonly allows: (document: StoredDocument) => boolean;
  /** Documents that the caller may list, by id, after an id. */
  readonly page: (after: string | null, limit: number) => Promise<readonly StoredDocument[]>;
  /** The documents of these ids as they are now, those that are there, whoever may see them: one read. */
  readonly current: (ids: readonly string[]) => Promise<ReadonlyMap<string, StoredDocument>>;
  readonly toWire: (document: StoredDocument) => WireDocument;
}

/** Finds what a caller may keep a copy of. */
export function createSyncSources({ store }: Frame, collections: Collections) {
  async function sourceOf(context: ProjectContext, name: string): Promise<SyncSource | null> {
    const collection = await collections.compiled(context, name);
    const grant = grantOf(() => authorize(collection, 'list', context.principal));
    if (grant === null) return null;
    const rows = store.documents(context, name);
    const view = viewOf(collection, rulesApplyTo(context.principal), undefined);
    return {
      name,
      reading: collection.reading,
      allows: grant.allows,
      page: (after, limit) =>
        rows.find({ filter: both(grant.filter, after === null ? null : { _id: { $gt: after } }), sort: [['_id', 1]], limit }),
      async current(ids) {
        if (ids.length === 0) return new Map();
        const found = await rows.find({ filter: { _id: { $in: [...ids] } } });
        return new Map(found.map((document) => [document._id, document]));
      },
      toWire: (document) => toWire(document, view),
    };
  }

  /** The named collections, or all, without those that the caller may not list. @throws collectionNotFound for a name that is none */
  return async (context: ProjectContext, names: readonly string[] | undefined): Promise<SyncSource[]> => {
    const wanted = names ?? (await collections.list(context)).map(({ name }) => name);
    const sources = await Promise.all(wanted.map((name) => sourceOf(context, name)));
    return sources.filter((source) => source !== null);
  };
}
export type SyncSources = ReturnType<typeof createSyncSources>;

function grantOf<Grant>(authorizing: () => Grant): Grant | null {
  try {
    return authorizing();
  } catch (error) {
    if (error instanceof Problem && error.code === ruleDenied.definition.code) return null;
    throw error;
  }
}
