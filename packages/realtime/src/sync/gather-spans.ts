import type { FeedEvent } from '@mainstay/store';

/** What happened to one document, oldest first. */
export interface Span {
  readonly first: FeedEvent;
  readonly events: readonly FeedEvent[];
}

/** The events of each document together, in the order of their first ones. */
export function gatherSpans(events: readonly FeedEvent[]): readonly Span[] {
  const spans = new Map<string, { first: FeedEvent; events: FeedEvent[] }>();
  for (const event of events) {
    const key = `${event.collection}/${event.id}`;
    const span = spans.get(key);
    if (span === undefined) spans.set(key, { first: event, events: [event] });
    else span.events.push(event);
  }
  return [...spans.values()];
}
