import type { Data } from '@mainstay/data';
import type { Frame } from '@mainstay/host';
import type { Resolvers } from '@mainstay/http';
import { createChannelRules } from './channels/channel-rules.service.ts';
import { Channels } from './channels/channels.service.ts';
import { Gateway } from './gateway/gateway.ts';
import { Guests } from './gateway/guests.ts';
import type { RealtimeSettings } from './realtime.settings.ts';
import { createStreams } from './streams/streams.service.ts';
import { ProjectFeeds } from './subscriptions/project-feed.ts';
import { createSync } from './sync/sync.service.ts';

/** What realtime needs besides the frame. */
export interface RealtimeOptions {
  readonly settings: RealtimeSettings;
  readonly data: Data;
  readonly resolvers: Resolvers;
  /** Signs the tokens of `sync`: 32 bytes. */
  readonly tokenKey: Buffer;
}

/** Subscriptions to documents, and copies of them that clients keep. The doors are made when an API process opens them. */
export function createRealtime({ store, clock, log }: Frame, options: RealtimeOptions) {
  const channelRules = createChannelRules(store);
  return {
    createDoors() {
      const feeds = new ProjectFeeds(store);
      const channels = new Channels({ store, ...options });
      const guests = new Guests({ store, log, ...options, channelRules });
      const parts = { store, clock, log, ...options, feeds, guests, channels, channelRules };
      return { gateway: new Gateway(parts), streams: createStreams(parts), channels };
    },
    channelRules,
    sync: createSync({ store, ...options }),
  };
}
export type Realtime = ReturnType<typeof createRealtime>;
