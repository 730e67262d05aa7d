import type { LifecyclePart } from '@mainstay/kernel';
import type { Server } from 'node:http';
import { createServer } from 'node:http';
import type { FeedStatus } from '@mainstay/store';
import type { Metrics } from './metrics.ts';

/** What /readyz tells: each part and whether it works. */
export interface Readiness {
  readonly ready: boolean;
  readonly checks: Readonly<Record<string, boolean>>;
  /** How the change feed is; null when MongoDB does not say. */
  readonly feed: FeedStatus | null;
}

/** The operator's port: /healthz (the process answers), /readyz with detail (so do its stores) and /metrics. It never shares a port with the public. */
export function createAdminServer(options: {
  host: string;
  port: number;
  metrics: Metrics;
  readiness: () => Promise<Readiness>;
}): LifecyclePart & { readonly port: () => number } {
  const server: Server = createServer((request, response) => {
    void (async () => {
      if (request.url === '/metrics') {
        response.setHeader('content-type', options.metrics.registry.contentType);
        response.end(await options.metrics.registry.metrics());
      } else if (request.url === '/healthz') {
        response.end('ok\n');
      } else if (request.url === '/readyz') {
        const readiness = await options.readiness();
        response.writeHead(readiness.ready ? 200 : 503, { 'content-type': 'application/json' });
        response.end(JSON.stringify(readiness));
      } else {
        response.writeHead(404);
        response.end();
      }
    })().catch(() => response.destroy());
  });
  return {
    name: 'admin',
    start: () =>
      new Promise((resolve, reject) => {
        server.once('error', reject);
        server.listen(options.port, options.host, () => resolve());
      }),
    stop: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
    port: () => {
      const address = server.address();
      return typeof address === 'object' && address !== null ? address.port : options.port;
    },
  };
}
