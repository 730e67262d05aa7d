import { createHash } from 'node:crypto';
import type { ProjectContext } from '@mainstay/kernel';
import { limitExceeded, LruCache } from '@mainstay/kernel';
import type { KindStore, Store } from '@mainstay/store';
import { matchesFilter } from '../topics/matches-filter.ts';
import type { RetainedRow } from './sessions.model.ts';
import { RetainedKind } from './sessions.model.ts';
import type { RevivedPacket } from './stored-packet.ts';
import { fromStoredPacket, toStoredPacket } from './stored-packet.ts';

const COUNT_AGE_MS = 10_000;
const MAX_COUNTS = 10_000;
const PAGE = 200;

/** The last retained message of every topic. */
export class RetainedMessages {
  readonly #store: Store;
  readonly #maxMessages: number;
  readonly #counts = new LruCache<{ count: number }>({ maxEntries: MAX_COUNTS, maxAgeMs: COUNT_AGE_MS });

  constructor(store: Store, maxMessages: number) {
    this.#store = store;
    this.#maxMessages = maxMessages;
  }

  /**
   * Replaces the topic's message; an empty payload removes it [MQTT-3.3.1-10].
   * @throws limitExceeded when the project has too many.
   */
  async put(context: ProjectContext, packet: { readonly topic: string; readonly payload: Buffer | string }): Promise<void> {
    const id = createHash('sha256').update(packet.topic).digest('base64url');
    if (packet.payload.length === 0) {
      await this.#rows(context).delete({ id });
      return;
    }
    const counted = await this.#counted(context);
    const isFull = counted.count >= this.#maxMessages;
    const update = { $set: { topic: packet.topic, packet: toStoredPacket(packet) } };
    const { matched, upserted } = await this.#rows(context).update({ id }, update, { upsert: !isFull });
    if (upserted) counted.count += 1;
    if (isFull && matched === 0) throw limitExceeded({ limit: 'retained messages', allowed: this.#maxMessages });
  }

  /** The messages whose topic one of the filters covers. */
  async *read(context: ProjectContext, filters: readonly string[]): AsyncGenerator<RevivedPacket> {
    const sent = new Set<string>();
    for (const filter of filters) {
      for await (const row of this.#rowsOf(context, filter)) {
        if (sent.has(row.id) || !matchesFilter(filter, row.topic)) continue;
        sent.add(row.id);
        yield fromStoredPacket(row.packet);
      }
    }
  }

  /** The rows between the fixed levels at the start of the filter and what sorts after them. */
  async *#rowsOf(context: ProjectContext, filter: string): AsyncGenerator<RetainedRow> {
    const wildcard = filter.search(/[+#]/);
    const start = wildcard < 0 ? filter : filter.slice(0, wildcard);
    // `a/#` covers `a` too, which is shorter than the fixed part by its slash.
    const from = start.replace(/\/$/, '');
    let range: Record<string, string> = { $gte: from };
    for (;;) {
      const where = wildcard < 0 ? { topic: filter } : { topic: { ...range, ...(from === '' ? {} : { $lt: `${from}0` }) } };
      const rows = await this.#rows(context).find(where, { sort: { topic: 1 }, limit: PAGE });
      yield* rows;
      const last = rows.at(-1);
      if (wildcard < 0 || last === undefined || rows.length < PAGE) return;
      range = { $gt: last.topic };
    }
  }

  async #counted(context: ProjectContext): Promise<{ count: number }> {
    const known = this.#counts.get(context.project.id);
    if (known !== undefined) return known;
    const counted = { count: await this.#rows(context).count({}) };
    this.#counts.set(context.project.id, counted);
    return counted;
  }

  #rows(context: ProjectContext): KindStore<RetainedRow> {
    return this.#store.kind(context, RetainedKind);
  }
}
