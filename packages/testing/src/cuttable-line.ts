import { once } from 'node:events';
import type { Socket } from 'node:net';
import { connect, createServer } from 'node:net';

/** A way to a server that a test can cut. */
export interface CuttableLine {
  readonly url: string;
  /** Ends every connection, and lets none through until `mend`. */
  cut(): void;
  mend(): void;
  end(): Promise<void>;
}

/** A way to the server at `origin` (http) over a port of its own. */
export async function cuttableLine(origin: string): Promise<CuttableLine> {
  const open = new Set<Socket>();
  let isCut = false;
  const server = createServer((near) => {
    if (isCut) return void near.destroy();
    const far = connect(Number(new URL(origin).port), '127.0.0.1');
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      open.add(one);
      one.pipe(other);
      one.on('error', () => other.destroy());
      one.on('close', () => {
        open.delete(one);
        other.destroy();
      });
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const destroy = (): void => open.forEach((socket) => socket.destroy());
  return {
    url: `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`,
    cut() {
      isCut = true;
      destroy();
    },
    mend() {
      isCut = false;
    },
    async end() {
      destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
