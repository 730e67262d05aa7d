import type { Frame } from '@mainstay/host';
import type { ProjectContext } from '@mainstay/kernel';
import { Problem } from '@mainstay/kernel';
import type { TransactionSession } from '@mainstay/store';
import { checkNewDocument } from '../documents/check-document.ts';
import type { Collections } from '../collections/collections.service.ts';
import type { Documents } from '../documents/documents.service.ts';
import { reasonOf } from '../documents/reason-of.ts';
import type { ImportChunkRow, ImportError, ImportRow } from './transfer.model.ts';
import { ImportChunkKind, ImportKind } from './transfer.model.ts';

type Row = Readonly<Record<string, unknown>>;
type Outcome = 'created' | 'updated' | 'skipped';

/** What was done with some rows of a chunk. */
interface Tally {
  created: number;
  updated: number;
  skipped: number;
  failed: number;
  createdIds: string[];
  errors: ImportError[];
}

/** Another worker has done this already. */
class TakenError extends Error {}

/** Problems that MongoDB tells of a write: inside a transaction they end it, so the rows are then written one by one. */
const ENDS_TRANSACTION = new Set(['unique_violation', 'document_exists', 'update_not_possible']);

const emptyTally = (): Tally => ({ created: 0, updated: 0, skipped: 0, failed: 0, createdIds: [], errors: [] });

/** What the work needs besides the frame. */
export interface ImportWorkOptions {
  readonly collections: Collections;
  readonly documents: Documents;
}

/**
 * Writes the stored rows of imports, and takes them away again. Rows and the mark of how far a chunk got are one transaction: each row
 * is written exactly once, whatever is killed meanwhile.
 */
