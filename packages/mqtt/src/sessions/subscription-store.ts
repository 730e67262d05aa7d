import { createHash } from 'node:crypto';
import type { ProjectContext } from '@mainstay/kernel';
import { LoadingCache } from '@mainstay/kernel';
import type { KindStore, Store } from '@mainstay/store';
import type { SubscriptionRow } from './sessions.model.ts';
import { SubscriptionKind } from './sessions.model.ts';
import type { SessionSubscription } from './subscription-index.ts';
import { SubscriptionIndex } from './subscription-index.ts';

/** Other processes' changes are heard at once through Redis; without Redis after this long. */
const INDEX_AGE_MS = 30_000;
const MAX_INDEXES = 10_000;
const CHANGED = 'mqtt-subscriptions';

/** The subscriptions of sessions that outlive their connections: in MongoDB, with an index per active project in memory. */
export class SubscriptionStore {
  readonly #store: Store;
  readonly #indexes = new LoadingCache<SubscriptionIndex>({ maxEntries: MAX_INDEXES, maxAgeMs: INDEX_AGE_MS });
  #lastOrder = 0;

  constructor(store: Store) {
    this.#store = store;
    store.signals.onMessage(CHANGED, (project, payload) => {
      if (payload.length > 0) this.#indexes.invalidate(project);
    });
  }

  /** Those of one client, in the order in which they were made. */
  async ofClient(context: ProjectContext, client: string): Promise<SessionSubscription[]> {
    const rows = await this.#rows(context).find({ client }, { sort: { order: 1 } });
    return rows.map(toSubscription);
  }

  /** The clients that have exactly this filter. */
  async clientsOf(context: ProjectContext, topic: string): Promise<string[]> {
    return (await this.#rows(context).find({ topic }, { sort: { order: 1 } })).map(({ client }) => client);
  }

  async add(context: ProjectContext, client: string, subscriptions: readonly SessionSubscription[]): Promise<void> {
    const lastOfTopic = new Map(subscriptions.map((subscription) => [subscription.topic, subscription]));
    const operations = [...lastOfTopic.values()].map(({ topic, qos, ...options }) => ({
      filter: { id: rowId(client, topic) },
      update: { $set: { client, topic, qos, options: defined(options) }, $setOnInsert: { order: this.#nextOrder() } },
      upsert: true,
    }));
    await this.#rows(context).bulkUpdate(operations);
    await this.#changed(context, (index) => {
      for (const subscription of lastOfTopic.values()) index.add(client, subscription);
    });
  }

  async remove(context: ProjectContext, client: string, topics: readonly string[]): Promise<void> {
    await this.#rows(context).deleteMany({ client, topic: { $in: topics } });
    await this.#changed(context, (index) => {
      for (const topic of topics) index.remove(client, topic);
    });
  }

  /** Forgets all of a client's. Costs nothing when it has none. @returns whether it had any. */
  async clear(context: ProjectContext, client: string): Promise<boolean> {
    const index = await this.index(context);
    if (!index.hasClient(client)) return false;
    await this.#rows(context).deleteMany({ client });
    await this.#changed(context, (changed) => changed.removeClient(client));
    return true;
  }

  /** The index of the project, loaded once for all who wait. */
  index(context: ProjectContext): Promise<SubscriptionIndex> {
    return this.#indexes.get(context.project.id, async () => {
      const index = new SubscriptionIndex();
      for (const row of await this.#rows(context).find({}, { sort: { order: 1 } })) index.add(row.client, toSubscription(row));
      return index;
    });
  }

  /** Corrects our own index, and lets the other processes load theirs again. */
  async #changed(context: ProjectContext, correct: (index: SubscriptionIndex) => void): Promise<void> {
    const known = this.#indexes.peek(context.project.id);
    this.#store.signals.publish(context, CHANGED, Buffer.alloc(1));
    if (known === undefined) return;
    // The signal above made us forget our index too; the corrected one is put back unless somebody loads it already.
    correct(known);
    await this.#indexes.get(context.project.id, () => Promise.resolve(known));
  }

  #nextOrder(): number {
    this.#lastOrder = Math.max(this.#lastOrder + 0.001, Date.now());
    return this.#lastOrder;
  }

  #rows(context: ProjectContext): KindStore<SubscriptionRow> {
    return this.#store.kind(context, SubscriptionKind);
  }
}

/** Client identifiers and filters may hold any character, so only a hash keeps them apart for certain. */
function rowId(client: string, topic: string): string {
  return createHash('sha256').update(`${client.length}:${client}${topic}`).digest('base64url');
}

function toSubscription({ topic, qos, options }: SubscriptionRow): SessionSubscription {
  return { topic, qos, ...options };
}

function defined(options: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}
