import type { ProjectContext } from '@mainstay/kernel';
import { rulesApplyTo } from '@mainstay/kernel';
import { problemBody, serverAccessNeeded, toProblem } from '@mainstay/http';
import type { Announcement } from '@mainstay/store';
import type { Socket } from 'socket.io';
import { Subscribe, Unsubscribe, Watch } from '../schema.ts';
import type { Subscribed } from '../schema.ts';
import type { ProjectFeeds } from '../subscriptions/project-feed.ts';
import type { ChannelRuleBook } from '../channels/channel-rules.service.ts';
import { ChannelVisit } from '../channels/channel-visit.ts';
import type { Channels } from '../channels/channels.service.ts';
import type { Follower, Outlet, SubscriptionParts } from '../subscriptions/subscription.ts';
import { Subscription, wantedOf } from '../subscriptions/subscription.ts';
import { isWindow, Window } from '../subscriptions/window.ts';
import type { ToldChange } from '../subscriptions/told-change.ts';
import { changeFrame } from './change-frame.ts';
import type { Guest } from './guests.ts';
import { subscriptionNotFound, tooManyMessages, tooManySubscriptions, unknownMessage } from './gateway.problems.ts';
import { sightOf } from './sight-of.ts';
import { MessageBudget } from './message-budget.ts';
import { parseMessage } from './parse-message.ts';

/** What connections work with. */
export interface ConnectionParts extends SubscriptionParts {
  readonly feeds: ProjectFeeds;
  readonly channels: Channels;
  readonly channelRules: ChannelRuleBook;
}

type Acknowledge = (answer: unknown) => void;

/** One authenticated socket with its subscriptions. */
export class Connection implements Outlet, Guest {
  readonly socket: Socket;
  readonly #parts: ConnectionParts;
  readonly #budget: MessageBudget;
  readonly #subscriptions = new Map<string, Follower>();
  readonly #visit: ChannelVisit;
  #context: ProjectContext;
  #topics: ReadonlySet<string> = new Set();
  /** Subscriptions that are being made: they count as well. */
  #beginning = 0;

