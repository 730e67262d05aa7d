import type { Socket } from 'socket.io-client';
import { io } from 'socket.io-client';
import { createEmitter } from '../client/create-emitter.ts';
import type { LiveListener, SubscribeQuery } from '../data/query-types.ts';
import type { Refusal } from './create-channels.ts';
import { createChannels } from './create-channels.ts';
import type { LiveParent, ServerChange, Subscribed } from './live-query.ts';
import { LiveQuery } from './live-query.ts';
import type { Announcement, ChannelListener, ChannelState, Realtime, RealtimeSettings, RealtimeStatus } from './realtime-types.ts';

const ANSWER_MS = 15_000;
const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 30_000;
/** A connection that ends sooner is not tried again at once. */
const STABLE_MS = 5_000;

/** One socket for everything that is followed. It comes back by itself, and resumes each list where it was. */
export function createRealtime(settings: RealtimeSettings): Realtime {
  const statuses = createEmitter<RealtimeStatus>();
  const queries = new Set<LiveQuery>();
  const watchers = new Map<(event: Announcement) => void, readonly string[]>();
  let socket: Socket | undefined;
  let status: RealtimeStatus = 'idle';
  let timer: ReturnType<typeof setTimeout> | undefined;
  let failures = 0;
  let connectedAt = 0;
  /** The server said how long to stay away before it ended the connection. */
  let askedMs: number | undefined;

  function setStatus(next: RealtimeStatus): void {
    if (next === status) return;
    status = next;
    statuses.emit(next);
  }

  function open(): Socket {
    if (socket !== undefined) return socket;
    // By hand: the URL of React Native knows neither origin nor path.
    const [, origin = settings.url, path = ''] = /^([a-z]+:\/\/[^/?#]+)([^?#]*)/i.exec(settings.url) ?? [];
    socket = io(origin, {
      path: `${path.replace(/\/+$/, '')}/realtime`,
      auth: (give) =>
        void settings.token().then(
          (token) => give(credentials(token)),
          () => give(credentials(null)),
        ),
      transports: ['websocket', 'polling'],
      tryAllTransports: true,
      // Ours, as it must know whether the session has to be renewed first.
      reconnection: false,
      forceNew: true,
    });
    socket.on('connect', () => {
      connectedAt = Date.now();
      setStatus('connected');
      for (const query of queries) subscribe(query);
      sendTopics();
      channels.enterAll();
    });
    socket.on('disconnect', () => {
      for (const query of queries) query.pause();
      failures = Date.now() - connectedAt > STABLE_MS ? 0 : failures + 1;
      comeBack(askedMs ?? backoff());
      askedMs = undefined;
    });
    socket.on('connect_error', (error: Error & { data?: { status?: number } }) => void refused(error.data?.status));
    socket.on('reconnect', ({ afterMs }: { afterMs: number }) => {
      askedMs = afterMs;
    });
    socket.on('change', (change: ServerChange) => find(change.subscription)?.apply(change));
    socket.on('place', ({ subscription, sequence }: { subscription: string; sequence: number }) => find(subscription)?.reach(sequence));
    socket.on('resync', ({ subscription }: { subscription: string }) => {
      const query = find(subscription);
      query?.forget();
      if (query !== undefined) subscribe(query);
    });
    socket.on('ended', ({ subscription, channel, problem }: Refusal & { subscription?: string; channel?: string }) => {
      if (channel !== undefined) return channels.fail(channel, { problem });
      const query = subscription === undefined ? undefined : find(subscription);
      if (query !== undefined && queries.delete(query)) query.fail(problem);
    });
    socket.on('presence', channels.hearPresence);
    socket.on('broadcast', channels.hearBroadcast);
    socket.on('event', (event: Announcement) => {
      for (const [listener, topics] of Array.from(watchers)) if (topics.includes(event.topic)) listener(event);
    });
    setStatus('connecting');
    return socket;
  }

  function credentials(token: string | null): object {
    const { project, key } = settings;
    return { project, key, ...(token === null ? {} : { token }) };
  }

  const find = (subscription: string): LiveQuery | undefined => Array.from(queries).find((query) => query.subscription === subscription);

  /** The answer is taken in the same tick as it comes: the first change may be right behind it. Null: there is no connection, or none any more. */
  function ask(message: string, body: object, take: (answer: object | null) => void): void {
    const asked = socket;
    if (asked?.connected !== true) return take(null);
    asked.timeout(ANSWER_MS).emit(message, body, (error: Error | null, answer: object) => {
      if (socket !== asked || !asked.connected) return take(null);
      // No answer: the connection is not worth much, and a new one asks again.
      if (error !== null) asked.disconnect();
      take(error === null ? answer : null);
    });
  }

  function subscribe(query: LiveQuery): void {
    ask('subscribe', query.request(), (found) => {
      const answer = found as Subscribed | Refusal | null;
      if (answer === null) return;
      if (!queries.has(query)) {
        if ('subscription' in answer) socket?.emit('unsubscribe', { subscription: answer.subscription });
      } else if ('problem' in answer) {
        queries.delete(query);
        query.fail(answer.problem);
      } else query.begin(answer);
    });
  }

  function sendTopics(): void {
    const topics = [...new Set([...watchers.values()].flat())];
    if (socket?.connected === true && topics.length > 0) socket.emit('watch', { topics });
  }

  /** Who is not let in may only need a new session token. */
  async function refused(problemStatus: number | undefined): Promise<void> {
    if (problemStatus === 401) await settings.refresh().catch(() => false);
    failures += 1;
    comeBack(backoff());
  }

  const backoff = (): number =>
    failures === 0 ? 0 : Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (failures - 1)) * (0.5 + Math.random() / 2);

  function comeBack(afterMs: number): void {
    if (socket === undefined || !isNeeded()) return;
    setStatus('waiting');
    clearTimeout(timer);
    timer = setTimeout(() => {
      if (socket === undefined || socket.connected) return;
      setStatus('connecting');
      socket.connect();
    }, afterMs);
  }

  const isNeeded = (): boolean => queries.size > 0 || watchers.size > 0 || channels.size() > 0;

  function closeIfIdle(): void {
    if (isNeeded()) return;
    clearTimeout(timer);
    const old = socket;
    socket = undefined;
    old?.disconnect();
    setStatus('idle');
  }

  const channels = createChannels({
    ask,
    onNeed: () => (isNeeded() ? void open() : closeIfIdle()),
  });

  const parent: LiveParent = {
    restart(query) {
      const { subscription } = query;
      if (subscription !== undefined) socket?.emit('unsubscribe', { subscription });
      query.forget();
      subscribe(query);
    },
    leave(query) {
      queries.delete(query);
      if (query.subscription !== undefined) socket?.emit('unsubscribe', { subscription: query.subscription });
      closeIfIdle();
    },
  };

  /** Somebody else sees something else: nothing is resumed. */
  const stopListening = settings.onUserChange(() => {
    for (const query of queries) query.forget();
    if (socket === undefined) return;
    socket.disconnect();
    comeBack(0);
  });

  return {
    follow(collection: string, query: SubscribeQuery<never>, listener: LiveListener<never>) {
      const live = new LiveQuery(collection, { query, listener, parent });
      queries.add(live);
      if (socket === undefined) open();
      else subscribe(live);
      return live;
    },
    status: () => status,
    onStatus: statuses.on,
    watch(topics, listener) {
      watchers.set(listener, topics);
      if (socket === undefined) open();
      else sendTopics();
      return () => {
        watchers.delete(listener);
        closeIfIdle();
      };
    },
    join: (channel: string, listener: ChannelListener, state: ChannelState | null = {}) =>
      // Asynchronous, as the first call has to load all this.
      new Promise((resolve) => resolve(channels.join(channel, listener, state))),
    close() {
      stopListening();
      watchers.clear();
      channels.leaveAll();
      for (const query of Array.from(queries)) query.unsubscribe();
      closeIfIdle();
    },
  };
}
