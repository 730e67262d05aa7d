import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A call that came. */
export interface HookCall {
  readonly path: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

/** How the service answers: with JSON, with a status alone, or not at all. */
export type HookBehaviour = object | number | 'silent' | 'endless';

/** A customer's own server: it keeps what it is asked and answers as it was told. */
export interface HookService {
  readonly origin: string;
  readonly calls: readonly HookCall[];
  /** From now on answers so, or as the function says of each call. */
  answer(how: HookBehaviour | ((call: HookCall) => HookBehaviour)): void;
  stop(): Promise<void>;
}

const ENDLESS_BYTES = 100_000;

/** Starts the service on loopback. */
export async function startHookService(): Promise<HookService> {
  const calls: HookCall[] = [];
  let how: HookBehaviour | ((call: HookCall) => HookBehaviour) = { allow: true };

  async function receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const call = { path: request.url ?? '', headers: request.headers, body: Buffer.concat(chunks).toString('utf8') };
    calls.push(call);
    const behaviour: HookBehaviour = typeof how === 'function' ? (how as (call: HookCall) => HookBehaviour)(call) : how;
    if (behaviour === 'silent') return;
    if (typeof behaviour === 'number') {
      response.writeHead(behaviour, { location: '/elsewhere' }).end();
      return;
    }
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(behaviour === 'endless' ? 'x'.repeat(ENDLESS_BYTES) : JSON.stringify(behaviour));
  }

  const server = createServer((request, response) => void receive(request, response).catch(() => response.destroy()));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    answer(behaviour) {
      how = behaviour;
    },
    async stop() {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
