import { EventRejected } from './event-rejected.ts';

const HOUR_MS = 3_600_000;
export const DAY_MS = 24 * HOUR_MS;

/** The times that an event comes with, in milliseconds since 1970. */
export interface EventTimes {
  readonly receivedAt: number;
  /** When the request was sent, by the client's clock. */
  readonly sentAt: number | null;
  /** When the event happened, by the client's clock. */
  readonly originalAt: number | null;
}

/**
 * When an event really happened: `receivedAt − (sentAt − originalAt)`, the same correction as Segment's. A clock that is wrong
 * by years is right again, as long as it is wrong by the same amount when the event happens and when it is sent.
 * Up to an hour ahead is kept, up to a day ahead counts as now.
 * @throws EventRejected too_old, in_future
 */
export function correctTime({ receivedAt, sentAt, originalAt }: EventTimes, retentionDays: number): number {
  if (originalAt === null) return receivedAt;
  const at = sentAt === null ? originalAt : receivedAt - (sentAt - originalAt);
  if (at < receivedAt - retentionDays * DAY_MS) {
    throw new EventRejected('too_old', 'timestamp', `Events are taken for ${retentionDays} days after they happened.`);
  }
  if (at > receivedAt + DAY_MS) throw new EventRejected('in_future', 'timestamp', 'The time is more than a day ahead.');
  return at > receivedAt + HOUR_MS ? receivedAt : at;
}
