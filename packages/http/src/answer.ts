import { JsonBytes, Reply } from './define-route.ts';
import type { Exchange } from './exchange.ts';
import type { AnyPlatformRoute, AnyProjectRoute } from './define-route.ts';

/** An answer as it goes over the wire, and as it is kept for an Idempotency-Key. */
export interface WireAnswer {
  readonly status: number;
  readonly body: string | Buffer | undefined;
  readonly headers: Readonly<Record<string, string>>;
}

/** Turns what a handler returned into an answer: its status, its JSON, and the version as ETag. */
export function toWireAnswer(route: AnyProjectRoute | AnyPlatformRoute, returned: unknown): WireAnswer {
  if (returned instanceof JsonBytes) return { status: route.status, body: returned.bytes, headers: {} };
  const reply = returned instanceof Reply ? returned : new Reply<unknown>(route.status, returned);
  if (reply.status === 204 || reply.body === undefined) return { status: reply.status, body: undefined, headers: reply.headers };
  const content = route.response === undefined || route.isResponseCompiled === true ? reply.body : route.response.parse(reply.body);
  const version = typeof content === 'object' && content !== null ? (content as { version?: unknown }).version : undefined;
  const headers = typeof version === 'number' ? { etag: `"${version}"`, ...reply.headers } : reply.headers;
  return { status: reply.status, body: JSON.stringify(content), headers };
}

/** Sends the answer in one write, with the headers that every answer has. */
export function sendAnswer({ response, headers }: Pick<Exchange, 'response' | 'headers'>, answer: WireAnswer): void {
  if (answer.body === undefined) {
    response.writeHead(answer.status, { ...headers, 'content-length': 0, ...answer.headers });
    response.end();
    return;
  }
  response.writeHead(answer.status, {
    ...headers,
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(answer.body),
    'cache-control': 'no-store',
    ...answer.headers,
  });
  response.end(answer.body);
}
