import type { ServerResponse } from 'node:http';

/** What an answer of the API may do in a browser: nothing. */
const API_POLICY = "default-src 'none'; frame-ancestors 'none'";

/** Headers of every answer of the API. CORS is open because no cookie is ever accepted across origins. */
const API_HEADERS = {
  'x-content-type-options': 'nosniff',
  'content-security-policy': API_POLICY,
  'referrer-policy': 'no-referrer',
};

/** Headers that let browser apps of other origins read the project API as well. */
const PROJECT_HEADERS = {
  ...API_HEADERS,
  'access-control-allow-origin': '*',
  'access-control-expose-headers': 'ETag, X-Request-Id, Retry-After, Location, Idempotency-Replayed, Content-Range',
};

/** The headers that an answer has whatever it says. Written together with the rest: setting them one by one costs more than the JSON. */
export function apiHeaders(requestId: string, isProject: boolean): Readonly<Record<string, string>> {
  return { ...(isProject ? PROJECT_HEADERS : API_HEADERS), 'x-request-id': requestId };
}

/** Answers a preflight. Which origins may really use a project is decided when the request itself comes with its key. */
export function answerPreflight(response: ServerResponse, headers: Readonly<Record<string, string>>): void {
  response.writeHead(204, {
    ...headers,
    'access-control-allow-origin': '*',
    'access-control-allow-methods': 'GET, POST, PUT, PATCH, DELETE, HEAD',
    'access-control-allow-headers':
      'Authorization, Content-Type, X-Mainstay-Key, Idempotency-Key, If-Match, If-None-Match, Range, X-Request-Id, X-CSRF-Token',
    'access-control-max-age': '86400',
    'content-length': '0',
  });
  response.end();
}
