import type { Clock, ProjectContext } from '@mainstay/kernel';
import { LoadingCache } from '@mainstay/kernel';
import type { Store } from '@mainstay/store';
import { BrokerBeatKind } from './sessions.model.ts';

/** A broker that has not said so for this long is dead: its wills are published and its devices are offline. */
const ALIVE_FOR_MS = 15_000;
const KEEP_MS = 60 * 60_000;
const BELIEVE_MS = 1_000;
const MAX_BELIEVED = 10_000;

/** Which broker processes are alive, told through MongoDB so that a Redis outage makes nobody look dead. */
export class BrokerBeats {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #believed: LoadingCache<boolean>;

  constructor(store: Store, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
    this.#believed = new LoadingCache({ maxEntries: MAX_BELIEVED, maxAgeMs: BELIEVE_MS });
  }

  /** Says that the broker lives and has connections of this project. */
  async beat(context: ProjectContext, brokerId: string): Promise<void> {
    const now = this.#clock.now();
    const update = { $set: { aliveUntil: new Date(now + ALIVE_FOR_MS), expiresAt: new Date(now + KEEP_MS) } };
    await this.#store.kind(context, BrokerBeatKind).update({ id: brokerId }, update, { upsert: true });
    this.#believed.invalidate(`${context.project.id}:${brokerId}`);
  }

  /** Says that the broker has ended. */
  async end(context: ProjectContext, brokerId: string): Promise<void> {
    await this.#store.kind(context, BrokerBeatKind).delete({ id: brokerId });
  }

  /** Whether the broker's connections of this project still exist, as far as one can know. */
  isAlive(context: ProjectContext, brokerId: string): Promise<boolean> {
    return this.#believed.get(`${context.project.id}:${brokerId}`, async () => {
      const row = await this.#store.kind(context, BrokerBeatKind).get(brokerId);
      return row !== null && row.aliveUntil.getTime() > this.#clock.now();
    });
  }
}
