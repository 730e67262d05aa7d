import { wholeNumber } from '@mainstay/kernel';
import { z } from 'zod';

/** How the socket door behaves. */
export const RealtimeSettings = z.object({
  messageMaxBytes: wholeNumber(262_144, 'The largest message of a client; a larger one ends its connection.', 1_024),
  messagesPerSecond: wholeNumber(50, 'Messages per second of one socket; far more end its connection.', 1),
  subscriptionsPerSocket: wholeNumber(100, 'Subscriptions of one socket.', 1),
  snapshotMaxDocuments: wholeNumber(1_000, 'The most documents that a subscription starts with.', 1),
  unsentMaxPackets: wholeNumber(256, 'Packets that may wait for a slow reader; the rest stays in the feed.', 8),
  streamMaxUnsentBytes: wholeNumber(1_048_576, 'Bytes of events that may wait for a slow reader of a stream.', 1_024),
  heartbeatMs: wholeNumber(15_000, 'How often an idle stream of events sends a sign of life.', 100),
  stalledAfterMs: wholeNumber(10_000, 'A reader that takes nothing for this long loses its subscription and must resync.', 100),
  replayMaxEvents: wholeNumber(10_000, 'A subscription that lacks more changes than this starts anew instead of replaying them.', 1),
  syncMaxBytes: wholeNumber(8_388_608, 'A page of `sync` ends when it has this many bytes.', 65_536),
  channelsPerSocket: wholeNumber(50, 'Channels that one socket may be in.', 1),
  channelMaxMembers: wholeNumber(1_000, 'Members of one channel; more may only listen.', 1),
  presenceMaxBytes: wholeNumber(2_048, 'The largest state that a member shows, as JSON.', 16),
  presenceLeaseMs: wholeNumber(30_000, 'Members of a process that died are gone after this long.', 300),
  broadcastMaxBytes: wholeNumber(16_384, 'The largest broadcast, as JSON.', 16),
  broadcastsPerSecond: wholeNumber(20, 'Broadcasts per second of one socket.', 1),
  placeMs: wholeNumber(
    10_000,
    'How often a subscription that hears nothing is told how far it is, so that it need not look back far.',
    100,
  ),
  recheckMs: wholeNumber(30_000, 'How often every socket is authenticated again, in case a revocation was not heard.', 100),
  reconnectWithinMs: wholeNumber(5_000, 'When the process ends, its sockets are told to come back spread over this time.', 0),
});
export type RealtimeSettings = z.infer<typeof RealtimeSettings>;
