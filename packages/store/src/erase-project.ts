import type { ProjectId } from '@mainstay/kernel';
import type { Collection, Db, Document } from 'mongodb';
import { reading, writing } from './write-errors.ts';

/** Rows that one command deletes: a slice of work, not a lock on the collection. */
const SLICE_ROWS = 2_000;

/** Every collection of the cell, asked of the server itself: a new kind can't be forgotten. */
async function collectionsOf(cell: Db): Promise<Collection<Document>[]> {
  const found = await reading(() => cell.listCollections({ type: 'collection' }, { nameOnly: true }).toArray());
  return found.map(({ name }) => cell.collection(name));
}

/**
 * Deletes the pooled rows of a project, a slice at a time, until the time is up; whether some are left.
 * Run again after a crash it goes on where it was.
 */
export async function eraseRows(cell: Db, project: ProjectId, isTimeUp: () => boolean): Promise<'more' | 'done'> {
  for (const collection of await collectionsOf(cell)) {
    for (;;) {
      const slice = await reading(() => collection.find({ p: project }, { projection: { _id: 1 }, limit: SLICE_ROWS }).toArray());
      if (slice.length > 0) await writing(() => collection.deleteMany({ p: project, _id: { $in: slice.map(({ _id }) => _id) } }));
      if (slice.length < SLICE_ROWS) break;
      if (isTimeUp()) return 'more';
    }
  }
  return 'done';
}

/** The collections of the cell that still have rows of the project. */
export async function findRows(cell: Db, project: ProjectId): Promise<string[]> {
  const left: string[] = [];
  for (const collection of await collectionsOf(cell)) {
    const row = await reading(() => collection.findOne({ p: project }, { projection: { _id: 1 } }));
    if (row !== null) left.push(collection.collectionName);
  }
  return left;
}
