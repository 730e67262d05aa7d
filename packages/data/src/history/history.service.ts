import type { Frame } from '@mainstay/host';
import type { ProjectContext } from '@mainstay/kernel';
import { nameOf, Problem, rulesApplyTo } from '@mainstay/kernel';
import type { StoredDocument } from '@mainstay/store';
import { pageOf } from '@mainstay/store';
import type { Collections } from '../collections/collections.service.ts';
import type { CompiledCollection } from '../collections/compile-collection.ts';
import type { Operation } from '../collections/collections.schema.ts';
import { documentNotFound } from '../documents/documents.problems.ts';
import { refusingTaken } from '../documents/taken-values.ts';
import type { DocumentAddress, Documents } from '../documents/documents.service.ts';
import type { WireDocument } from '../documents/to-wire.ts';
import { toWire, viewOf } from '../documents/to-wire.ts';
import { authorizeOne } from '../rules/authorize.ts';
import type { FieldChange } from './diff-documents.ts';
import { diffDocuments } from './diff-documents.ts';
import type { RevisionRow } from './history.model.ts';
import { RevisionKind, TrashKind } from './history.model.ts';
import { historyOff, notInTrash, revisionNotFound } from './history.problems.ts';
import type { Traces } from './traces.service.ts';

/** A version without its document. */
export interface RevisionSummary {
  readonly version: number;
  readonly cause: RevisionRow['cause'];
  readonly at: string;
  readonly by: string;
  readonly changes: FieldChange[];
}

/** Which page. */
export interface PageRequest {
  readonly limit: number;
  readonly cursor?: string | undefined;
}

/** What the history needs besides the frame. */
export interface HistoryOptions {
  readonly collections: Collections;
  readonly documents: Documents;
  readonly traces: Traces;
}

