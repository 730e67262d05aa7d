import type { EventEmitter } from 'node:events';
import type { Client, ConnectPacket, PublishPacket, SubscribePacket, UnsubscribePacket } from 'aedes';

/** A packet as the parser hands it on. */
export type WirePacket =
  ConnectPacket | PublishPacket | SubscribePacket | UnsubscribePacket | { readonly cmd: 'other'; readonly messageId?: number };

/** The parser of one connection: an event emitter whose `parse` takes the bytes of the socket. */
export interface WireParser extends EventEmitter {
  parse(bytes: Buffer): number;
  /** Packets that came before the connection was accepted. */
  _queue: WirePacket[] | null;
}

/**
 * The parts of an aedes 1.2.0 client that this package depends on and that its types leave out.
 * `aedes-client.test.ts` fails when a new version of aedes lacks one of them.
 */
export type AedesClient = Omit<Client, 'id'> & {
  id: string;
  _parser: WireParser;
  _will: PublishPacket | null;
  will: PublishPacket | null;
  duplicates: Record<string, number>;
  subscriptions: Record<string, { readonly qos: 0 | 1 | 2 }>;
};