  constructor(socket: Socket, context: ProjectContext, parts: ConnectionParts) {
    this.socket = socket;
    this.#context = context;
    this.#parts = parts;
    this.#budget = new MessageBudget(parts.settings.messagesPerSecond, parts.clock);
    this.#visit = new ChannelVisit(parts, {
      context: () => this.#context,
      // What is told in channels costs freshness only.
      send: (message, body) => (this.isFull() ? undefined : this.send(message, body)),
    });
    socket.use(([message, ...values]: unknown[]) => this.#receive(message, values));
    socket.on('disconnect', () => this.#end());
  }

  context(): ProjectContext {
    return this.#context;
  }

  send(message: string, body: object): void {
    this.socket.emit(message, body);
  }

  tell(subscription: string, change: ToldChange): void {
    const { data, options } = changeFrame(subscription, change);
    this.socket.conn.write(data, options);
  }

  isFull(): boolean {
    return unsentOf(this.socket) >= this.#parts.settings.unsentMaxPackets;
  }

  room(timeoutMs: number): Promise<boolean> {
    const { conn } = this.socket;
    return new Promise((resolve) => {
      const finish = (): void => {
        clearTimeout(timer);
        conn.off('drain', finish);
        conn.off('close', finish);
        resolve(this.socket.connected && !this.isFull());
      };
      const timer = setTimeout(finish, timeoutMs);
      conn.on('drain', finish);
      conn.on('close', finish);
    });
  }

  ended(subscription: Follower): void {
    if (this.#subscriptions.delete(subscription.id)) this.#parts.feeds.leave(this.#context, subscription.feed);
  }

  /** Passes on what was announced, unless nobody reads: that costs freshness only. */
  announce({ topic, type, data }: Announcement): void {
    if (!this.#topics.has(topic) || this.isFull()) return;
    this.send('event', { topic, type, data, at: new Date(this.#parts.clock.now()).toISOString() });
  }

  tellPlaces(): void {
    if (!this.isFull()) for (const subscription of this.#subscriptions.values()) subscription.tellPlace?.();
  }

  cut(): void {
    this.socket.disconnect(true);
  }

  dismiss(afterMs: number): void {
    this.send('reconnect', { afterMs });
  }

  /** Takes over who the socket is now; its subscriptions follow if that changed. */
  async adopt(context: ProjectContext): Promise<void> {
    const isOther = sightOf(context.principal) !== sightOf(this.#context.principal);
    this.#context = context;
    if (rulesApplyTo(context.principal)) this.#topics = new Set();
    if (isOther) await this.recheckChannels();
    await this.refresh(undefined, isOther);
  }

  /** The channel rules, or who this is, changed. */
  async recheckChannels(): Promise<void> {
    await this.#visit.recheck((channel, error) => this.send('ended', { channel, problem: this.#problem(error) }));
  }

  /** Makes the subscriptions of a collection (or all) see by the present rules; what is no longer allowed ends. */
  async refresh(collection: string | undefined, isForced: boolean): Promise<void> {
    for (const subscription of Array.from(this.#subscriptions.values())) {
      if (collection !== undefined && subscription.collection !== collection) continue;
      try {
        await subscription.refresh(isForced);
      } catch (error) {
        subscription.close();
        this.send('ended', { subscription: subscription.id, problem: this.#problem(error) });
        this.ended(subscription);
      }
    }
  }

  #receive(message: unknown, values: readonly unknown[]): void {
    const last = values.at(-1);
    const acknowledge = typeof last === 'function' ? (last as Acknowledge) : undefined;
    const answer = (body: unknown): void => acknowledge?.(body);
    const passes = this.#budget.take();
    if (passes === 'fine')
      void this.#handle(message, values[0], answer).catch((error: unknown) => answer({ problem: this.#problem(error) }));
    else if (passes === 'over') answer({ problem: this.#problem(tooManyMessages({ perSecond: this.#parts.settings.messagesPerSecond })) });
    else this.socket.disconnect(true);
  }

  async #handle(message: unknown, body: unknown, answer: Acknowledge): Promise<void> {
    if (message === 'subscribe') return this.#subscribe(parseMessage(Subscribe, body), answer);
    if (message === 'unsubscribe') {
      const subscription = this.#subscriptions.get(parseMessage(Unsubscribe, body).subscription);
      if (subscription === undefined) throw subscriptionNotFound();
      subscription.close();
      this.ended(subscription);
    } else if (message === 'watch') {
      const { topics } = parseMessage(Watch, body);
      if (rulesApplyTo(this.#context.principal)) throw serverAccessNeeded();
      this.#topics = new Set(topics);
    } else {
      const answered = await this.#visit.handle(message, body);
      if (answered === undefined) throw unknownMessage();
      return answer(answered);
    }
    answer({ ok: true });
  }

  async #subscribe(request: Subscribe, answer: Acknowledge): Promise<void> {
    const allowed = this.#parts.settings.subscriptionsPerSocket;
    if (this.#subscriptions.size + this.#beginning >= allowed) throw tooManySubscriptions({ allowed });
    this.#beginning += 1;
    try {
      const { subscription, first } = await this.#begin(request);
      answer(first);
      subscription.follow();
    } finally {
      this.#beginning -= 1;
    }
  }

  /** Rules that change while it begins have it begin again: the client could not tell yet which subscription is void. */
  async #begin(request: Subscribe): Promise<{ subscription: Follower; first: Subscribed }> {
    for (;;) {
      const begun = await this.#tryBegin(request);
      if (this.#subscriptions.has(begun.subscription.id) || !this.socket.connected) return begun;
    }
  }

  async #tryBegin(request: Subscribe): Promise<{ subscription: Follower; first: Subscribed }> {
    const { data, feeds } = this.#parts;
    const wanted = isWindow(request) ? { where: request.where } : wantedOf(request);
    const visibility = await data.visibility(this.#context, request.collection, wanted);
    const feed = await feeds.join(this.#context);
    const options = { request, feed, visibility, outlet: this };
    const subscription = isWindow(request) ? new Window(this.#parts, options) : new Subscription(this.#parts, options);
    this.#subscriptions.set(subscription.id, subscription);
    try {
      const first = await subscription.begin();
      // Before it was known here, nobody told it of a change.
      await subscription.refresh(false);
      if (!this.socket.connected) this.#end();
      return { subscription, first };
    } catch (error) {
      subscription.close();
      this.ended(subscription);
      throw error;
    }
  }

  #problem(error: unknown) {
    return problemBody(toProblem(error, this.#context.log), this.#context.requestId);
  }

  #end(): void {
    void this.#visit.end();
    for (const subscription of Array.from(this.#subscriptions.values())) {
      subscription.close();
      this.ended(subscription);
    }
  }
}

/** Packets that wait because the client does not read. `writeBuffer` is public in engine.io, but not in the type that socket.io shows. */
function unsentOf(socket: Socket): number {
  return (socket.conn as unknown as { readonly writeBuffer: readonly unknown[] }).writeBuffer.length;
}
