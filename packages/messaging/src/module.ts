import { defineModule } from '@mainstay/host';
import type { Messaging } from './create-messaging.ts';
import { DeliveryKind, InstallationKind, MessageKind, VapidKind } from './messaging.model.ts';

/** What messaging adds to each process. */
export function messagingModule(messaging: Messaging) {
  return defineModule({
    name: 'messaging',
    kinds: [InstallationKind, MessageKind, DeliveryKind, VapidKind],
    async api() {
      const { messagingRoutes } = await import('./messaging.routes.ts');
      return { routes: messagingRoutes(messaging) };
    },
    async worker() {
      const { pushJobs } = await import('./push/push.jobs.ts');
      const { createWebPushTransport } = await import('./push/web-push-transport.ts');
      const transport = createWebPushTransport(messaging.settings);
      return {
        jobs: pushJobs(messaging.frame, { ...messaging, transport }),
        parts: [{ name: 'push-transport', stop: () => Promise.resolve(transport.close()) }],
      };
    },
  });
}
