import type { Module } from '@mainstay/host';
import { defineModule } from '@mainstay/host';
import type { Realtime } from './create-realtime.ts';

/** What realtime adds to an API process: sockets at `/realtime`. */
export function realtimeModule(realtime: Realtime): Module {
  return defineModule({
    name: 'realtime',
    api: () => {
      const gateway = realtime.createGateway();
      return Promise.resolve({ parts: [gateway.asPart()], attach: (server) => gateway.attach(server) });
    },
  });
}
