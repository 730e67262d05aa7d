import type { ProjectContext, ProjectId } from '@mainstay/kernel';
import type { FeedEvent, FeedTail, Store } from '@mainstay/store';
import type { Indexed } from './subscription-index.ts';
import { SubscriptionIndex } from './subscription-index.ts';

/** Hears the events that may concern it. */
export interface FeedReader extends Indexed {
  hear(event: FeedEvent): void;
}

/** The tail of one project's feed in this process, shared by everybody who reads it. */
export class ProjectFeed {
  readonly index = new SubscriptionIndex<FeedReader>();
  /** The last event that everybody in the index has heard. */
  position: number;
  /** How many use this feed; without one it ends. */
  users = 0;
  readonly #tail: FeedTail;
  #newest: number;
  readonly #reads = new Map<string, { readonly after: number; readonly answer: Promise<unknown> }>();

  constructor(store: Store, context: ProjectContext, position: number) {
    this.position = position;
    this.#newest = position;
    this.#tail = store.feed.tail(context, position, (events) => this.#hear(events));
  }

  close(): void {
    this.#tail.close();
  }

  /** The newest event that somebody has heard: ahead of `position` while it goes round. */
  get newest(): number {
    return this.#newest;
  }

  /** Reads what holds at least all up to `sequence`, together with everybody who asks for the same: the key says what, and who asks. */
  readTogether<Answer>(key: string, sequence: number, read: () => Promise<Answer>): Promise<Answer> {
    const running = this.#reads.get(key);
    if (running !== undefined && running.after >= sequence) return running.answer as Promise<Answer>;
    const answer = read().finally(() => {
      if (this.#reads.get(key) === begun) this.#reads.delete(key);
    });
    const begun = { after: sequence, answer };
    this.#reads.set(key, begun);
    return answer;
  }

  #hear(events: readonly FeedEvent[]): void {
    for (const event of events) {
      this.#newest = event.sequence;
      for (const reader of this.index.find(event)) reader.hear(event);
      this.position = event.sequence;
    }
  }
}

/** The feeds that somebody in this process reads: one tail per project, however many subscriptions. */
export class ProjectFeeds {
  readonly #store: Store;
  readonly #feeds = new Map<ProjectId, Promise<ProjectFeed>>();

  constructor(store: Store) {
    this.#store = store;
  }

  /** The project's feed, opened at its head if need be. Each call is answered by one `leave`. */
  async join(context: ProjectContext): Promise<ProjectFeed> {
    const { id } = context.project;
    const opening = this.#feeds.get(id) ?? this.#open(context);
    this.#feeds.set(id, opening);
    const feed = await opening;
    if (this.#feeds.get(id) !== opening) return this.join(context);
    feed.users += 1;
    return feed;
  }

  leave(context: ProjectContext, feed: ProjectFeed): void {
    feed.users -= 1;
    if (feed.users > 0) return;
    this.#feeds.delete(context.project.id);
    feed.close();
  }

  async #open(context: ProjectContext): Promise<ProjectFeed> {
    try {
      return new ProjectFeed(this.#store, context, await this.#store.feed.head(context));
    } catch (error) {
      this.#feeds.delete(context.project.id);
      throw error;
    }
  }
}
