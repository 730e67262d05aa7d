import { timingSafeEqual } from 'node:crypto';
import type { Exchange } from './exchange.ts';
import { ownOriginOf } from './exchange.ts';
import { csrfTokenWrong } from './http.problems.ts';
import type { AccountSession } from './resolvers.ts';

/** Refuses what another site's page may have sent. @throws csrfTokenWrong */
export function checkSameOrigin(exchange: Exchange): void {
  const { headers } = exchange.request;
  const site = headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin' && site !== 'none') throw csrfTokenWrong();
  if (headers.origin !== undefined && headers.origin !== ownOriginOf(exchange)) throw csrfTokenWrong();
}

/** State changes under a cookie need the session's token, which another site cannot read. @throws csrfTokenWrong */
export function checkCsrf(exchange: Exchange, session: AccountSession): void {
  if (session.csrfToken === null || exchange.facts.method === 'get') return;
  checkSameOrigin(exchange);
  const sent = Buffer.from(String(exchange.request.headers['x-csrf-token'] ?? ''));
  const expected = Buffer.from(session.csrfToken);
  if (sent.length !== expected.length || !timingSafeEqual(sent, expected)) throw csrfTokenWrong();
}
