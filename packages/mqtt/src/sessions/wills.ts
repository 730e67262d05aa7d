import type { ProjectContext } from '@mainstay/kernel';
import type { KindStore, Store } from '@mainstay/store';
import type { WillRow } from './sessions.model.ts';
import { WillKind } from './sessions.model.ts';
import type { RevivedPacket } from './stored-packet.ts';
import { fromStoredPacket, toStoredPacket } from './stored-packet.ts';

/** The wills of connected clients, kept so that another broker can publish them when theirs dies. */
export class Wills {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  async put(context: ProjectContext, client: string, { brokerId, packet }: { brokerId: string; packet: object }): Promise<void> {
    await this.#rows(context).update({ id: client }, { $set: { brokerId, packet: toStoredPacket(packet) } }, { upsert: true });
  }

  async get(context: ProjectContext, client: string): Promise<RevivedPacket | undefined> {
    const row = await this.#rows(context).get(client);
    return row === null ? undefined : fromStoredPacket(row.packet);
  }

  /** Forgets the client's will and returns it. Every CONNECT asks, so the common answer, that there is none, is a merged read. */
  async take(context: ProjectContext, client: string): Promise<RevivedPacket | undefined> {
    const will = await this.get(context, client);
    if (will !== undefined) await this.#rows(context).delete({ id: client });
    return will;
  }

  async all(context: ProjectContext): Promise<{ readonly brokerId: string; readonly packet: RevivedPacket }[]> {
    const rows = await this.#rows(context).find({});
    return rows.map(({ brokerId, packet }) => ({ brokerId, packet: fromStoredPacket(packet) }));
  }

  #rows(context: ProjectContext): KindStore<WillRow> {
    return this.#store.kind(context, WillKind);
  }
}
