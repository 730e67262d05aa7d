import type { AddressInfo, Socket } from 'node:net';
import { createServer } from 'node:net';

/** MQTT over TCP. */
export interface TcpListener {
  /** Listens. @returns the port, which matters when 0 was asked for. @throws Error when the address is taken. */
  listen(): Promise<number>;
  /** Takes no new connections; those that exist stay. */
  close(): Promise<void>;
}

/** A listener without Nagle's delay: a PUBACK that waits for company doubles the latency of a QoS 1 message. */
export function createTcpListener(options: { host: string; port: number; onSocket: (socket: Socket) => void }): TcpListener {
  const server = createServer({ noDelay: true }, options.onSocket);
  return {
    listen: () =>
      new Promise((resolve, reject) => {
        server.once('error', reject);
        server.listen(options.port, options.host, () => {
          server.off('error', reject);
          resolve((server.address() as AddressInfo).port);
        });
      }),
    close: () =>
      new Promise((resolve) => {
        // Existing connections would keep `close` waiting; they are the broker's to end.
        server.close();
        resolve();
      }),
  };
}
