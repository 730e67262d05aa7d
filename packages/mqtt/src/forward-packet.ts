import type { AedesPublishPacket } from 'aedes';
import type { AedesClient } from './aedes-client.ts';
import type { Connection } from './connection/connection.ts';
import { matchesFilter } from './topics/matches-filter.ts';
import type { TopicTable } from './topics/topic-table.ts';

const forwarded = new WeakSet<object>();

/**
 * The last check before a message goes out, with the same rules as for the subscription: a right that was taken away
 * since, or another project's topic, ends here. Writes the wire topic into the packet itself, because aedes ignores a
 * returned copy when it empties a session's queue. @returns whether the message may go out.
 */
export function forwardPacket(
  client: AedesClient,
  connection: Connection,
  { topics, packet }: { topics: TopicTable; packet: AedesPublishPacket },
): boolean {
  if (forwarded.has(packet)) return true;
  const wire = topics.wireOf(connection.context, packet.topic);
  if (wire === null) return false;
  // Only what comes from the queue has a message id already; it was not delivered on this connection.
  const isFromQueue = packet.messageId !== undefined;
  const { brokerId, brokerCounter } = packet;
  if (!isFromQueue && brokerId && !connection.deliveries.isNew(brokerId, brokerCounter)) return false;
  if (packet.qos === 2 && !isFromQueue) packet.qos = grantedQos(client, packet.topic);
  packet.topic = wire;
  forwarded.add(packet);
  return true;
}

/** A message is sent with no more than the QoS of the subscription [MQTT-3.8.4-6]; aedes forgets it under wildcards. */
function grantedQos(client: AedesClient, canonical: string): 0 | 1 | 2 {
  const granted = Object.entries(client.subscriptions).flatMap(([filter, { qos }]) => (matchesFilter(filter, canonical) ? [qos] : []));
  return granted.includes(2) || granted.length === 0 ? 2 : granted.includes(1) ? 1 : 0;
}
