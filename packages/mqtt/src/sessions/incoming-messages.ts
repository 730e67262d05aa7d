import type { ProjectContext } from '@mainstay/kernel';
import type { KindStore, Store } from '@mainstay/store';
import type { IncomingRow, StoredPacket } from './sessions.model.ts';
import { IncomingKind } from './sessions.model.ts';
import type { RevivedPacket } from './stored-packet.ts';
import { fromStoredPacket, toStoredMessage } from './stored-packet.ts';

const KEEP_MS = 24 * 60 * 60_000;

/** A session, and whether it ends with its connection. */
export interface Session {
  readonly client: string;
  readonly isClean: boolean;
}

/**
 * QoS 2 messages between PUBLISH and PUBREL, so that a repeated PUBLISH is not delivered twice [MQTT-4.3.3-2].
 * A clean session's end with its connection, so they stay in memory; those of other sessions are stored.
 */
export class IncomingMessages {
  readonly #store: Store;
  readonly #ofCleanSessions = new Map<string, Map<number, StoredPacket>>();

  constructor(store: Store) {
    this.#store = store;
  }

  async put(context: ProjectContext, session: Session, packet: object & { messageId: number }): Promise<void> {
    const stored = toStoredMessage(packet);
    if (session.isClean) {
      const own = this.#ofCleanSessions.get(session.client) ?? new Map<number, StoredPacket>();
      this.#ofCleanSessions.set(session.client, own.set(packet.messageId, stored));
      return;
    }
    const update = { $set: { client: session.client, packet: stored, expiresAt: new Date(Date.now() + KEEP_MS) } };
    await this.#rows(context).update({ id: rowId(session.client, packet.messageId) }, update, { upsert: true });
  }

  /** A clean session never sees what an earlier session of the same client stored: it would swallow new messages. */
  async get(context: ProjectContext, session: Session, messageId: number): Promise<RevivedPacket | null> {
    if (session.isClean) {
      const inMemory = this.#ofCleanSessions.get(session.client)?.get(messageId);
      return inMemory === undefined ? null : fromStoredPacket(inMemory);
    }
    const row = await this.#rows(context).get(rowId(session.client, messageId));
    return row === null ? null : fromStoredPacket(row.packet);
  }

  /** @returns whether it was there. */
  async delete(context: ProjectContext, session: Session, messageId: number): Promise<boolean> {
    if (session.isClean) return this.#ofCleanSessions.get(session.client)?.delete(messageId) === true;
    return (await this.#rows(context).delete({ id: rowId(session.client, messageId) })) > 0;
  }

  /** Ends what a clean session left in memory. */
  forget(client: string): void {
    this.#ofCleanSessions.delete(client);
  }

  /** Ends what any session left. */
  async clear(context: ProjectContext, client: string): Promise<void> {
    this.forget(client);
    await this.#rows(context).deleteMany({ client });
  }

  #rows(context: ProjectContext): KindStore<IncomingRow> {
    return this.#store.kind(context, IncomingKind);
  }
}

function rowId(client: string, messageId: number): string {
  return `${messageId}:${client}`;
}
