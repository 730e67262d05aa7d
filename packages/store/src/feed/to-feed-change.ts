import type { ProjectId } from '@mainstay/kernel';
import type { ChangeStreamDocument } from 'mongodb';
import type { StoredDocument } from '../documents/document.ts';
import type { FeedChange } from './feed-writer.ts';

/** Collections whose name starts so are the platform's own inside a project database; the feed does not show them. */
const INTERNAL_PREFIX = '_';

/** Turns a change-stream event into a feed change, or null when it concerns no document of a project. */
export function toFeedChange(
  event: ChangeStreamDocument,
  projectOf: (database: string) => ProjectId | null,
  isSkipped: boolean,
): FeedChange | null {
  if (
    event.operationType !== 'insert' &&
    event.operationType !== 'update' &&
    event.operationType !== 'replace' &&
    event.operationType !== 'delete'
  ) {
    return null;
  }
  const project = projectOf(event.ns.db);
  if (project === null || event.ns.coll.startsWith(INTERNAL_PREFIX)) return null;
  const document = 'fullDocument' in event ? ((event.fullDocument ?? null) as StoredDocument | null) : null;
  const previous = 'fullDocumentBeforeChange' in event ? ((event.fullDocumentBeforeChange ?? null) as StoredDocument | null) : null;
  return {
    project,
    type: typeOf(event.operationType),
    collection: event.ns.coll,
    id: String(event.documentKey._id),
    document,
    previous,
    at: event.wallTime ?? new Date(),
    place: Buffer.from((event._id as { _data: string })._data, 'hex'),
    isSkipped: isSkipped || (event.operationType !== 'delete' && document === null),
  };
}

function typeOf(operation: 'insert' | 'update' | 'replace' | 'delete'): FeedChange['type'] {
  if (operation === 'insert') return 'added';
  return operation === 'delete' ? 'removed' : 'changed';
}
