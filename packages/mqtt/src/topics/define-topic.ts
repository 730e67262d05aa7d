import type { ProjectContext } from '@mainstay/kernel';

/** A message from a client, before it is acknowledged. */
export interface IncomingMessage {
  /** As the client wrote it. */
  readonly topic: string;
  /** What stood at the `+` levels of the row. */
  readonly levels: readonly string[];
  readonly payload: Buffer;
  readonly qos: 0 | 1 | 2;
  /** The client says that it sent this before [MQTT-3.3.1-1]. */
  readonly isRepeat: boolean;
  readonly messageId: number | undefined;
  /** The client identifier as the client wrote it. */
  readonly clientId: string;
  /** Milliseconds since 1970. */
  readonly receivedAt: number;
}

/** One line of a dialect: a topic as the client writes it, and what it means. */
export interface TopicRow {
  /** Levels with `+` for any one level, e.g. `v1/devices/me/rpc/request/+`. */
  readonly wire: string;
  /** The topic below the project; `{id}` is the principal's id, each `+` takes what stood at the wire's. */
  readonly canonical: string;
  /**
   * Handles a message that a client publishes. PUBACK is sent after the promise is fulfilled, so everything must be
   * stored by then. A problem refuses the message, which closes a 3.1.1 connection.
   */
  readonly publish?: (context: ProjectContext, message: IncomingMessage) => Promise<void>;
  /** Whether clients may subscribe to it. */
  readonly isSubscribable?: boolean;
}

/** Defines one row of a dialect's table, in a `dialects/*.ts` or a `*.topics.ts`. */
export function defineTopic(row: TopicRow): TopicRow {
  const wild = (text: string): number => text.split('/').filter((level) => level === '+').length;
  if (wild(row.wire) !== wild(row.canonical)) throw new Error(`topic ${row.wire}: its canonical form has other wildcards`);
  return row;
}
