import type { LiveList, LiveListener, LiveStatus, SubscribeQuery } from '../data/query-types.ts';
import type { Announcement, Realtime, RealtimeSettings, RealtimeStatus } from '../realtime/realtime-types.ts';
import { createEmitter } from './create-emitter.ts';

/** The realtime part, which is loaded (socket.io with it) when something is first followed. */
export function lazyRealtime(settings: RealtimeSettings): Realtime {
  const statuses = createEmitter<RealtimeStatus>();
  let loading: Promise<Realtime> | undefined;
  let loaded: Realtime | undefined;
  let isClosed = false;

  const load = (): Promise<Realtime> => {
    loading ??= import('../realtime/create-realtime.ts').then(({ createRealtime }) => {
      loaded = createRealtime(settings);
      loaded.onStatus(statuses.emit);
      return loaded;
    });
    return loading;
  };

  return {
    follow(collection: string, query: SubscribeQuery<never>, listener: LiveListener<never>): LiveList<never> {
      if (loaded !== undefined) return loaded.follow(collection, query, listener);
      let list: LiveList<never> | undefined;
      let status: LiveStatus = 'connecting';
      const end = (): void => {
        status = 'ended';
        listener.onStatus?.('ended');
      };
      load().then(
        (realtime) => {
          if (status === 'ended') return;
          if (isClosed) end();
          else list = realtime.follow(collection, query, listener);
        },
        (error: unknown) => {
          listener.onError?.(error instanceof Error ? error : new Error(String(error)));
          end();
        },
      );
      return {
        items: () => list?.items() ?? [],
        status: () => list?.status() ?? status,
        hasMore: () => list?.hasMore() ?? false,
        unsubscribe: () => (list === undefined ? end() : list.unsubscribe()),
      };
    },
    status: () => loaded?.status() ?? (loading === undefined ? 'idle' : 'connecting'),
    onStatus: statuses.on,
    watch(topics: readonly string[], listener: (event: Announcement) => void): () => void {
      let end: (() => void) | undefined;
      let hasEnded = false;
      void load().then((realtime) => {
        if (!hasEnded && !isClosed) end = realtime.watch(topics, listener);
      });
      return () => {
        hasEnded = true;
        end?.();
      };
    },
    join: async (channel, listener, state) => (await load()).join(channel, listener, state),
    close(): void {
      isClosed = true;
      loaded?.close();
    },
  };
}
