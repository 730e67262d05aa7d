import type { MongoFilter } from '@mainstay/conditions';
import { compileFilter } from '@mainstay/conditions';
import type { Frame } from '@mainstay/host';
import type { ProjectContext } from '@mainstay/kernel';
import { createId, Problem } from '@mainstay/kernel';
import type { TransactionSession } from '@mainstay/store';
import { DuplicateKeyError } from '@mainstay/store';
import type { Collections } from '../collections/collections.service.ts';
import type { DataSettings } from '../data.settings.ts';
import { checkUpdate } from '../documents/check-update.ts';
import { uniqueViolation } from '../documents/documents.problems.ts';
import { stampUpdate } from '../documents/stamp-update.ts';
import type { Documents } from '../documents/documents.service.ts';
import { parseWhere } from '../documents/parse-where.ts';
import { reasonOf } from '../documents/reason-of.ts';
import { both, storedPath } from '../rules/authorize.ts';
import type { BulkError, BulkRow } from './bulk.model.ts';
import { BulkKind } from './bulk.model.ts';
import { bulkChangeNotFound, conditionRequired } from './bulk.problems.ts';
import type { BulkBody, BulkChange } from './bulk.schema.ts';

export const BULK_JOB = 'change-in-bulk';
const KEPT_MS = 7 * 86_400_000;
const LISTED = 50;

/** What bulk changes need besides the frame. */
export interface BulkOptions {
  readonly collections: Collections;
  readonly documents: Documents;
  readonly settings: DataSettings;
}

/** What became of a slice. */
interface Outcome {
  readonly changed: number;
  readonly errors: readonly BulkError[];
}

/** Another worker has done the slice already. */
class SliceTaken extends Error {}

/**
 * Updates and deletions of everything that matches, for servers. A slice of documents and the mark of how far it got are one transaction:
 * each document is changed exactly once, whatever is killed meanwhile.
 */
