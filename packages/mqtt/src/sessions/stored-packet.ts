import type { StoredPacket } from './sessions.model.ts';

/** A packet that came out of the store. */
export type RevivedPacket = Record<string, unknown> & { topic: string; payload: Buffer | string };

/** The packet's own fields, ready to be stored. */
export function toStoredPacket(packet: object): StoredPacket {
  return Object.fromEntries(Object.entries(packet).filter(([, value]) => value !== undefined && typeof value !== 'function'));
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
