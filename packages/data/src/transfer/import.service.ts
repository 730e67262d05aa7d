import type { Frame } from '@mainstay/host';
import type { ProjectContext } from '@mainstay/kernel';
import { createId, invalidInput, nameOf } from '@mainstay/kernel';
import type { Readable } from 'node:stream';
import type { Collections } from '../collections/collections.service.ts';
import type { CompiledCollection } from '../collections/compile-collection.ts';
import type { DataSettings } from '../data.settings.ts';
import type { Mapping } from './map-row.ts';
import { mapRow } from './map-row.ts';
import { readRows } from './read-rows.ts';
import type { ImportError, ImportRow } from './transfer.model.ts';
import { ImportChunkKind, ImportKind } from './transfer.model.ts';
import { importNotFound, importNotUndoable, importTooLarge } from './transfer.problems.ts';
import type { Import, ImportQuery } from './transfer.schema.ts';

export const IMPORT_JOB = 'import-documents';
const KEPT_MS = 30 * 86_400_000;
const PREVIEW_ROWS = 20;
const LISTED = 50;
const CHUNK_DIGITS = 8;

type Row = Readonly<Record<string, unknown>>;

/** What imports need besides the frame. */
export interface ImportsOptions {
  readonly collections: Collections;
  readonly settings: DataSettings;
}

/** Takes files in and tells how far they are. The rows are stored first and written to the collection by a job. */
export function createImports({ store, jobs, clock }: Frame, { collections, settings }: ImportsOptions) {
  const importsOf = (context: ProjectContext) => store.kind(context, ImportKind);
  const chunksOf = (context: ProjectContext) => store.kind(context, ImportChunkKind);

  async function load(context: ProjectContext, id: string): Promise<ImportRow> {
    const row = await importsOf(context).findOne({ id });
    if (row === null) throw importNotFound({ id });
    return row;
  }

  /** The rows of the file as documents. */
  async function* documentsIn(collection: CompiledCollection, source: Readable, query: ImportQuery): AsyncGenerator<Row> {
    const mapping = mappingOf(query.mapping);
    const limits = { maxWholeBytes: settings.importMaxWholeBytes, maxRowBytes: store.settings.documentMaxBytes };
    let count = 0;
    for await (const row of readRows(source, query.format, limits)) {
      count += 1;
      if (count > settings.importMaxRows) throw importTooLarge({ what: 'rows', allowed: settings.importMaxRows });
      yield mapRow(collection, row, { mapping, isText: query.format === 'csv' });
    }
  }

  /** Stores the rows in chunks; a file that breaks off leaves nothing that is ever looked at. */
  async function stage(context: ProjectContext, importId: string, documents: AsyncGenerator<Row>): Promise<number> {
    const expiresAt = new Date(clock.now() + KEPT_MS);
    let waiting: Row[] = [];
    let rows = 0;
    let number = 0;
    const flush = async (): Promise<void> => {
      if (waiting.length === 0) return;
      const id = `${importId}:${String(number).padStart(CHUNK_DIGITS, '0')}`;
      const chunk = { id, importId, documents: JSON.stringify(waiting), first: rows - waiting.length + 1, done: 0, size: waiting.length };
      await chunksOf(context).insert({ ...chunk, createdIds: [], errors: [], expiresAt });
      number += 1;
      waiting = [];
    };
    for await (const document of documents) {
      rows += 1;
      waiting.push(document);
      if (waiting.length >= settings.bulkSliceDocuments) await flush();
    }
    await flush();
    return rows;
  }

  return {
    /** The first rows as they would be written. @throws collectionNotFound, importUnreadable, invalidInput */
    async preview(context: ProjectContext, name: string, { source, query }: { source: Readable; query: ImportQuery }) {
      const collection = await collections.compiled(context, name);
      const rows: Row[] = [];
      for await (const document of documentsIn(collection, source, query)) {
        rows.push(document);
        if (rows.length >= PREVIEW_ROWS) break;
      }
      return { rows, fields: [...new Set(rows.flatMap((row) => Object.keys(row)))] };
    },

    /** Takes the file in; it goes on in the background. @throws collectionNotFound, importUnreadable, importTooLarge, invalidInput */
    async start(context: ProjectContext, name: string, { source, query }: { source: Readable; query: ImportQuery }): Promise<Import> {
      const collection = await collections.compiled(context, name);
      if (query.key !== undefined && !collection.uniqueKeys.some((fields) => fields.length === 1 && fields[0] === query.key))
        throw invalidInput(undefined, { issues: [{ path: 'key', code: 'not_unique', message: 'Name the id or a unique field.' }] });
      const now = clock.now();
      const id = createId(now);
      const rows = await stage(context, id, documentsIn(collection, source, query));
      const counts = { rows, created: 0, updated: 0, skipped: 0, failed: 0, removed: 0 };
      const row: ImportRow = {
        id,
        collection: name,
        state: 'queued',
        isDryRun: query.dryRun,
        key: query.key ?? null,
        onMatch: query.onMatch,
        ...counts,
        by: nameOf(context.principal),
        createdAt: new Date(now),
        endedAt: null,
        expiresAt: new Date(now + KEPT_MS),
      };
      await importsOf(context).insert(row);
      await jobs.ticket(context, IMPORT_JOB);
      return present(row);
    },

    /** @throws importNotFound */
    get: async (context: ProjectContext, id: string): Promise<Import> => present(await load(context, id)),

    async list(context: ProjectContext): Promise<Import[]> {
      return (await importsOf(context).find({}, { sort: { createdAt: -1 }, limit: LISTED })).map(present);
    },

    /** The rows that could not be imported, with their reasons, in order. @throws importNotFound */
    async errors(context: ProjectContext, id: string): Promise<ImportError[]> {
      await load(context, id);
      const chunks = await chunksOf(context).find({ importId: id, errors: { $ne: [] } }, { sort: { id: 1 } });
      return chunks.flatMap(({ errors }) => [...errors]);
    },

    /** Takes away again what the import created and nobody changed since. @throws importNotFound, importNotUndoable */
    async undo(context: ProjectContext, id: string): Promise<Import> {
      await load(context, id);
      const begun = await importsOf(context).update({ id, state: 'done', isDryRun: false }, { $set: { state: 'undoing', endedAt: null } });
      if (begun.matched === 0) throw importNotUndoable();
      await jobs.ticket(context, IMPORT_JOB);
      return present(await load(context, id));
    },
  };
}
export type Imports = ReturnType<typeof createImports>;

/** @throws invalidInput */
function mappingOf(text: string | undefined): Mapping {
  if (text === undefined) return {};
  try {
    const mapping = JSON.parse(text) as unknown;
    const isMapping =
      typeof mapping === 'object' && mapping !== null && Object.values(mapping).every((to) => to === null || typeof to === 'string');
    if (isMapping) return mapping as Mapping;
  } catch {
    // The answer below says what it should be.
  }
  throw invalidInput(undefined, {
    issues: [{ path: 'mapping', code: 'invalid_mapping', message: 'Give {"column":"field"} as JSON, with null for columns to leave out.' }],
  });
}

function present({ key: _k, onMatch: _o, by: _b, expiresAt: _e, createdAt, endedAt, ...row }: ImportRow): Import {
  return { ...row, createdAt: createdAt.toISOString(), endedAt: endedAt?.toISOString() ?? null };
}
