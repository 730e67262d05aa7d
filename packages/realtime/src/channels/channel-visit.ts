import type { Clock, ProjectContext } from '@mainstay/kernel';
import { createId, nameOf } from '@mainstay/kernel';
import { tooManyMessages } from '../gateway/gateway.problems.ts';
import { MessageBudget } from '../gateway/message-budget.ts';
import { parseMessage } from '../gateway/parse-message.ts';
import type { RealtimeSettings } from '../realtime.settings.ts';
import { Broadcast, ChannelMessage, PresenceJoin } from '../schema.ts';
import type { ChannelRuleBook } from './channel-rules.service.ts';
import { channelMessageTooLarge, notInChannel, tooManyChannels } from './channels.problems.ts';
import type { Channels, Seat } from './channels.service.ts';

/** What a visit works with. */
export interface VisitParts {
  readonly channels: Channels;
  readonly channelRules: ChannelRuleBook;
  readonly settings: RealtimeSettings;
  readonly clock: Clock;
}

/** What one socket does in channels. */
export class ChannelVisit {
  readonly #id = createId();
  readonly #parts: VisitParts;
  readonly #seat: Seat;
  readonly #budget: MessageBudget;
  readonly #joined = new Set<string>();
  #isOver = false;

  constructor(parts: VisitParts, seat: Seat) {
    this.#parts = parts;
    this.#seat = seat;
    this.#budget = new MessageBudget(parts.settings.broadcastsPerSecond, parts.clock);
  }

  /** The answer to a message about channels; undefined when it is about something else. @throws channelDenied and others */
  async handle(message: unknown, body: unknown): Promise<object | undefined> {
    if (message === 'presence.join') return this.#join(parseMessage(PresenceJoin, body));
    if (message === 'presence.leave') return this.#leave(parseMessage(ChannelMessage, body).channel);
    if (message === 'presence.list') return this.#list(parseMessage(ChannelMessage, body).channel);
    return message === 'broadcast' ? this.#broadcast(parseMessage(Broadcast, body)) : undefined;
  }

  /** Leaves every channel that it may no longer be in; `onEnded` is called for each. */
  async recheck(onEnded: (channel: string, error: unknown) => void): Promise<void> {
    for (const channel of this.#joined) {
      try {
        await this.#parts.channelRules.check(this.#context, 'join', channel);
      } catch (error) {
        await this.#leave(channel);
        onEnded(channel, error);
      }
    }
  }

  async end(): Promise<void> {
    this.#isOver = true;
    for (const channel of this.#joined) await this.#leave(channel);
  }

  get #context(): ProjectContext {
    return this.#seat.context();
  }

  async #join({ channel, state = {}, isListening }: PresenceJoin): Promise<object> {
    const { settings, channels, channelRules } = this.#parts;
    if (Buffer.byteLength(JSON.stringify(state)) > settings.presenceMaxBytes)
      throw channelMessageTooLarge({ allowed: settings.presenceMaxBytes });
    await channelRules.check(this.#context, 'join', channel);
    const allowed = settings.channelsPerSocket;
    if (!this.#joined.has(channel) && this.#joined.size >= allowed) throw tooManyChannels({ allowed });
    const isNew = !this.#joined.has(channel);
    this.#joined.add(channel);
    const member = isListening ? null : { id: this.#id, principal: nameOf(this.#context.principal), state };
    try {
      const members = await channels.join(this.#seat, channel, { id: this.#id, member });
      if (this.#isOver) await this.#leave(channel);
      return { member: this.#id, members };
    } catch (error) {
      if (isNew) this.#joined.delete(channel);
      throw error;
    }
  }

  async #leave(channel: string): Promise<object> {
    this.#joined.delete(channel);
    await this.#parts.channels.leave(this.#context, channel, this.#id);
    return { ok: true };
  }

  async #list(channel: string): Promise<object> {
    await this.#parts.channelRules.check(this.#context, 'join', channel);
    return { members: await this.#parts.channels.list(this.#context, channel) };
  }

  async #broadcast({ channel, event, data }: Broadcast): Promise<object> {
    const { broadcastMaxBytes, broadcastsPerSecond } = this.#parts.settings;
    if (this.#budget.take() !== 'fine') throw tooManyMessages({ perSecond: broadcastsPerSecond });
    if (Buffer.byteLength(JSON.stringify(data ?? null)) > broadcastMaxBytes) throw channelMessageTooLarge({ allowed: broadcastMaxBytes });
    await this.#parts.channelRules.check(this.#context, 'send', channel);
    if (!this.#joined.has(channel)) throw notInChannel();
    this.#parts.channels.broadcast(this.#context, { channel, from: this.#id, sender: nameOf(this.#context.principal), event, data });
    return { ok: true };
  }
}
