import { TopicTrie } from '../topics/topic-trie.ts';

/** A subscription as aedes wants it: the topic, the QoS and the options that it gave. */
export interface SessionSubscription {
  readonly topic: string;
  readonly qos: 0 | 1 | 2;
  readonly [option: string]: unknown;
}

/** The subscriptions of all stored sessions of one project, in memory; those with QoS above 0 are found by topic. */
export class SubscriptionIndex {
  readonly #clients = new Map<string, Map<string, SessionSubscription>>();
  readonly #byTopic = new TopicTrie<SessionSubscription & { clientId: string }>();
  #queuing = 0;

  get clientCount(): number {
    return this.#clients.size;
  }

  /** How many subscriptions get messages queued. */
  get queuingCount(): number {
    return this.#queuing;
  }

  hasClient(clientId: string): boolean {
    return this.#clients.has(clientId);
  }

  add(clientId: string, added: SessionSubscription): void {
    // A copy: aedes writes into the objects that it hands over.
    const subscription = { ...added };
    const own = this.#clients.get(clientId) ?? new Map<string, SessionSubscription>();
    this.#clients.set(clientId, own);
    this.#forget(clientId, own.get(subscription.topic));
    own.set(subscription.topic, subscription);
    if (subscription.qos === 0) return;
    this.#queuing += 1;
    this.#byTopic.set(subscription.topic, clientId, { clientId, ...subscription });
  }

  remove(clientId: string, topic: string): void {
    const own = this.#clients.get(clientId);
    if (own === undefined) return;
    this.#forget(clientId, own.get(topic));
    own.delete(topic);
    if (own.size === 0) this.#clients.delete(clientId);
  }

  removeClient(clientId: string): void {
    for (const topic of Array.from(this.#clients.get(clientId)?.keys() ?? [])) this.remove(clientId, topic);
  }

  match(topic: string): readonly (SessionSubscription & { clientId: string })[] {
    return this.#byTopic.match(topic);
  }

  #forget(clientId: string, subscription: SessionSubscription | undefined): void {
    if (subscription === undefined || subscription.qos === 0) return;
    this.#queuing -= 1;
    this.#byTopic.delete(subscription.topic, clientId);
  }
}
