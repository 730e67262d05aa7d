import type { MongoFilter } from '@mainstay/conditions';
import type { Frame } from '@mainstay/host';
import type { ProjectContext } from '@mainstay/kernel';
import { Problem } from '@mainstay/kernel';
import type { StoredDocument } from '@mainstay/store';
import type { Collections } from '../collections/collections.service.ts';
import type { Collection } from '../collections/collections.schema.ts';
import type { Documents } from '../documents/documents.service.ts';
import { RevisionKind, TrashKind } from '../history/history.model.ts';
import type { UserReference } from './references-to-users.ts';
import { referencesToUsers } from './references-to-users.ts';

const SLICE = 50;
/** Stands where a user was and something has to stand. */
const NOBODY = 'deleted-user';

/** Whose documents, and who gets them; null where their owner is deleted. */
export interface OwnerChange {
  readonly userId: string;
  readonly intoId: string | null;
  /** Where an earlier run ended. */
  readonly cursor: string | null;
}

/** How far a run came; a null cursor is the end. */
export interface OwnerProgress {
  readonly cursor: string | null;
  readonly changed: number;
  readonly failed: number;
}

interface Place {
  readonly collection: string;
  readonly after: string;
}

/**
 * What becomes of the documents of a user who is deleted or merged. A user's are those that name them in a reference to `users` or in
 * `owner`. Each document is changed by itself, and a change that comes twice changes nothing: a run that died is simply begun again.
 */
export function createOwners({ store }: Frame, { collections, documents }: { collections: Collections; documents: Documents }) {
  async function next(context: ProjectContext, { collection, after }: Place, filter: MongoFilter): Promise<StoredDocument[]> {
    const page = { $and: [filter, { _id: { $gt: after } }] };
    return store.documents(context, collection).find({ filter: page, sort: [['_id', 1]], limit: SLICE });
  }

  async function purge(context: ProjectContext, collection: string, id: string): Promise<void> {
    await documents.delete(context, { collection, id });
    // Gone is gone: not in the trash, and not in the versions from before.
    await store.kind(context, TrashKind).deleteMany({ collection, 'document._id': id });
    await store.kind(context, RevisionKind).deleteMany({ collection, document: id });
  }

  async function change(
    context: ProjectContext,
    { collection, document, references }: { collection: Collection; document: StoredDocument; references: readonly UserReference[] },
    { userId, intoId }: OwnerChange,
  ): Promise<void> {
    const { name } = collection;
    const isOwned = references.some(({ field, isList }) => !isList && document[field] === userId);
    if (intoId === null && collection.onUserDelete === 'delete' && isOwned) return purge(context, name, document._id);
    const input = { ...patchOf(document, references, { userId, intoId }), ...aclOf(document, { userId, intoId }) };
    if (Object.keys(input).length > 0) await documents.update(context, { collection: name, id: document._id }, { input });
  }

  return {
    /** Works on the documents until the time is up. */
    async run(context: ProjectContext, wanted: OwnerChange, isTimeUp: () => boolean): Promise<OwnerProgress> {
      const from: Place = wanted.cursor === null ? { collection: '', after: '' } : (JSON.parse(wanted.cursor) as Place);
      const all = [...(await collections.list(context))].sort((a, b) => (a.name < b.name ? -1 : 1));
      let [changed, failed] = [0, 0];
      for (const collection of all.filter(({ name }) => name >= from.collection)) {
        const references = referencesToUsers(collection.fields);
        const filter = filterOf(collection, references, wanted);
        let after = collection.name === from.collection ? from.after : '';
        while (filter !== null) {
          const found = await next(context, { collection: collection.name, after }, filter);
          for (const document of found) {
            try {
              await change(context, { collection, document, references }, wanted);
              changed += 1;
            } catch (error) {
              // One that can't be changed keeps the others from nothing; it is counted.
              if (!(error instanceof Problem) || error.status >= 500) throw error;
              failed += 1;
            }
            after = document._id;
          }
          if (found.length < SLICE) break;
          if (isTimeUp()) return { cursor: JSON.stringify({ collection: collection.name, after }), changed, failed };
        }
      }
      return { cursor: null, changed, failed };
    },
  };
}
export type Owners = ReturnType<typeof createOwners>;

/** Which documents are concerned; null for none. */
function filterOf(collection: Collection, references: readonly UserReference[], { userId, intoId }: OwnerChange): MongoFilter | null {
  if (intoId === null && collection.onUserDelete === 'keep') return null;
  const named = references.map(({ field }) => ({ [field]: userId }));
  const inAcl = intoId === null ? [] : (['acl.read', 'acl.write'] as const).map((path) => ({ [path]: `user:${userId}` }));
  return named.length + inAcl.length === 0 ? null : { $or: [...named, ...inAcl] };
}

function patchOf(
  document: StoredDocument,
  references: readonly UserReference[],
  { userId, intoId }: Pick<OwnerChange, 'userId' | 'intoId'>,
): Record<string, unknown> {
  const patch: Record<string, unknown> = {};
  for (const { field, isList, isRequired } of references) {
    const value = document[field];
    if (!isList && value === userId) patch[field] = intoId ?? (isRequired ? NOBODY : null);
    else if (isList && Array.isArray(value) && value.includes(userId)) {
      const others = value.filter((one) => one !== userId && one !== intoId) as unknown[];
      patch[field] = intoId === null ? others : [...others, intoId];
    }
  }
  return patch;
}

function aclOf({ acl }: StoredDocument, { userId, intoId }: Pick<OwnerChange, 'userId' | 'intoId'>): { acl?: object } {
  const gone = `user:${userId}`;
  if (acl === undefined || ![...(acl.read ?? []), ...(acl.write ?? [])].includes(gone)) return {};
  const renamed = (names: readonly string[]): string[] => [
    ...new Set(names.flatMap((name) => (name === gone ? (intoId === null ? [] : [`user:${intoId}`]) : [name]))),
  ];
  return { acl: Object.fromEntries(Object.entries(acl).map(([half, names]) => [half, renamed(names)])) };
}
