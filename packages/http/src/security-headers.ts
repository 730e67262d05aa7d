import type { ServerResponse } from 'node:http';

/** What an answer of the API may do in a browser: nothing. */
const API_POLICY = "default-src 'none'; frame-ancestors 'none'";

/** Headers of every answer of the API. CORS is open because no cookie is ever accepted across origins. */
export function setApiHeaders(response: ServerResponse, requestId: string): void {
  response.setHeader('x-request-id', requestId);
  response.setHeader('x-content-type-options', 'nosniff');
  response.setHeader('content-security-policy', API_POLICY);
  response.setHeader('referrer-policy', 'no-referrer');
}

/** Headers that let browser apps of other origins read the project API. */
export function setCorsHeaders(response: ServerResponse): void {
  response.setHeader('access-control-allow-origin', '*');
  response.setHeader('access-control-expose-headers', 'ETag, X-Request-Id, Retry-After, Location, Idempotency-Replayed, Content-Range');
}

/** Answers a preflight. Which origins may really use a project is decided when the request itself comes with its key. */
export function answerPreflight(response: ServerResponse): void {
  response.writeHead(204, {
    'access-control-allow-origin': '*',
    'access-control-allow-methods': 'GET, POST, PUT, PATCH, DELETE, HEAD',
    'access-control-allow-headers':
      'Authorization, Content-Type, X-Mainstay-Key, Idempotency-Key, If-Match, If-None-Match, Range, X-Request-Id, X-CSRF-Token',
    'access-control-max-age': '86400',
    'content-length': '0',
  });
  response.end();
}
