import type { AedesPublishPacket } from 'aedes';
import type { Connection } from './connection/connection.ts';
import type { TopicTable } from './topics/topic-table.ts';

const forwarded = new WeakSet<object>();

/**
 * The last check before a message goes out, with the same rules as for the subscription: a right that was taken away
 * since, or another project's topic, ends here. Writes the wire topic into the packet itself, because aedes ignores a
 * returned copy when it empties a session's queue. @returns whether the message may go out.
 */
export function forwardPacket(connection: Connection, topics: TopicTable, packet: AedesPublishPacket): boolean {
  if (forwarded.has(packet)) return true;
  const wire = topics.wireOf(connection.context, packet.topic);
  if (wire === null) return false;
  // Only what comes from the queue has a message id already; it was not delivered on this connection.
  const isFromQueue = packet.messageId !== undefined;
  const { brokerId, brokerCounter } = packet;
  if (!isFromQueue && brokerId && !connection.deliveries.isNew(brokerId, brokerCounter)) return false;
  packet.topic = wire;
  forwarded.add(packet);
  return true;
}
