import type { ProjectContext } from '@mainstay/kernel';
import { LruCache } from '@mainstay/kernel';
import type { KindStore, Store } from '@mainstay/store';
import { DuplicateKeyError } from '@mainstay/store';
import type { QueuedRow } from './sessions.model.ts';
import { QueuedKind } from './sessions.model.ts';
import type { RevivedPacket } from './stored-packet.ts';
import { fromStoredPacket, toStoredMessage } from './stored-packet.ts';

/** A packet with what identifies it between brokers. */
export interface NumberedPacket {
  readonly cmd?: string;
  readonly qos?: number;
  readonly brokerId?: string;
  readonly brokerCounter?: number;
  readonly messageId?: number | null | undefined;
}

/** What a session is sent: a message, or the PUBREL that follows one. */
export type QueuedPacket = RevivedPacket | { readonly cmd: 'pubrel'; readonly messageId: number };

const PAGE = 200;
const DAY_MS = 86_400_000;
/** The length of a queue is counted anew after this many messages; in between it is estimated. */
const RECOUNT_EVERY = 100;
const MAX_ESTIMATES = 10_000;
const ESTIMATE_AGE_MS = 60_000;
const ORDER_DIGITS = 11;

/** How long a client's queue is, as far as this process knows, and how many messages it added since it counted. */
interface Estimate {
  length: number;
  added: number;
}

/**
 * The messages that wait for sessions, each until it is acknowledged or too old. A session
 * that is full gets no more; its length is an estimate, so it may end up to 10 % above the limit.
 */
export class MessageQueue {
  readonly #store: Store;
  readonly #limits: { readonly maxMessages: number; readonly days: number };
  readonly #estimates = new LruCache<Estimate>({ maxEntries: MAX_ESTIMATES, maxAgeMs: ESTIMATE_AGE_MS });
  readonly #counting = new Map<string, Promise<Estimate>>();
  #order = 0;

  constructor(store: Store, limits: { readonly maxMessages: number; readonly days: number }) {
    this.#store = store;
    this.#limits = limits;
  }

  /** Queues the packet for every client, merged with whatever else is being queued. */
  async add(context: ProjectContext, clients: readonly string[], packet: object & NumberedPacket): Promise<void> {
    const { messageId: _messageId, ...rest } = packet;
    const stored = toStoredMessage(rest);
    const now = Date.now();
    await Promise.all(
      clients.map(async (client) => {
        if (await this.#isFull(context, client)) return;
        await this.#insert(context, {
          id: rowId(client, packet),
          client,
          packet: stored,
          messageId: null,
          isReleased: false,
          order: this.#nextOrder(now),
          expiresAt: new Date(now + this.#limits.days * DAY_MS),
        });
      }),
    );
  }

  /** Notes under which message id the packet is being sent, or that only its PUBREL is left. */
  async sent(context: ProjectContext, client: string, packet: NumberedPacket): Promise<void> {
    const messageId = packet.messageId ?? null;
    if (packet.cmd === 'pubrel') await this.#rows(context).update({ client, messageId }, { $set: { isReleased: true } });
    else await this.#rows(context).update({ id: rowId(client, packet) }, { $set: { messageId } });
  }

  /** Forgets what was sent under this message id and returns it. */
  async acknowledge(context: ProjectContext, client: string, messageId: number): Promise<QueuedPacket | undefined> {
    const row = await this.#rows(context).findOne({ client, messageId }, { sort: { order: 1 } });
    if (row === null) return undefined;
    await this.#rows(context).delete({ id: row.id });
    return toPacket(row);
  }

  /** Everything that waits for the client, oldest first. */
  async *read(context: ProjectContext, client: string): AsyncGenerator<QueuedPacket> {
    let after = '';
    for (;;) {
      const rows = await this.#rows(context).find({ client, order: { $gt: after } }, { sort: { order: 1 }, limit: PAGE });
      for (const row of rows) yield toPacket(row);
      const last = rows.at(-1);
      if (last === undefined || rows.length < PAGE) return;
      after = last.order;
    }
  }

  async clear(context: ProjectContext, client: string): Promise<void> {
    await this.#rows(context).deleteMany({ client });
  }

  async #insert(context: ProjectContext, row: QueuedRow): Promise<void> {
    try {
      await this.#rows(context).insert(row);
    } catch (error) {
      // Two filters of one session matched the same message.
      if (!(error instanceof DuplicateKeyError)) throw error;
    }
  }

  async #isFull(context: ProjectContext, client: string): Promise<boolean> {
    const known = this.#estimates.get(client);
    const isOld = known === undefined || known.added >= RECOUNT_EVERY || known.length >= this.#limits.maxMessages;
    const estimate = isOld ? await this.#recount(context, client) : known;
    if (estimate.length >= this.#limits.maxMessages) return true;
    estimate.length += 1;
    estimate.added += 1;
    return false;
  }

  /** Counts once for all messages that come for the client meanwhile: a burst must not become as many counts. */
  #recount(context: ProjectContext, client: string): Promise<Estimate> {
    const going = this.#counting.get(client);
    if (going !== undefined) return going;
    const counting = this.#rows(context)
      .count({ client })
      .then((length) => {
        const estimate = { length, added: 0 };
        this.#estimates.set(client, estimate);
        return estimate;
      })
      .finally(() => this.#counting.delete(client));
    this.#counting.set(client, counting);
    return counting;
  }

  #nextOrder(now: number): string {
    this.#order += 1;
    return now.toString(36).padStart(ORDER_DIGITS, '0') + this.#order.toString(36).padStart(ORDER_DIGITS, '0');
  }

  #rows(context: ProjectContext): KindStore<QueuedRow> {
    return this.#store.kind(context, QueuedKind);
  }
}

function rowId(client: string, packet: NumberedPacket): string {
  return `${packet.brokerCounter ?? 0}:${packet.brokerId ?? ''}:${client}`;
}

function toPacket(row: QueuedRow): QueuedPacket {
  if (row.isReleased && row.messageId !== null) return { cmd: 'pubrel', messageId: row.messageId };
  return { ...fromStoredPacket(row.packet), messageId: row.messageId ?? undefined };
}
