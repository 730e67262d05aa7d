import type { ClientRequest, IncomingMessage } from 'node:http';
import { request as requestPlain } from 'node:http';
import { request as requestTls } from 'node:https';
import type { LookupFunction } from 'node:net';
import { createPublicLookup, isPublicAddress, literalAddress, PrivateAddressError } from '@mainstay/kernel';

const MAX_ANSWER_BYTES = 512 * 1_024;

/** A request as the libraries make it. */
export interface GuardedRequest {
  readonly method?: string;
  readonly headers?: Headers | Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly signal?: AbortSignal | null | undefined;
}

/** A fetch for addresses that tenants choose. @throws PrivateAddressError, or Error when no whole answer came in time */
export type GuardedFetch = (url: string, request?: GuardedRequest) => Promise<Response>;

/** How far the fetch may go. */
export interface GuardedFetchOptions {
  /** Whether addresses that are not public, and plain http, are fine: for development and tests. */
  readonly allowPrivate: boolean;
  /** The time for everything: name, connection, request and answer. */
  readonly timeoutMs: number;
}

/**
 * A fetch that reaches public addresses only, checked at the connection itself, so that a name cannot change in between. It follows no
 * redirect, and reads answers of up to 512 KB.
 */
export function createGuardedFetch(
  { allowPrivate, timeoutMs }: GuardedFetchOptions,
  lookup: LookupFunction = createPublicLookup(),
): GuardedFetch {
  return async (address, { method = 'GET', headers = {}, body, signal } = {}) => {
    const url = new URL(address);
    const literal = literalAddress(url.hostname);
    const isRefused = url.protocol !== 'https:' || (literal !== null && !isPublicAddress(literal));
    if (isRefused && !(allowPrivate && url.protocol === 'http:')) throw new PrivateAddressError();
    const timeout = AbortSignal.timeout(timeoutMs);
    const options = {
      method,
      headers: Object.fromEntries(new Headers(headers as Record<string, string>)),
      signal: signal == null ? timeout : AbortSignal.any([timeout, signal]),
      ...(allowPrivate ? {} : { lookup }),
    };
    const text = body == null ? '' : body instanceof URLSearchParams ? body.toString() : (body as string);
    return new Promise<Response>((resolve, reject) => {
      const sent: ClientRequest = (url.protocol === 'https:' ? requestTls : requestPlain)(url, options);
      sent.on('error', reject);
      sent.on('response', (response) => void readWhole(response).then(resolve, reject));
      sent.end(text);
    });
  };
}

async function readWhole(response: IncomingMessage): Promise<Response> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_ANSWER_BYTES) {
      response.destroy();
      throw new Error('the answer is too large');
    }
    chunks.push(chunk);
  }
  const headers = new Headers();
  for (const [name, value] of Object.entries(response.headers)) if (value !== undefined) headers.set(name, [value].flat().join(', '));
  const status = response.statusCode ?? 500;
  const hasBody = status >= 200 && status !== 204 && status !== 205 && status !== 304;
  return new Response(hasBody ? Buffer.concat(chunks) : null, { status: Math.max(status, 200), headers });
}
