import type { ProjectContext } from '@mainstay/kernel';
import { ruleDenied } from '@mainstay/data';
import type { Guest } from '../gateway/guests.ts';
import { sightOf } from '../gateway/sight-of.ts';
import type { Change, Subscribed } from '../schema.ts';
import type { Follower, Outlet } from '../subscriptions/subscription.ts';
import type { ToldChange } from '../subscriptions/told-change.ts';

/** What a poll is answered. */
export interface PollAnswer {
  readonly items?: readonly unknown[];
  readonly nextCursor?: string | null;
  readonly changes: readonly Omit<Change, 'subscription'>[];
  readonly sequence: number;
  readonly rights: string;
  readonly resync?: true;
}

/** One subscription for as long as a request waits: the first change, and what comes with it, is its answer. */
export class Poll implements Outlet, Guest {
  #context: ProjectContext;
  readonly #changes: Omit<Change, 'subscription'>[] = [];
  #follower: Follower | undefined;
  #finish: () => void = () => undefined;
  #isVoid = false;
  #isCut = false;

  constructor(context: ProjectContext) {
    this.#context = context;
  }

  /** @throws ruleDenied when the caller was shut out while it waited */
  async answer(follower: Follower, { since, waitMs }: { since: number | undefined; waitMs: number }): Promise<PollAnswer> {
    this.#follower = follower;
    const { items, nextCursor, sequence, rights, resync }: Subscribed = await follower.begin();
    await follower.refresh(false);
    if (this.#isVoid) return { changes: [], sequence, rights, resync: true };
    if (since === undefined || resync === true)
      return { items, nextCursor, changes: [], sequence, rights, ...(resync === true ? { resync } : {}) };
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, waitMs);
      this.#finish = () => {
        clearTimeout(timer);
        // What is told in the same turn belongs together.
        setImmediate(resolve);
      };
      follower.follow();
    });
    if (this.#isCut) throw ruleDenied({ collection: follower.collection, operation: 'subscribe' });
    if (this.#isVoid) return { changes: [], sequence, rights, resync: true };
    return { changes: this.#changes, sequence: follower.sequence, rights };
  }

  context(): ProjectContext {
    return this.#context;
  }

  send(message: string): void {
    if (message === 'resync') this.#isVoid = true;
    this.#finish();
  }

  tell(_subscription: string, { change }: ToldChange): void {
    this.#changes.push(change);
    this.#finish();
  }

  isFull(): boolean {
    return false;
  }

  room(): Promise<boolean> {
    return Promise.resolve(true);
  }

  ended(): void {
    this.#finish();
  }

  async adopt(context: ProjectContext): Promise<void> {
    const isOther = sightOf(context.principal) !== sightOf(this.#context.principal);
    this.#context = context;
    if (this.#follower !== undefined) await this.refresh(this.#follower.collection, isOther);
  }

  async refresh(collection: string, isForced: boolean): Promise<void> {
    if (this.#follower?.collection !== collection) return;
    await this.#follower.refresh(isForced).catch(() => this.cut());
  }

  cut(): void {
    this.#isCut = true;
    this.#finish();
  }

  dismiss(): void {
    this.#finish();
  }
}
