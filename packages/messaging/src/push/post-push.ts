import type { Agent, ClientRequest, IncomingMessage } from 'node:http';
import { request as requestPlain } from 'node:http';
import { request as requestTls } from 'node:https';
import { isPublicAddress, literalAddress, PrivateAddressError } from '@mainstay/kernel';

/** A request to a push service, ready to go. */
export interface PushRequest {
  readonly endpoint: string;
  readonly headers: Readonly<Record<string, string | number>>;
  readonly body: Buffer;
  readonly agent: Agent;
  /** Whether addresses that are not public, and plain http, are fine: for tests. */
  readonly allowPrivate: boolean;
  /** The time for everything: name, connection, request and answer. */
  readonly timeoutMs: number;
  /** Whatever of an answer's body is beyond is not read. */
  readonly maxAnswerBytes: number;
}

/** What a push service answered. */
export interface PushAnswer {
  readonly status: number;
  readonly retryAfterSeconds: number | null;
}

/**
 * Posts a push. Redirects are not followed. The status counts as soon as it is there: a body that is slow, huge or broken off takes
 * nothing back, it only ends the connection.
 * @throws PrivateAddressError, or Error when no answer came in time
 */
export function postPush(push: PushRequest): Promise<PushAnswer> {
  const url = new URL(push.endpoint);
  const literal = literalAddress(url.hostname);
  const isRefused = url.protocol !== 'https:' || (literal !== null && !isPublicAddress(literal));
  if (isRefused && !push.allowPrivate) return Promise.reject(new PrivateAddressError());
  return new Promise((resolve, reject) => {
    const { headers, agent } = push;
    const options = { method: 'POST', headers: { ...headers }, agent, signal: AbortSignal.timeout(push.timeoutMs) };
    const sent: ClientRequest = (url.protocol === 'https:' ? requestTls : requestPlain)(url, options);
    sent.on('error', reject);
    sent.on('response', (response) => {
      skipBody(response, push.maxAnswerBytes);
      response.on('close', () => resolve({ status: response.statusCode ?? 0, retryAfterSeconds: retryAfterOf(response) }));
    });
    sent.end(push.body);
  });
}

/** Reads the body away, so that the connection can be used again; a large one is not worth it. */
function skipBody(response: IncomingMessage, maxBytes: number): void {
  let size = 0;
  response.on('error', () => undefined);
  response.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size > maxBytes) response.destroy();
  });
}

/** The seconds in Retry-After; null where there is none or a date, which few services send. */
function retryAfterOf({ headers }: IncomingMessage): number | null {
  const text = headers['retry-after'] ?? '';
  return /^\d{1,9}$/.test(text) ? Number(text) : null;
}
