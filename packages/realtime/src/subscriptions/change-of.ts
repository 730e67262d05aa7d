import type { Visibility } from '@mainstay/data';
import type { FeedEvent } from '@mainstay/store';
import type { Change } from '../schema.ts';

/** What the subscriber sees of an event: a change, nothing, or that it cannot be told and the client must start anew. */
export function changeOf(event: FeedEvent, visibility: Visibility): Omit<Change, 'subscription'> | 'nothing' | 'resync' {
  if (event.isSkipped || event.type === 'resync') return 'resync';
  const { document, previous, sequence } = event;
  const isShown = document !== null && visibility.shows(document);
  const isPreviousKnown = previous !== null || event.type === 'added';
  if (document !== null && isShown) {
    const wasShown = isPreviousKnown ? previous !== null && visibility.shows(previous) : true;
    return { type: wasShown ? 'changed' : 'added', document: visibility.toWire(document), sequence };
  }
  if (!isPreviousKnown) return 'resync';
  if (previous === null || !visibility.shows(previous)) return 'nothing';
  return { type: 'removed', document: { id: event.id }, sequence };
}
