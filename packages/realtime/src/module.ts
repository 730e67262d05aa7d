import type { Module } from '@mainstay/host';
import { defineModule } from '@mainstay/host';
import { ChannelRulesKind } from './channels/channels.model.ts';
import type { Realtime } from './create-realtime.ts';

/** What realtime adds to an API process: sockets at `/realtime`, streams, channels and `/sync`. */
export function realtimeModule(realtime: Realtime): Module {
  return defineModule({
    name: 'realtime',
    kinds: [ChannelRulesKind],
    async api() {
      const { syncRoutes } = await import('./sync/sync.routes.ts');
      const { streamsRoutes } = await import('./streams/streams.routes.ts');
      const { channelsRoutes } = await import('./channels/channels.routes.ts');
      const { gateway, streams, channels } = realtime.createDoors();
      return {
        routes: [...syncRoutes(realtime.sync), ...streamsRoutes(streams), ...channelsRoutes(realtime.channelRules)],
        parts: [channels, gateway.asPart()],
        attach: (server) => gateway.attach(server),
      };
    },
  });
}
