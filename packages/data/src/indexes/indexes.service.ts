import type { Frame } from '@mainstay/host';
import type { ProjectContext } from '@mainstay/kernel';
import type { CollectionIndex } from '@mainstay/store';
import { DuplicateKeyError, QueryRefusedError } from '@mainstay/store';
import type { CollectionRow } from '../collections/collections.model.ts';
import { CollectionKind } from '../collections/collections.model.ts';
import { collectionNotFound } from '../collections/collections.problems.ts';
import type { CompiledCollection } from '../collections/compile-collection.ts';
import { compileCollection } from '../collections/compile-collection.ts';
import type { DataSettings } from '../data.settings.ts';
import { findDuplicates } from './find-duplicates.ts';
import type { IndexBuildRow, IndexFailure } from './indexes.model.ts';
import { IndexBuildKind } from './indexes.model.ts';
import type { IndexState } from './indexes.schema.ts';
import { wantedIndexes } from './wanted-indexes.ts';

export const INDEX_JOB = 'build-indexes';
/** After this long it is clear that a definition which was being stored will not come. */
const STORING_MS = 60_000;

/** How a build ended: null when it is ready. */
type Ending = { readonly failure: IndexFailure | null } | { readonly error: unknown };

/** Builds and drops the indexes of collections. Building goes on in the background: a definition is stored at once, and writes go on. */
export function createIndexes({ store, jobs, clock }: Frame, settings: DataSettings) {
  const buildsOf = (context: ProjectContext) => store.kind(context, IndexBuildKind);
  const indexesOf = (context: ProjectContext, collection: string) => store.projectDatabase(context).indexes(collection);
  /** The builds that this process waits for. MongoDB goes on with them when it does not. */
  const waiting = new Map<string, Promise<Ending>>();

  async function queue(context: ProjectContext, collection: string, name: string): Promise<void> {
    const fresh = { collection, name, state: 'queued', progress: null, failure: null, createdAt: new Date(clock.now()), endedAt: null };
    await buildsOf(context).update({ id: `${collection}:${name}` }, { $set: fresh }, { upsert: true });
  }

  /** Before the definition is stored: what is missing is built at once where there are no documents yet, and queued where there are. */
  async function prepare(context: ProjectContext, row: CollectionRow, collection: CompiledCollection): Promise<void> {
    const indexes = indexesOf(context, row.id);
    const existing = new Set(await indexes.names());
    const builds = new Map((await buildsOf(context).find({ collection: row.id })).map(({ name, state }) => [name, state]));
    // MongoDB lists indexes that it is still building, too.
    const isMissing = (name: string): boolean => builds.get(name) === 'failed' || (!existing.has(name) && !isUnderWay(builds.get(name)));
    const missing = [...wantedIndexes(row, collection)].filter(([name]) => isMissing(name));
    if (missing.length === 0) return;
    const isEmpty = (await store.documents(context, row.id).estimatedCount()) === 0;
    for (const [name, { index }] of missing) {
      if (!isEmpty || !(await isBuilt(indexes.build(index)))) await queue(context, row.id, name);
    }
  }

  /** After it is stored: begins to build what was queued, and drops what is not wanted any more. */
  async function follow(context: ProjectContext, row: CollectionRow, collection: CompiledCollection): Promise<void> {
    const wanted = wantedIndexes(row, collection);
    const indexes = indexesOf(context, row.id);
    const builds = await buildsOf(context).find({ collection: row.id });
    if (builds.some(({ state }) => isUnderWay(state))) await jobs.ticket(context, INDEX_JOB);
    const names = new Set([...(await indexes.names()), ...builds.map(({ name }) => name)]);
    for (const name of names) {
      if (wanted.has(name)) continue;
      await buildsOf(context).delete({ id: `${row.id}:${name}` });
      await indexes.drop(name);
    }
  }

  async function wantedOf(context: ProjectContext, collection: string) {
    const row = await store.kind(context, CollectionKind).get(collection);
    return row === null ? null : wantedIndexes(row, compileCollection(row));
  }

  async function failureOf(context: ProjectContext, collection: string, { index, error }: { index: CollectionIndex; error: unknown }) {
    if (error instanceof DuplicateKeyError) {
      const duplicates = await findDuplicates(store.documents(context, collection), index, settings.indexDuplicatesShown);
      const many =
        duplicates.count === null ? 'Some values are' : duplicates.count === 1 ? 'One value is' : `${duplicates.count} values are`;
      return {
        code: 'duplicate_values',
        detail: `${many} held by more than one document. Mend them, then save the schema again.`,
        duplicates,
      };
    }
    if (!(error instanceof QueryRefusedError)) throw error;
    return { code: 'index_not_possible', detail: 'The database can’t build this index over the documents that exist.' };
  }

  async function build(context: ProjectContext, collection: string, index: CollectionIndex): Promise<Ending> {
    try {
      await indexesOf(context, collection).build(index);
      return { failure: null };
    } catch (error) {
      try {
        return { failure: await failureOf(context, collection, { index, error }) };
      } catch (unexpected) {
        return { error: unexpected };
      }
    }
  }

  /** Waits for the build until the deadline; undefined when it is not ready by then. */
  async function waitFor(
    context: ProjectContext,
    row: IndexBuildRow,
    { index, deadlineMs }: { index: CollectionIndex; deadlineMs: number },
  ) {
    const key = `${context.project.id}:${row.id}`;
    const going = waiting.get(key) ?? build(context, row.collection, index);
    waiting.set(key, going);
    const ending = await before(going, deadlineMs - clock.now());
    if (ending !== undefined) waiting.delete(key);
    return ending;
  }

  async function carryOn(context: ProjectContext, row: IndexBuildRow, deadlineMs: number): Promise<'ended' | 'going' | 'not yet'> {
    const wanted = (await wantedOf(context, row.collection))?.get(row.name);
    const rows = buildsOf(context);
    if (wanted === undefined) {
      // It is queued before the definition that wants it is stored; whoever stores it asks for us again.
      if (clock.now() - row.createdAt.getTime() < STORING_MS) return 'not yet';
      await rows.delete({ id: row.id });
      return 'ended';
    }
    if (row.state === 'queued') await rows.update({ id: row.id }, { $set: { state: 'building' } });
    const ending = await waitFor(context, row, { index: wanted.index, deadlineMs });
    if (ending === undefined) {
      const progress = await indexesOf(context, row.collection).progress(row.name);
      if (progress !== null) await rows.update({ id: row.id }, { $set: { progress } });
      return 'going';
    }
    if ('error' in ending) throw ending.error;
    const { failure } = ending;
    const end = { state: failure === null ? 'ready' : 'failed', failure, endedAt: new Date(clock.now()) };
    await rows.update({ id: row.id }, { $set: end });
    store.signals.announce(context, { topic: 'schema', type: 'index.changed', data: { collection: row.collection, name: row.name } });
    return 'ended';
  }

  return {
    prepare,
    follow,

    /** Forgets the builds of a collection that is gone. */
    async forget(context: ProjectContext, collection: string): Promise<void> {
      await buildsOf(context).deleteMany({ collection });
    },

    /** Whether nothing is being built any more. */
    async areReady(context: ProjectContext, collection: string): Promise<boolean> {
      return (await buildsOf(context).count({ collection, state: { $in: ['queued', 'building'] } })) === 0;
    },

    /** The indexes of a collection and how far they are. @throws collectionNotFound */
    async list(context: ProjectContext, collection: string): Promise<IndexState[]> {
      const wanted = await wantedOf(context, collection);
      if (wanted === null) throw collectionNotFound({ collection });
      const existing = new Set(await indexesOf(context, collection).names());
      const builds = new Map((await buildsOf(context).find({ collection })).map((row) => [row.name, row]));
      return [...wanted].map(([name, { definition }]) => present(name, definition, { row: builds.get(name), isReady: existing.has(name) }));
    },

    /** Carries the builds of the project on until the deadline (milliseconds since 1970). */
    async work(context: ProjectContext, deadlineMs: number): Promise<'more' | 'done'> {
      const early: string[] = [];
      for (;;) {
        const underWay = { state: { $in: ['queued', 'building'] }, id: { $nin: early } };
        const row = await buildsOf(context).findOne(underWay, { sort: { createdAt: 1 } });
        if (row === null) return 'done';
        const outcome = await carryOn(context, row, deadlineMs);
        if (outcome === 'going') return 'more';
        if (outcome === 'not yet') early.push(row.id);
      }
    },
  };
}
export type Indexes = ReturnType<typeof createIndexes>;

