import { BSON } from 'mongodb';
import type { FeedEvent } from './feed-event.ts';

/** Events as bytes for Redis; an empty list, which only wakes, when they are larger than `maxBytes`. */
export function writeFeedMessage(events: readonly FeedEvent[], maxBytes: number): Buffer {
  const bytes = Buffer.from(BSON.serialize({ events: [...events] }, { ignoreUndefined: true }));
  return bytes.length <= maxBytes ? bytes : Buffer.from(BSON.serialize({ events: [] }));
}

/** The events of a message of {@link writeFeedMessage}. */
export function readFeedMessage(bytes: Buffer): FeedEvent[] {
  return (BSON.deserialize(bytes) as { events: FeedEvent[] }).events;
}
