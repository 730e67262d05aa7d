import type { Data } from '@mainstay/data';
import type { Frame } from '@mainstay/host';
import type { Resolvers } from '@mainstay/http';
import { Gateway } from './gateway/gateway.ts';
import type { RealtimeSettings } from './realtime.settings.ts';
import { createSync } from './sync/sync.service.ts';

/** What realtime needs besides the frame. */
export interface RealtimeOptions {
  readonly settings: RealtimeSettings;
  readonly data: Data;
  readonly resolvers: Resolvers;
  /** Signs the tokens of `sync`: 32 bytes. */
  readonly tokenKey: Buffer;
}

/** Subscriptions to documents, and copies of them that clients keep. The gateway is made when an API process attaches it. */
export function createRealtime({ store, clock, log }: Frame, options: RealtimeOptions) {
  return {
    createGateway: (): Gateway => new Gateway({ store, clock, log, ...options }),
    sync: createSync({ store, ...options }),
  };
}
export type Realtime = ReturnType<typeof createRealtime>;
