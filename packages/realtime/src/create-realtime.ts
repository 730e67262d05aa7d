import type { Data } from '@mainstay/data';
import type { Frame } from '@mainstay/host';
import type { Resolvers } from '@mainstay/http';
import { Gateway } from './gateway/gateway.ts';
import type { RealtimeSettings } from './realtime.settings.ts';

/** What realtime needs besides the frame. */
export interface RealtimeOptions {
  readonly settings: RealtimeSettings;
  readonly data: Data;
  readonly resolvers: Resolvers;
}

/** Subscriptions to documents, over socket.io. The gateway is made when an API process attaches it. */
export function createRealtime({ store, clock, log }: Frame, options: RealtimeOptions) {
  return { createGateway: (): Gateway => new Gateway({ store, clock, log, ...options }) };
}
export type Realtime = ReturnType<typeof createRealtime>;
