import type { Frame } from '@mainstay/host';
import type { ProjectContext } from '@mainstay/kernel';
import { nameOf } from '@mainstay/kernel';
import type { StoredDocument, TransactionSession } from '@mainstay/store';
import type { CompiledCollection } from '../collections/compile-collection.ts';
import type { DataSettings } from '../data.settings.ts';
import type { RevisionCause, RevisionRow } from './history.model.ts';
import { RevisionKind, TrashKind } from './history.model.ts';

const DAY_MS = 86_400_000;

/** A write to keep a trace of. */
interface Trace {
  readonly kind: RevisionCause;
  readonly document: StoredDocument;
  readonly session: TransactionSession | undefined;
}

/** Keeps what writes leave behind, in the transaction of the write: versions and deleted documents, where a collection wants them. */
export function createTraces({ store, clock }: Frame, settings: DataSettings) {
  async function written(context: ProjectContext, collection: CompiledCollection, { kind, document, session }: Trace): Promise<void> {
    if (!collection.keepsHistory || session === undefined) return;
    const at = clock.now();
    const row: RevisionRow = {
      id: `${collection.name}:${document._id}:${document.version}`,
      collection: collection.name,
      document: document._id,
      version: document.version,
      cause: kind,
      at: new Date(at),
      by: nameOf(context.principal),
      snapshot: document,
      expiresAt: new Date(at + settings.historyDays * DAY_MS),
    };
    // Upserted: a document that was deleted for good and made again under its id starts its versions anew.
    const { id, ...fields } = row;
    await store.kind(context, RevisionKind).update({ id }, { $set: fields }, { upsert: true, session });
  }

  return {
    /** Stores the version that a write made. Does nothing where no history is kept. */
    written,

    /** Stores what was deleted. Call it in the transaction of the deletion. */
    async deleted(context: ProjectContext, collection: CompiledCollection, { document, session }: Omit<Trace, 'kind'>): Promise<void> {
      await written(context, collection, { kind: 'deleted', document: { ...document, version: document.version + 1 }, session });
      if (!collection.keepsDeleted || session === undefined) return;
      const deletedAt = clock.now();
      const row = {
        collection: collection.name,
        document,
        deletedAt: new Date(deletedAt),
        by: nameOf(context.principal),
        expiresAt: new Date(deletedAt + settings.trashDays * DAY_MS),
      };
      await store.kind(context, TrashKind).update({ id: `${collection.name}:${document._id}` }, { $set: row }, { upsert: true, session });
    },
  };
}
export type Traces = ReturnType<typeof createTraces>;