/** Versions of documents and deleted documents, under the rules of their collection: a version that the caller may not see is not there. */
export function createHistory({ store, clock }: Frame, { collections, documents, traces }: HistoryOptions) {
  const revisionsOf = (context: ProjectContext) => store.kind(context, RevisionKind);

  function may(context: ProjectContext, collection: CompiledCollection, operation: Operation) {
    return (document: StoredDocument): boolean => {
      try {
        return authorizeOne(collection, operation, context.principal)(document);
      } catch (error) {
        if (error instanceof Problem) return false;
        throw error;
      }
    };
  }

  /** The collection, when the caller may see the document as it is now. */
  async function opened(context: ProjectContext, address: DocumentAddress): Promise<CompiledCollection> {
    const collection = await collections.compiled(context, address.collection);
    if (rulesApplyTo(context.principal)) {
      const current = await store.documents(context, collection.name).get(address.id);
      if (current === null || !may(context, collection, 'get')(current)) throw documentNotFound(address);
    }
    if (!collection.keepsHistory) throw historyOff({ collection: collection.name });
    return collection;
  }

  const wireOf = (context: ProjectContext, collection: CompiledCollection, row: RevisionRow): WireDocument =>
    toWire(row.snapshot, viewOf(collection, rulesApplyTo(context.principal), undefined));

  function summary(row: RevisionRow, after: WireDocument, before: WireDocument | null): RevisionSummary {
    const { version, cause, at, by } = row;
    return { version, cause, at: at.toISOString(), by, changes: cause === 'deleted' ? [] : diffDocuments(before ?? {}, after) };
  }

  async function versionOf(context: ProjectContext, collection: CompiledCollection, address: DocumentAddress & { version: number }) {
    const row = await revisionsOf(context).get(`${collection.name}:${address.id}:${address.version}`);
    if (row === null || !may(context, collection, 'get')(row.snapshot)) throw revisionNotFound({ version: address.version });
    return row;
  }

  return {
    /** The versions of a document, newest first, each with what it changed. @throws documentNotFound, historyOff */
    async list(context: ProjectContext, address: DocumentAddress, page: PageRequest) {
      const collection = await opened(context, address);
      const filter = { collection: collection.name, document: address.id };
      const { items, nextCursor } = await pageOf(revisionsOf(context), { filter, sort: ['version', -1], ...page });
      const oldest = items.at(-1);
      const before =
        oldest === undefined
          ? null
          : await revisionsOf(context).findOne({ ...filter, version: { $lt: oldest.version } }, { sort: { version: -1 } });
      const isVisible = may(context, collection, 'get');
      const visible = [...items, ...(before === null ? [] : [before])].filter((row) => isVisible(row.snapshot));
      const wires = visible.map((row) => wireOf(context, collection, row));
      const shown = visible.flatMap((row, position) => {
        const wire = wires[position];
        return row === before || wire === undefined ? [] : [summary(row, wire, wires[position + 1] ?? null)];
      });
      return { items: shown, nextCursor };
    },

    /** One version with its document. @throws documentNotFound, historyOff, revisionNotFound */
    async get(context: ProjectContext, address: DocumentAddress & { version: number }) {
      const collection = await opened(context, address);
      const row = await versionOf(context, collection, address);
      const filter = { collection: collection.name, document: address.id, version: { $lt: row.version } };
      const before = await revisionsOf(context).findOne(filter, { sort: { version: -1 } });
      const isShown = before !== null && may(context, collection, 'get')(before.snapshot);
      const document = wireOf(context, collection, row);
      return { ...summary(row, document, isShown ? wireOf(context, collection, before) : null), document };
    },

    /** Makes the document what it was in a version, as a new version. @throws documentNotFound, historyOff, revisionNotFound, invalidInput */
    async revert(context: ProjectContext, address: DocumentAddress & { version: number }): Promise<WireDocument> {
      const collection = await opened(context, address);
      const { snapshot } = await versionOf(context, collection, address);
      const { _id: _i, createdAt: _c, updatedAt: _u, version: _v, ...input } = snapshot;
      return (await documents.replace(context, address, { input })).document;
    },

    /** What lies in the trash of a collection, the latest first. */
    async trash(context: ProjectContext, name: string, page: PageRequest) {
      const collection = await collections.compiled(context, name);
      const found = await pageOf(store.kind(context, TrashKind), { filter: { collection: name }, sort: ['deletedAt', -1], ...page });
      const view = viewOf(collection, rulesApplyTo(context.principal), undefined);
      const items = found.items.map(({ document, deletedAt, by }) => ({
        document: toWire(document, view),
        deletedAt: deletedAt.toISOString(),
        by,
      }));
      return { items, nextCursor: found.nextCursor };
    },

    /** Puts a deleted document back. A client may restore what it deleted itself and may still delete. @throws notInTrash, documentExists, uniqueViolation */
    async restore(context: ProjectContext, { collection: name, id }: DocumentAddress): Promise<WireDocument> {
      const collection = await collections.compiled(context, name);
      const trash = store.kind(context, TrashKind);
      const row = await trash.get(`${name}:${id}`);
      // What somebody else deleted, a moderator for example, stays deleted for the owner.
      const isOwn = !rulesApplyTo(context.principal) || row?.by === nameOf(context.principal);
      if (row === null || !isOwn || !may(context, collection, 'delete')(row.document)) throw notInTrash({ id });
      const document = { ...row.document, version: row.document.version + 2, updatedAt: new Date(clock.now()) };
      const restoring = store.transaction(async (session) => {
        if ((await trash.delete({ id: row.id, deletedAt: row.deletedAt }, { session })) === 0) throw notInTrash({ id });
        await store.documents(context, name).insert(document, session);
        await traces.written(context, collection, { kind: 'restored', document, session });
      });
      await refusingTaken(collection, rulesApplyTo(context.principal), () => restoring);
      const isShown = may(context, collection, 'get')(document);
      return toWire(document, viewOf(collection, rulesApplyTo(context.principal), isShown ? undefined : []));
    },
  };
}
export type History = ReturnType<typeof createHistory>;
