import type { StoredPacket } from './sessions.model.ts';

/** A packet that came out of the store. */
export type RevivedPacket = Record<string, unknown> & { topic: string; payload: Buffer | string };

/** The packet's own fields, ready to be stored. */
export function toStoredPacket(packet: object): StoredPacket {
  return Object.fromEntries(Object.entries(packet).filter(([, value]) => value !== undefined && typeof value !== 'function'));
}

/** What makes up a message; a parser's own notes about it (its length) are left out. */
const MESSAGE_FIELDS = ['cmd', 'topic', 'payload', 'qos', 'retain', 'dup', 'brokerId', 'brokerCounter', 'messageId'] as const;

const MESSAGE_DEFAULTS = { cmd: 'publish', qos: 0, retain: false, dup: false };

/** The fields of a message only. */
export function toStoredMessage(packet: object): StoredPacket {
  const fields = packet as Readonly<Record<string, unknown>>;
  return { ...MESSAGE_DEFAULTS, ...toStoredPacket(Object.fromEntries(MESSAGE_FIELDS.map((field) => [field, fields[field]]))) };
}

/** The packet with its payload as a Buffer again (texts stay texts). */
export function fromStoredPacket(stored: StoredPacket): RevivedPacket {
  const { payload } = stored;
  return { ...stored, topic: String(stored['topic']), payload: typeof payload === 'string' ? payload : bytesOf(payload) };
}

function bytesOf(value: unknown): Buffer {
  if (value instanceof Uint8Array) return Buffer.from(value);
  const { buffer } = (value ?? {}) as { buffer?: unknown };
  return buffer instanceof Uint8Array ? Buffer.from(buffer) : Buffer.alloc(0);
}