export function createImportWork({ store, clock }: Frame, { collections, documents }: ImportWorkOptions) {
  const importsOf = (context: ProjectContext) => store.kind(context, ImportKind);
  const chunksOf = (context: ProjectContext) => store.kind(context, ImportChunkKind);

  /** The document that a row means, when its import has a key. */
  async function match(
    context: ProjectContext,
    { collection, key }: ImportRow,
    { row, session }: { row: Row; session: TransactionSession },
  ) {
    const value = key === null ? undefined : row[key];
    if (key === null || (typeof value !== 'string' && typeof value !== 'number')) return null;
    return store.documents(context, collection).findOne({ [key === 'id' ? '_id' : key]: value }, session);
  }

  async function writeRow(
    context: ProjectContext,
    job: ImportRow,
    at: { row: Row; tally: Tally; session: TransactionSession },
  ): Promise<Outcome> {
    const { row, tally, session } = at;
    const found = await match(context, job, at);
    if (found !== null && job.onMatch === 'skip') return 'skipped';
    const { id: _id, acl, ...input } = row;
    if (found !== null) {
      const update = acl === undefined ? input : { ...input, acl };
      if (!job.isDryRun) await documents.update(context, { collection: job.collection, id: found._id }, { input: update, session });
      return 'updated';
    }
    if (job.isDryRun) checkNewDocument(await collections.compiled(context, job.collection), row, false);
    else tally.createdIds.push((await documents.create(context, job.collection, { input: row, session })).id);
    return 'created';
  }

  /** Rows from `chunk.done` on. @throws Problem of those that end a transaction */
  async function writeRows(
    context: ProjectContext,
    job: ImportRow,
    at: { chunk: ImportChunkRow; count: number; session: TransactionSession },
  ): Promise<Tally> {
    const { chunk, count, session } = at;
    const tally = emptyTally();
    const rows = (JSON.parse(chunk.documents) as Row[]).slice(chunk.done, chunk.done + count);
    for (const [position, row] of rows.entries()) {
      try {
        tally[await writeRow(context, job, { row, tally, session })] += 1;
      } catch (error) {
        if (!(error instanceof Problem) || error.status >= 500 || ENDS_TRANSACTION.has(error.code)) throw error;
        tally.failed += 1;
        tally.errors.push(errorOf(error, chunk.first + chunk.done + position));
      }
    }
    return tally;
  }

  async function mark(
    context: ProjectContext,
    chunk: ImportChunkRow,
    at: { count: number; tally: Tally; session: TransactionSession },
  ): Promise<void> {
    const { count, tally, session } = at;
    const lists = { createdIds: { $each: tally.createdIds }, errors: { $each: tally.errors } };
    const { matched } = await chunksOf(context).update(
      { id: chunk.id, done: chunk.done },
      { $inc: { done: count }, $push: lists },
      { session },
    );
    if (matched === 0) throw new TakenError();
    const { created, updated, skipped, failed } = tally;
    await importsOf(context).update(
      { id: chunk.importId },
      { $inc: { created, updated, skipped, failed }, $set: { state: 'running' } },
      { session },
    );
  }

  async function step(context: ProjectContext, job: ImportRow, at: { chunk: ImportChunkRow; count: number }): Promise<void> {
    await store.transaction(async (session) => {
      const tally = await writeRows(context, job, { ...at, session });
      await mark(context, at.chunk, { count: at.count, tally, session });
    });
  }

  /** The next row alone: when even so it can't be written, that is noted. */
  async function stepAlone(context: ProjectContext, job: ImportRow, chunk: ImportChunkRow): Promise<void> {
    try {
      await step(context, job, { chunk, count: 1 });
    } catch (error) {
      if (!(error instanceof Problem) || error.status >= 500) throw error;
      const tally = { ...emptyTally(), failed: 1, errors: [errorOf(error, chunk.first + chunk.done)] };
      await store.transaction((session) => mark(context, chunk, { count: 1, tally, session }));
    }
  }

  async function writeNext(context: ProjectContext, job: ImportRow): Promise<boolean> {
    const chunk = await chunksOf(context).findOne({ importId: job.id, $expr: { $lt: ['$done', '$size'] } }, { sort: { id: 1 } });
    if (chunk === null) {
      const filter = { id: job.id, state: { $in: ['queued', 'running'] } };
      await importsOf(context).update(filter, { $set: { state: 'done', endedAt: new Date(clock.now()) } });
      return false;
    }
    try {
      await step(context, job, { chunk, count: chunk.size - chunk.done });
    } catch (error) {
      if (!(error instanceof Problem) || error.status >= 500) throw error;
      for (let { done } = chunk; done < chunk.size; done += 1) await stepAlone(context, job, { ...chunk, done });
    }
    return true;
  }

  /** Deletes what a chunk created, as far as it still is what was created. */
  async function removeNext(context: ProjectContext, job: ImportRow): Promise<boolean> {
    const chunk = await chunksOf(context).findOne({ importId: job.id, createdIds: { $ne: [] } }, { sort: { id: 1 } });
    if (chunk === null) {
      await importsOf(context).update({ id: job.id, state: 'undoing' }, { $set: { state: 'undone', endedAt: new Date(clock.now()) } });
      return false;
    }
    await store.transaction(async (session) => {
      let removed = 0;
      for (const id of chunk.createdIds) {
        const document = await store.documents(context, job.collection).get(id, session);
        if (document?.version !== 1) continue;
        await documents.delete(context, { collection: job.collection, id }, session);
        removed += 1;
      }
      const { matched } = await chunksOf(context).update(
        { id: chunk.id, createdIds: { $ne: [] } },
        { $set: { createdIds: [] } },
        { session },
      );
      if (matched === 0) throw new TakenError();
      await importsOf(context).update({ id: job.id }, { $inc: { removed } }, { session });
    });
    return true;
  }

  return {
    /** Works on the oldest import of the project until the time is up; whether more is left. */
    async work(context: ProjectContext, isTimeUp: () => boolean): Promise<'more' | 'done'> {
      for (;;) {
        const job = await importsOf(context).findOne({ state: { $in: ['queued', 'running', 'undoing'] } }, { sort: { createdAt: 1 } });
        if (job === null) return 'done';
        if (isTimeUp()) return 'more';
        try {
          await (job.state === 'undoing' ? removeNext(context, job) : writeNext(context, job));
        } catch (error) {
          if (!(error instanceof TakenError)) throw error;
        }
      }
    },
  };
}
export type ImportWork = ReturnType<typeof createImportWork>;

function errorOf(error: Problem, row: number): ImportError {
  return { row, code: error.issues[0]?.code ?? error.code, detail: reasonOf(error) };
}
