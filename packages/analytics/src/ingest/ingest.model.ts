import { defineKind } from '@mainstay/store';

/** The Segment calls. */
export type CallType = 'track' | 'identify' | 'page' | 'screen' | 'group' | 'alias';

/**
 * A raw event. Its id is a hash of the message id, so that the unique `_id` (project and hash) counts a message once for as
 * long as the row is kept. One collection with an expiry instead of a partition per day: a re-sent message then needs no
 * stable day to meet its first copy, and the pooled kinds stay few. The price is that expired rows are deleted one by one.
 */
export interface EventRow {
  readonly id: string;
  /** The chunk that it was stored with. */
  readonly chunk: string;
  /** Its place in the chunk: events are folded in the order in which they came. */
  readonly order: number;
  readonly type: CallType;
  /** What roll-ups count it as; null for identify, group and alias. */
  readonly event: string | null;
  readonly messageId: string;
  readonly userId: string | null;
  readonly anonymousId: string | null;
  /** When it happened, with the client's clock corrected. */
  readonly at: Date;
  /** When it happened by the client's clock. */
  readonly originalAt: Date;
  readonly receivedAt: Date;
  readonly properties: Readonly<Record<string, unknown>>;
  readonly traits?: Readonly<Record<string, unknown>>;
  readonly groupId?: string;
  readonly previousId?: string;
  readonly context: Readonly<Record<string, unknown>>;
  /** Its value in each declared dimension, as of its arrival: a later change of the settings does not change a replay. */
  readonly dimensions: Readonly<Record<string, string>>;
  /** What it adds to sums. */
  readonly value: number | null;
  readonly isLate: boolean;
  readonly expiresAt: Date;
}

/** An event before it has a place in a chunk. */
export type NewEvent = Omit<EventRow, 'chunk' | 'order'>;

export const EventKind = defineKind<EventRow>({
  name: 'events',
  indexes: [{ fields: { chunk: 1 } }, { fields: { receivedAt: -1 } }, { fields: { expiresAt: 1 }, expireAfterSeconds: 0 }],
});

/**
 * A chunk: the events that were stored together. Its id is `<shard>:<sequence>`, so that ids of a shard sort in order.
 * While it is open its writer may still be storing; sealed, its content never changes.
 */
export interface ChunkRow {
  readonly id: string;
  readonly shard: number;
  readonly sequence: number;
  readonly state: 'open' | 'sealed';
  readonly openedAt: Date;
  /** How many events it has, once sealed. */
  readonly count: number | null;
  /** Its events, when somebody else sealed it for its writer: what arrives later does not belong to it. */
  readonly eventIds?: readonly string[];
}

export const ChunkKind = defineKind<ChunkRow>({ name: 'eventChunks' });

/** An event name that the project has used. `count` and `lastSeenAt` are added up by the roll-up; `w` are its watermarks. */
export interface EventNameRow {
  readonly id: string;
  readonly event: string;
  readonly count: number;
  readonly createdAt: Date;
  readonly lastSeenAt: Date;
  readonly w?: Readonly<Record<string, number>>;
}

export const EventNameKind = defineKind<EventNameRow>({ name: 'eventNames', indexes: [{ fields: { lastSeenAt: -1 } }] });
