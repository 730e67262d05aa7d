import type { Visibility } from '@mainstay/data';
import type { FeedEvent, StoredDocument } from '@mainstay/store';
import { ToldChange } from './told-change.ts';

/** What happened to one document since the subscriber last heard. */
export interface Span {
  readonly first: FeedEvent;
  readonly last: FeedEvent;
  readonly events: readonly FeedEvent[];
}

/** The events of each document together, in the order of the last ones. */
export function spansOf(events: readonly FeedEvent[]): readonly Span[] {
  const spans = new Map<string, Span>();
  for (const event of events) {
    const events = [...(spans.get(event.id)?.events ?? []), event];
    spans.delete(event.id);
    spans.set(event.id, { first: events[0] ?? event, last: event, events });
  }
  return [...spans.values()];
}

/**
 * What a subscriber that was away sees of a document: how it is now, and never how it was. Whether it is told that a document is gone
 * depends on the rules alone: its own condition, which it chose afterwards, would be a question about the past. It may hold any state that
 * they showed it, also one ahead of what it heard: what it starts with, or was told of when it caught up, is how documents were then.
 */
export function missedChange(
  { first, last, events }: Span,
  current: StoredDocument | undefined,
  visibility: Visibility,
): ReturnType<typeof changeOf> {
  const { sequence, id } = last;
  if (current !== undefined && visibility.shows(current))
    return new ToldChange({ type: first.type === 'added' ? 'added' : 'changed', document: visibility.toWire(current), sequence });
  if (events.some(({ isSkipped }) => isSkipped) || (first.previous === null && first.type !== 'added')) return 'resync';
  const wasAllowed = [first.previous, ...events.map(({ document }) => document)].some(
    (state) => state !== null && visibility.allows(state),
  );
  return wasAllowed ? new ToldChange({ type: 'removed', document: { id }, sequence }) : 'nothing';
}

/** What the subscriber sees of an event: a change, nothing, or that it cannot be told and the client must start anew. */
export function changeOf(event: FeedEvent, visibility: Visibility): ToldChange | 'nothing' | 'resync' {
  if (event.isSkipped || event.type === 'resync') return 'resync';
  const { document, previous } = event;
  const isShown = document !== null && visibility.shows(document);
  const isPreviousKnown = previous !== null || event.type === 'added';
  if (document !== null && isShown) {
    const wasShown = isPreviousKnown ? previous !== null && visibility.shows(previous) : true;
    return toldOnce(event, wasShown ? 'changed' : 'added', visibility);
  }
  if (!isPreviousKnown) return 'resync';
  if (previous === null || !visibility.shows(previous)) return 'nothing';
  return toldOnce(event, 'removed', visibility);
}

/** Changes that were found already, by event, view and type: many subscribers see the same. */
const told = new WeakMap<FeedEvent, Map<object, Map<string, ToldChange>>>();

function toldOnce(event: FeedEvent, type: ToldChange['change']['type'], { view, toWire }: Visibility): ToldChange {
  const byView = told.get(event) ?? new Map<object, Map<string, ToldChange>>();
  told.set(event, byView);
  const byType = byView.get(view) ?? new Map<string, ToldChange>();
  byView.set(view, byType);
  const { sequence, id, document } = event;
  const known =
    byType.get(type) ?? new ToldChange({ type, document: type === 'removed' || document === null ? { id } : toWire(document), sequence });
  byType.set(type, known);
  return known;
}