const isUnderWay = (state: IndexBuildRow['state'] | undefined): boolean => state === 'queued' || state === 'building';

/** Whether a build on an empty collection went well; a document that came in between sends it to the background. */
async function isBuilt(building: Promise<void>): Promise<boolean> {
  try {
    await building;
    return true;
  } catch (error) {
    if (error instanceof DuplicateKeyError || error instanceof QueryRefusedError) return false;
    throw error;
  }
}

async function before<T>(work: Promise<T>, milliseconds: number): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const timeUp = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), Math.max(0, milliseconds));
  });
  try {
    return await Promise.race([work, timeUp]);
  } finally {
    clearTimeout(timer);
  }
}

function present(
  name: string,
  definition: IndexState['definition'],
  { row, isReady }: { row: IndexBuildRow | undefined; isReady: boolean },
): IndexState {
  const isKnownToBuild = row !== undefined && row.state !== 'ready';
  const state = isKnownToBuild ? row.state : isReady ? 'ready' : 'queued';
  const failure = state === 'failed' && row?.failure ? { ...row.failure } : null;
  return {
    name,
    definition,
    state,
    progress: state === 'building' ? (row?.progress ?? null) : null,
    failure: failure as IndexState['failure'],
    createdAt: row?.createdAt.toISOString() ?? null,
    endedAt: row?.endedAt?.toISOString() ?? null,
  };
}
