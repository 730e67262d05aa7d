import { createPublicLookup, isPublicAddress, literalAddress, PrivateAddressError } from '@mainstay/kernel';
import type { IncomingMessage } from 'node:http';
import { request as requestPlain } from 'node:http';
import { request as requestTls } from 'node:https';

/** What a tenant's server answered. */
export interface OutsideAnswer {
  readonly status: number;
  readonly text: string;
}

/** A call to an address that a tenant chose. */
export interface OutsideCall {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** The time for everything: name, connection, request and answer. */
  readonly timeoutMs: number;
  /** Whether addresses that are not public, and plain http, are fine: for development and tests. */
  readonly allowPrivate: boolean;
}

const MAX_ANSWER_BYTES = 16_384;
const lookup = createPublicLookup();

/** Whether we would call this address at all; where its name leads is looked at when it is called. */
export function isCallable(url: string, allowPrivate: boolean): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol, hostname, username, password } = new URL(url);
  if (username !== '' || password !== '') return false;
  if (allowPrivate) return protocol === 'https:' || protocol === 'http:';
  const literal = literalAddress(hostname);
  return protocol === 'https:' && (literal === null || isPublicAddress(literal));
}

/**
 * Posts to an address that a tenant chose. Redirects are not followed, and a long answer is none.
 * @throws PrivateAddressError, or Error when no whole answer came in time
 */
export function callOutside({ url, headers, body, timeoutMs, allowPrivate }: OutsideCall): Promise<OutsideAnswer> {
  if (!isCallable(url, allowPrivate)) return Promise.reject(new PrivateAddressError());
  return new Promise((resolve, reject) => {
    const send = url.startsWith('https:') ? requestTls : requestPlain;
    const sent = send(url, {
      method: 'POST',
      headers: { ...headers, 'content-length': Buffer.byteLength(body) },
      // A connection of its own each: the address is checked anew, and none is kept open to strangers.
      agent: false,
      signal: AbortSignal.timeout(timeoutMs),
      ...(allowPrivate ? {} : { lookup }),
    });
    sent.on('error', reject);
    sent.on('response', (response) => {
      readText(response).then((text) => resolve({ status: response.statusCode ?? 0, text }), reject);
    });
    sent.end(body);
  });
}

async function readText(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_ANSWER_BYTES) throw new Error('the answer is too long');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
