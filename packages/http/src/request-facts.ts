import { createId } from '@mainstay/kernel';
import type { Request } from 'express';
import { malformedRequest } from './http.problems.ts';

/** What the pipelines need to know of every request. */
export interface RequestFacts {
  readonly requestId: string;
  readonly method: string;
  readonly path: string;
  readonly search: string;
  readonly ip: string;
  readonly userAgent: string;
  readonly origin: string | undefined;
  readonly bearer: string | undefined;
  readonly cookie: string | undefined;
}

const REQUEST_ID = /^[A-Za-z0-9_-]{8,64}$/;

/** Reads the facts. A client's request id is kept when it is harmless, so that traces join up. */
export function readFacts(request: Request): RequestFacts {
  const { url = '/', headers } = request;
  const question = url.indexOf('?');
  const given = headers['x-request-id'];
  return {
    requestId: typeof given === 'string' && REQUEST_ID.test(given) ? given : createId(),
    method: (request.method ?? 'GET').toLowerCase(),
    path: question === -1 ? url : url.slice(0, question),
    search: question === -1 ? '' : url.slice(question + 1),
    ip: request.ip ?? '',
    userAgent: (headers['user-agent'] ?? '').slice(0, 256),
    origin: headers.origin,
    bearer: readBearer(headers.authorization),
    cookie: headers.cookie,
  };
}

/** The token of `Authorization: Bearer …`, or the write key of `Basic <writeKey>:` as Segment's libraries send it. */
function readBearer(authorization: string | undefined): string | undefined {
  return authorization !== undefined && /^bearer /i.test(authorization) ? authorization.slice(7).trim() : undefined;
}

/** The key of the project: its header, or the user name of HTTP Basic, which Segment's libraries use for the write key. */
export function readKey(headers: Request['headers']): string | undefined {
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
