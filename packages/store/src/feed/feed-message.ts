import { BSON } from 'mongodb';
import type { FeedEvent } from './feed-event.ts';

/** What a message says: events, or with none of them only that there are some. */
export interface FeedMessage {
  /** The process that sent it. */
  readonly sender: string;
  readonly events: readonly FeedEvent[];
}

/** The message as bytes for Redis; without its events, so that it only wakes, when they are larger than `maxBytes`. */
export function writeFeedMessage({ sender, events }: FeedMessage, maxBytes: number): Buffer {
  const bytes = Buffer.from(BSON.serialize({ events: [...events] }, { ignoreUndefined: true }));
  const body = bytes.length <= maxBytes ? bytes : Buffer.from(BSON.serialize({ events: [] }));
  return Buffer.concat([Buffer.from(`${sender}\n`), body]);
}

/** What {@link writeFeedMessage} wrote; null when this process did: its events need not be read again. */
export function readFeedMessage(bytes: Buffer, self: string): FeedMessage | null {
  const end = bytes.indexOf('\n');
  const sender = bytes.toString('latin1', 0, end);
  if (sender === self) return null;
  return { sender, events: (BSON.deserialize(bytes.subarray(end + 1)) as { events: FeedEvent[] }).events };
}
