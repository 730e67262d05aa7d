import { wholeNumber } from '@mainstay/kernel';
import { z } from 'zod';

/** How the MQTT door listens and what it bounds. */
export const MqttSettings = z.object({
  host: z.string().default('127.0.0.1').describe('The address that MQTT over TCP listens on.'),
  port: wholeNumber(1883, 'The port of MQTT over TCP; 0 takes a free one.'),
  maxPacketBytes: wholeNumber(65_536, 'The largest MQTT packet; a longer one closes its connection before it is read.', 256),
  connectTimeoutMs: wholeNumber(10_000, 'How long a new connection may take to send CONNECT.', 100),
  authTimeoutMs: wholeNumber(5_000, 'How long the check of credentials may take before CONNECT is refused.', 100),
  keepaliveLimitSeconds: wholeNumber(1_200, 'The longest keep-alive that a client may ask for; 0 seconds is refused as well.', 10),
  drainTimeoutMs: wholeNumber(10_000, 'How long a subscriber may leave its socket full before it is cut off.', 100),
  maxInflightInbound: wholeNumber(100, 'QoS 2 messages of one connection that may wait for PUBREL.', 1),
  maxSubscriptions: wholeNumber(100, 'Topic filters of one connection.', 1),
  maxQueuedMessages: wholeNumber(1_000, 'Messages kept for one session that is offline; the newest are dropped beyond.', 1),
  maxRetainedMessages: wholeNumber(10_000, 'Retained messages of one project.', 1),
  queueDays: wholeNumber(7, 'How long messages wait for a session that is offline.', 1),
});
export type MqttSettings = z.infer<typeof MqttSettings>;
