/** What the broker counts. The host turns it into metrics; without one, nothing is counted. */
export interface BrokerMetrics {
  /** A connection was accepted (+1) or ended (-1). */
  connections(change: 1 | -1): void;
  /** A message arrived and was handled, or was sent to a client. */
  message(direction: 'in' | 'out'): void;
  /** A CONNECT, PUBLISH or SUBSCRIBE was refused, by problem code. */
  refused(code: string): void;
}

/** Counts nothing. */
export const noBrokerMetrics: BrokerMetrics = {
  connections: () => undefined,
  message: () => undefined,
  refused: () => undefined,
};
