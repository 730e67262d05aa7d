import type { Module } from '@mainstay/host';
import { defineModule } from '@mainstay/host';
import type { Realtime } from './create-realtime.ts';

/** What realtime adds to an API process: sockets at `/realtime`, and `/sync`. */
export function realtimeModule(realtime: Realtime): Module {
  return defineModule({
    name: 'realtime',
    async api() {
      const { syncRoutes } = await import('./sync/sync.routes.ts');
      const { streamsRoutes } = await import('./streams/streams.routes.ts');
      const { gateway, streams } = realtime.createDoors();
      return {
        routes: [...syncRoutes(realtime.sync), ...streamsRoutes(streams)],
        parts: [gateway.asPart()],
        attach: (server) => gateway.attach(server),
      };
    },
  });
}