export function createBulk({ store, jobs, clock }: Frame, { collections, documents, settings }: BulkOptions) {
  const rowsOf = (context: ProjectContext) => store.kind(context, BulkKind);

  async function filterOf(context: ProjectContext, collection: string, where: unknown): Promise<MongoFilter> {
    return compileFilter(parseWhere(await collections.compiled(context, collection), where, false), {}, { storedPath });
  }

  async function load(context: ProjectContext, id: string): Promise<BulkRow> {
    const row = await rowsOf(context).findOne({ id });
    if (row === null) throw bulkChangeNotFound({ id });
    return row;
  }

  async function mark(
    context: ProjectContext,
    row: BulkRow,
    { last, outcome, session }: { last: string; outcome: Outcome; session: TransactionSession },
  ) {
    const errors = outcome.errors.slice(0, Math.max(0, settings.bulkErrorsKept - row.errors.length));
    const update = {
      $set: { after: last, state: 'running' },
      $inc: { changed: outcome.changed, failed: outcome.errors.length },
      ...(errors.length === 0 ? {} : { $push: { errors: { $each: errors } } }),
    };
    const { matched } = await rowsOf(context).update({ id: row.id, after: row.after, state: { $in: ['queued', 'running'] } }, update, {
      session,
    });
    if (matched === 0) throw new SliceTaken();
  }

  async function change(
    context: ProjectContext,
    row: BulkRow,
    { id, session }: { id: string; session: TransactionSession },
  ): Promise<void> {
    if (row.operation === 'delete') return documents.delete(context, { collection: row.collection, id }, session);
    await documents.update(context, { collection: row.collection, id }, { input: updateOf(row), session });
  }

  /** Changes or deletes all in one command. False, and nothing done, where each must be written by itself: for its version, the trash, a check. */
  async function changeTogether(
    context: ProjectContext,
    row: BulkRow,
    { ids, session }: { ids: readonly string[]; session: TransactionSession },
  ): Promise<boolean> {
    const collection = await collections.compiled(context, row.collection);
    const rows = store.documents(context, row.collection);
    const filter = { _id: { $in: [...ids] } };
    if (collection.keepsHistory || (row.operation === 'delete' && collection.keepsDeleted)) return false;
    if (row.operation === 'delete') {
      await rows.deleteMany(filter, session);
      return true;
    }
    const checked = checkUpdate(collection, updateOf(row), false);
    if (checked.dependsOnStored || collection.move !== null) return false;
    try {
      await rows.updateMany(filter, stampUpdate(checked, new Date(clock.now())), session);
    } catch (error) {
      throw error instanceof DuplicateKeyError ? uniqueViolation({ fields: error.fields }) : error;
    }
    return true;
  }

  /** All documents of the slice in one transaction. @throws Problem when one of them can't be changed */
  async function together(context: ProjectContext, row: BulkRow, ids: readonly string[]): Promise<void> {
    await store.transaction(async (session) => {
      const isWhole = await changeTogether(context, row, { ids, session });
      if (!isWhole) for (const id of ids) await change(context, row, { id, session });
      await mark(context, row, { last: ids.at(-1) ?? '', outcome: { changed: ids.length, errors: [] }, session });
    });
  }

  /** One document by itself, so that its problem is its own. */
  async function alone(context: ProjectContext, row: BulkRow, id: string): Promise<void> {
    try {
      await store.transaction(async (session) => {
        await change(context, row, { id, session });
        await mark(context, row, { last: id, outcome: { changed: 1, errors: [] }, session });
      });
    } catch (error) {
      if (!(error instanceof Problem) || error.status >= 500) throw error;
      const errors = error.code === 'document_not_found' ? [] : [{ id, code: error.code, detail: reasonOf(error) }];
      await store.transaction((session) => mark(context, row, { last: id, outcome: { changed: 0, errors }, session }));
    }
  }

  async function slice(context: ProjectContext, row: BulkRow): Promise<boolean> {
    const filter = both(await filterOf(context, row.collection, JSON.parse(row.where)), { $and: [{ _id: { $gt: row.after } }] });
    const found = await store
      .documents(context, row.collection)
      .find({ filter, sort: [['_id', 1]], limit: settings.bulkSliceDocuments, fields: ['_id'] });
    const ids = found.map(({ _id }) => _id);
    if (ids.length === 0) {
      await rowsOf(context).update({ id: row.id, after: row.after }, { $set: { state: 'done', endedAt: new Date(clock.now()) } });
      return false;
    }
    try {
      await together(context, row, ids);
    } catch (error) {
      if (!(error instanceof Problem) || error.status >= 500) throw error;
      let current = row;
      for (const id of ids) {
        await alone(context, current, id);
        current = await load(context, row.id);
      }
    }
    return true;
  }

  async function start(context: ProjectContext, collection: string, body: BulkBody): Promise<BulkChange> {
    if (body.where === undefined || body.where === null) throw conditionRequired();
    const filter = await filterOf(context, collection, body.where);
    if (body.operation === 'update') checkUpdate(await collections.compiled(context, collection), body.update, false);
    const now = clock.now();
    const row: BulkRow = {
      id: createId(now),
      collection,
      operation: body.operation,
      where: JSON.stringify(body.where),
      update: body.operation === 'update' ? JSON.stringify(body.update) : null,
      state: 'queued',
      after: '',
      total: await store.documents(context, collection).count(filter),
      changed: 0,
      failed: 0,
      errors: [],
      createdAt: new Date(now),
      endedAt: null,
      expiresAt: new Date(now + KEPT_MS),
    };
    await rowsOf(context).insert(row);
    await jobs.ticket(context, BULK_JOB);
    return present(row);
  }

  return {
    /** Begins a bulk change; it goes on in the background. @throws conditionRequired, invalidInput, collectionNotFound */
    start,

    /** How far it is. @throws bulkChangeNotFound */
    get: async (context: ProjectContext, id: string): Promise<BulkChange> => present(await load(context, id)),

    /** The latest ones, of one collection or all. */
    async list(context: ProjectContext, collection: string | undefined): Promise<BulkChange[]> {
      return (await rowsOf(context).find(collection === undefined ? {} : { collection }, { sort: { createdAt: -1 }, limit: LISTED })).map(
        present,
      );
    },

    /** Ends it where it is; what is changed stays changed. @throws bulkChangeNotFound */
    async cancel(context: ProjectContext, id: string): Promise<BulkChange> {
      await load(context, id);
      const end = { $set: { state: 'canceled', endedAt: new Date(clock.now()) } };
      await rowsOf(context).update({ id, state: { $in: ['queued', 'running'] } }, end);
      return present(await load(context, id));
    },

    /** Works on the oldest bulk change of the project until the deadline; whether more is left. */
    async work(context: ProjectContext, isTimeUp: () => boolean): Promise<'more' | 'done'> {
      for (;;) {
        const row = await rowsOf(context).findOne({ state: { $in: ['queued', 'running'] } }, { sort: { createdAt: 1 } });
        if (row === null) return 'done';
        if (isTimeUp()) return 'more';
        try {
          await slice(context, row);
        } catch (error) {
          if (!(error instanceof SliceTaken)) throw error;
        }
      }
    },
  };
}
export type Bulk = ReturnType<typeof createBulk>;

const updateOf = (row: BulkRow): Record<string, unknown> => JSON.parse(row.update ?? '{}') as Record<string, unknown>;

function present({
  after: _after,
  where: _where,
  update: _update,
  expiresAt: _expiresAt,
  createdAt,
  endedAt,
  ...row
}: BulkRow): BulkChange {
  return { ...row, errors: [...row.errors], createdAt: createdAt.toISOString(), endedAt: endedAt?.toISOString() ?? null };
}
