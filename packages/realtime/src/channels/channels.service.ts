import type { LifecyclePart, ProjectContext, ProjectId } from '@mainstay/kernel';
import type { Store } from '@mainstay/store';
import type { RealtimeSettings } from '../realtime.settings.ts';
import type { Member } from '../schema.ts';
import { channelFull } from './channels.problems.ts';

/** Somebody of this process who hears a channel. */
export interface Seat {
  readonly context: () => ProjectContext;
  readonly send: (message: string, body: object) => void;
}

/** One channel as this process knows it. */
interface Room {
  readonly channel: string;
  readonly seats: Map<string, Seat>;
  /** The members of this process: they are written again when their leases are renewed. */
  readonly own: Map<string, Member>;
  /** The members of all processes, as far as is known here. */
  readonly known: Map<string, Member>;
  /** Done when those who were there before are known. */
  isFilled: Promise<void>;
}

type News =
  | { readonly type: 'join' | 'leave'; readonly channel: string; readonly member: Member }
  | {
      readonly type: 'broadcast';
      readonly channel: string;
      readonly from: string;
      readonly sender: string;
      readonly event: string;
      readonly data?: unknown;
    };

const NEWS = 'channels';
/** A lease is renewed this often before it ends. */
const RENEWALS = 3;

/**
 * The channels that somebody in this process is in. News goes between processes through Redis at most once; who is there is also kept
 * there under leases and compared at every renewal, so that what was not heard, and who died, is noticed then.
 */
export class Channels implements LifecyclePart {
  readonly name = 'channels';
  readonly #store: Store;
  readonly #settings: RealtimeSettings;
  readonly #rooms = new Map<ProjectId, Map<string, Room>>();
  readonly #stopHearing: () => void;
  readonly #timer: NodeJS.Timeout;

  constructor({ store, settings }: { store: Store; settings: RealtimeSettings }) {
    this.#store = store;
    this.#settings = settings;
    this.#stopHearing = store.signals.onMessage(NEWS, (project, payload) => this.#hear(project, JSON.parse(payload.toString()) as News));
    this.#timer = setInterval(() => void this.#renew(), settings.presenceLeaseMs / RENEWALS).unref();
  }

  stop(): Promise<void> {
    clearInterval(this.#timer);
    this.#stopHearing();
    return Promise.resolve();
  }

  /** Takes a seat, as a member unless it only listens. @returns who is there @throws channelFull */
  async join(seat: Seat, channel: string, { id, member }: { id: string; member: Member | null }): Promise<Member[]> {
    const context = seat.context();
    const room = this.#open(context, channel);
    const { seats } = room;
    // Keeps the room open until it is known who is there.
    if (!seats.has(id)) seats.set(id, { ...seat, send: () => undefined });
    await room.isFilled;
    const allowed = this.#settings.channelMaxMembers;
    if (member !== null && !room.known.has(id) && room.known.size >= allowed) {
      if (!room.own.has(id)) seats.delete(id);
      this.#forgetEmpty(context.project.id, room);
      throw channelFull({ allowed });
    }
    seats.set(id, seat);
    if (member === null) await this.#withdraw(context, room, id);
    else {
      room.own.set(id, member);
      await this.#write(context, room, [member]);
      this.#tell(context, { type: 'join', channel, member });
    }
    return [...room.known.values()];
  }

  async leave(context: ProjectContext, channel: string, id: string): Promise<void> {
    const room = this.#rooms.get(context.project.id)?.get(channel);
    if (room === undefined || !room.seats.delete(id)) return;
    await this.#withdraw(context, room, id);
    this.#forgetEmpty(context.project.id, room);
  }

  /** Who is in the channel. */
  async list(context: ProjectContext, channel: string): Promise<Member[]> {
    const room = this.#rooms.get(context.project.id)?.get(channel) ?? emptyRoom(channel);
    await this.#compare(context, room);
    return [...room.known.values()];
  }

  /** Tells everybody in the channel but the sender. */
  broadcast(context: ProjectContext, news: Omit<Extract<News, { type: 'broadcast' }>, 'type'>): void {
    this.#tell(context, { type: 'broadcast', ...news });
  }

  #open(context: ProjectContext, channel: string): Room {
    const { id } = context.project;
    const rooms = this.#rooms.get(id) ?? new Map<string, Room>();
    this.#rooms.set(id, rooms);
    const known = rooms.get(channel);
    if (known !== undefined) return known;
    const room = emptyRoom(channel);
    rooms.set(channel, room);
    room.isFilled = this.#compare(context, room);
    return room;
  }

  /** Who only listens from now on, or has left, is no member any more. */
  async #withdraw(context: ProjectContext, room: Room, id: string): Promise<void> {
    const member = room.own.get(id);
    if (member === undefined) return;
    room.own.delete(id);
    this.#tell(context, { type: 'leave', channel: room.channel, member });
    await this.#store.presence.remove(context, room.channel, id);
  }

  #forgetEmpty(project: ProjectId, room: Room): void {
    if (room.seats.size > 0) return;
    const rooms = this.#rooms.get(project);
    if (rooms?.get(room.channel) === room) rooms.delete(room.channel);
    if (rooms?.size === 0) this.#rooms.delete(project);
  }

  #tell(context: ProjectContext, news: News): void {
    this.#store.signals.publish(context, NEWS, Buffer.from(JSON.stringify(news)));
  }

  #hear(project: ProjectId, news: News): void {
    const room = this.#rooms.get(project)?.get(news.channel);
    if (room === undefined) return;
    if (news.type === 'broadcast') {
      const { channel, sender, event, data } = news;
      for (const [id, seat] of room.seats) if (id !== news.from) seat.send('broadcast', { channel, sender, event, data });
    } else this.#notice(room, news.type, news.member);
  }

  /** Takes over that a member came, changed or left, and tells those who are here. */
  #notice(room: Room, type: 'join' | 'leave', member: Member): void {
    const before = room.known.get(member.id);
    if (type === 'leave' ? before === undefined : JSON.stringify(before) === JSON.stringify(member)) return;
    if (type === 'leave') room.known.delete(member.id);
    else room.known.set(member.id, member);
    const told = type === 'join' && before !== undefined ? 'update' : type;
    for (const [id, seat] of room.seats) if (id !== member.id) seat.send('presence', { channel: room.channel, type: told, member });
  }

  async #write(context: ProjectContext, { channel }: Room, members: readonly Member[]): Promise<void> {
    const entries = members.map((member) => ({ id: member.id, value: JSON.stringify(member) }));
    await this.#store.presence.put(context, channel, { entries, leaseMs: this.#settings.presenceLeaseMs });
  }

  /** Compares what is known with what is stored; without Redis those of this process are there. */
  async #compare(context: ProjectContext, room: Room): Promise<void> {
    const stored = await this.#store.presence.list(context, room.channel);
    const there = new Map((stored ?? []).map(({ id, value }) => [id, JSON.parse(value) as Member]));
    for (const [id, member] of room.own) there.set(id, member);
    for (const [id, member] of room.known) if (!there.has(id)) this.#notice(room, 'leave', member);
    for (const member of there.values()) this.#notice(room, 'join', member);
  }

  async #renew(): Promise<void> {
    for (const rooms of this.#rooms.values()) {
      for (const room of rooms.values()) {
        const [seat] = room.seats.values();
        if (seat === undefined) continue;
        await this.#write(seat.context(), room, [...room.own.values()]);
        await this.#compare(seat.context(), room);
      }
    }
  }
}

function emptyRoom(channel: string): Room {
  return { channel, seats: new Map(), own: new Map(), known: new Map(), isFilled: Promise.resolve() };
}
