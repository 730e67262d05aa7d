import type { Socket } from 'socket.io-client';
import { csrfToken } from './api.ts';

/** Something that happened in the project, told to open consoles. Freshness only: a missed one is healed by the next read. */
export interface LiveEvent {
  readonly topic: string;
  readonly type: string;
  readonly data: unknown;
  readonly at?: string;
}

/** A document that came into, changed in or left a subscription. */
export interface LiveChange {
  readonly type: 'added' | 'changed' | 'removed';
  readonly document: { readonly id: string } & Readonly<Record<string, unknown>>;
  readonly sequence: number;
}

export interface Interest {
  readonly collection: string;
  readonly where?: unknown;
  readonly onChange: (change: LiveChange) => void;
}

export type LiveStatus = 'connecting' | 'online' | 'offline';

export interface LiveState {
  readonly status: LiveStatus;
  /** When the last event or change came, in milliseconds since 1970; null before the first. */
  readonly lastEventAt: number | null;
}

interface SubscribeAnswer {
  readonly subscription?: string;
}

/** The console's one socket to a project: connects on demand, reconnects by itself, and asks again for everything it was asked for. */
export class LiveConnection {
  readonly #project: string;
  readonly #topics = new Map<string, Set<(event: LiveEvent) => void>>();
  readonly #interests = new Map<Interest, string | null>();
  readonly #observers = new Set<() => void>();
  readonly #onReconnect: () => void;
  #socket: Socket | null = null;
  #isStopped = false;
  #hasBeenOnline = false;
  #state: LiveState = { status: 'connecting', lastEventAt: null };

  /** @param options.onReconnect what to do after a gap, in which events may have been missed */
  constructor(project: string, options: { onReconnect: () => void }) {
    this.#project = project;
    this.#onReconnect = options.onReconnect;
  }

  /** Opens the socket; the library for it is loaded only now. */
  async start(): Promise<void> {
    this.#isStopped = false;
    const { io } = await import('socket.io-client');
    if (this.#isStopped || this.#socket !== null) return;
    const socket = io({
      path: '/realtime',
      transports: ['websocket', 'polling'],
      auth: (give) => give({ project: this.#project, csrfToken: csrfToken() }),
    });
    this.#socket = socket;
    socket.on('connect', () => this.#connected());
    socket.on('disconnect', (reason) => {
      this.#become('offline');
      // The library reconnects by itself except when the server ended the connection, for example because a session was renewed.
      if (reason === 'io server disconnect') socket.connect();
    });
    socket.on('connect_error', () => this.#become('offline'));
    socket.on('event', (event: LiveEvent) => this.#deliver(event));
    socket.on('change', (change: LiveChange & { subscription: string }) => this.#deliverChange(change));
  }

  /** Closes the socket. The connection may be started again. */
  stop(): void {
    this.#isStopped = true;
    this.#socket?.close();
    this.#socket = null;
  }

  /** Hears the events of a topic until the returned function is called. */
  watch(topic: string, listener: (event: LiveEvent) => void): () => void {
    const listeners = this.#topics.get(topic) ?? new Set();
    listeners.add(listener);
    if (listeners.size === 1) {
      this.#topics.set(topic, listeners);
      if (this.#socket?.connected) this.#socket.emit('watch', { topics: [topic] });
    }
    return () => {
      listeners.delete(listener);
      if (listeners.size > 0) return;
      this.#topics.delete(topic);
      if (this.#socket?.connected) this.#socket.emit('unwatch', { topics: [topic] });
    };
  }

  /** Hears the changes of documents that meet a condition until the returned function is called. */
  subscribe(interest: Interest): () => void {
    this.#interests.set(interest, null);
    if (this.#socket?.connected) this.#ask(interest);
    return () => {
      const subscription = this.#interests.get(interest);
      this.#interests.delete(interest);
      if (subscription) this.#socket?.emit('unsubscribe', { subscription });
    };
  }

  readonly observe = (observer: () => void): (() => void) => {
    this.#observers.add(observer);
    return () => this.#observers.delete(observer);
  };

  readonly state = (): LiveState => this.#state;

  #connected(): void {
    const topics = [...this.#topics.keys()];
    if (topics.length > 0) this.#socket?.emit('watch', { topics });
    for (const interest of this.#interests.keys()) this.#ask(interest);
    if (this.#hasBeenOnline) this.#onReconnect();
    this.#hasBeenOnline = true;
    this.#become('online');
  }

  #ask(interest: Interest): void {
    const { collection, where } = interest;
    // The grid reads its pages over HTTP; of the subscription it wants only what comes after.
    const wanted = { collection, limit: 1, ...(where === undefined ? {} : { where }) };
    this.#socket?.emit('subscribe', wanted, (answer: SubscribeAnswer) => {
      if (!answer?.subscription) return;
      if (this.#interests.has(interest)) this.#interests.set(interest, answer.subscription);
      else this.#socket?.emit('unsubscribe', { subscription: answer.subscription });
    });
  }

  #deliver(event: LiveEvent): void {
    this.#heard();
    for (const listener of this.#topics.get(event.topic) ?? []) listener(event);
  }

  #deliverChange(change: LiveChange & { subscription: string }): void {
    this.#heard();
    for (const [interest, subscription] of this.#interests) if (subscription === change.subscription) interest.onChange(change);
  }

  #heard(): void {
    this.#state = { ...this.#state, lastEventAt: Date.now() };
    for (const observer of this.#observers) observer();
  }

  #become(status: LiveStatus): void {
    if (this.#state.status === status) return;
    this.#state = { ...this.#state, status };
    for (const observer of this.#observers) observer();
  }
}
