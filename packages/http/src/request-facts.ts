import { createId } from '@mainstay/kernel';
import type { IncomingMessage } from 'node:http';
import type { TLSSocket } from 'node:tls';
import { malformedRequest } from './http.problems.ts';

/** What the pipelines need to know of every request. */
export interface RequestFacts {
  readonly requestId: string;
  readonly method: string;
  readonly path: string;
  readonly search: string;
  readonly ip: string;
  /** Whether it reached us, or the proxy that we trust, over TLS. */
  readonly isSecure: boolean;
  readonly userAgent: string;
  readonly origin: string | undefined;
  readonly bearer: string | undefined;
  readonly cookie: string | undefined;
  /** Whether our own sign-in page asks. Browsers send this header to us only from pages that we serve: no preflight allows it. */
  readonly isOwnPage: boolean;
}

/** Whether the address, this many hops away, is a proxy whose headers are believed. */
export type TrustsProxy = (address: string, hop: number) => boolean;

/** Who asks, and how: read from the headers of a proxy only as far as proxies are trusted, from the nearest on. */
function clientOf(request: IncomingMessage, trusts: TrustsProxy): Pick<RequestFacts, 'ip' | 'isSecure'> {
  const { socket, headers } = request;
  const remote = socket.remoteAddress ?? '';
  const isEncrypted = (socket as Partial<TLSSocket>).encrypted === true;
  if (!trusts(remote, 0)) return { ip: remote, isSecure: isEncrypted };
  const forwarded = [headers['x-forwarded-for'] ?? ''].flat().join(',').split(',');
  const hops = [
    remote,
    ...forwarded
      .map((address) => address.trim())
      .filter(Boolean)
      .toReversed(),
  ];
  const end = hops.findIndex((address, hop) => !trusts(address, hop));
  const protocol = [headers['x-forwarded-proto'] ?? ''].flat()[0]?.split(',')[0]?.trim();
  return { ip: hops.at(end) ?? remote, isSecure: protocol === undefined || protocol === '' ? isEncrypted : protocol === 'https' };
}

const REQUEST_ID = /^[A-Za-z0-9_-]{8,64}$/;

/** Reads the facts. A client's request id is kept when it is harmless, so that traces join up. */
export function readFacts(request: IncomingMessage, trusts: TrustsProxy): RequestFacts {
  const { url = '/', headers } = request;
  const question = url.indexOf('?');
  const given = headers['x-request-id'];
  return {
    requestId: typeof given === 'string' && REQUEST_ID.test(given) ? given : createId(),
    method: (request.method ?? 'GET').toLowerCase(),
    path: question === -1 ? url : url.slice(0, question),
    search: question === -1 ? '' : url.slice(question + 1),
    ...clientOf(request, trusts),
    userAgent: (headers['user-agent'] ?? '').slice(0, 256),
    origin: headers.origin,
    bearer: readBearer(headers.authorization),
    cookie: headers.cookie,
    isOwnPage: headers['x-mainstay-page'] === 'sign-in',
  };
}

/** The token of `Authorization: Bearer …`, or the write key of `Basic <writeKey>:` as Segment's libraries send it. */
function readBearer(authorization: string | undefined): string | undefined {
  return authorization !== undefined && /^bearer /i.test(authorization) ? authorization.slice(7).trim() : undefined;
}

/** The key of the project: its header, or the user name of HTTP Basic, which Segment's libraries use for the write key. */
export function readKey(headers: IncomingMessage['headers']): string | undefined {
  const own = headers['x-mainstay-key'];
  if (typeof own === 'string') return own;
  const { authorization } = headers;
  if (authorization === undefined || !/^basic /i.test(authorization)) return undefined;
  return Buffer.from(authorization.slice(6), 'base64').toString().split(':')[0];
}

/** The version in `If-Match: "3"`. @throws malformedRequest when it is something else. */
export function readIfMatch(header: string | undefined): number | undefined {
  if (header === undefined || header === '*') return undefined;
  const version = /^(?:W\/)?"(\d{1,15})"$/.exec(header)?.[1];
  if (version === undefined) throw malformedRequest({ reason: 'If-Match takes one ETag of ours, e.g. "3".' });
  return Number(version);
}
