import { unauthenticated } from '@mainstay/kernel';
import { sendAnswer, toWireAnswer } from './answer.ts';
import { cookieName, readCookie, sessionCookie } from './cookies.ts';
import { checkCsrf, checkSameOrigin } from './csrf.ts';
import type { AnyPlatformRoute } from './define-route.ts';
import type { Exchange, PipelineParts } from './exchange.ts';
import { ownOriginOf } from './exchange.ts';
import { parseInput, parseQuery } from './parse-input.ts';
import { readJson } from './read-body.ts';
import type { AccountSession, PlatformContext } from './resolvers.ts';

/** A request of the platform API: session → CSRF → parse → handle → answer. */
export async function runPlatformRoute(route: AnyPlatformRoute, exchange: Exchange, parts: PipelineParts): Promise<void> {
  const session = await readSession(exchange, parts);
  if (route.access === 'account' && session === null)
    throw unauthenticated({ reason: 'Sign in at the dashboard, or send a personal access token.' });
  if (session !== null && route.access === 'account') checkCsrf(exchange, session);
  else if (exchange.facts.method !== 'get') checkSameOrigin(exchange);
  const context = createPlatformContext(exchange, session, parts);
  const returned = await route.handle(context, (await readInput(route, exchange, parts)) as never);
  sendAnswer(exchange, toWireAnswer(route, returned));
}

async function readSession({ facts }: Exchange, { resolvers }: PipelineParts): Promise<AccountSession | null> {
  const cookie = readCookie(facts.cookie, cookieName(facts.isSecure));
  if (cookie === undefined && facts.bearer === undefined) return null;
  return resolvers.account({ cookie, bearer: facts.bearer });
}

function createPlatformContext(exchange: Exchange, session: AccountSession | null, parts: PipelineParts): PlatformContext {
  const { facts, response } = exchange;
  const setCookie = (token: string, maxAgeSeconds: number): void => {
    response.setHeader('set-cookie', sessionCookie(token, maxAgeSeconds, facts.isSecure));
  };
  return {
    session,
    ip: facts.ip,
    userAgent: facts.userAgent,
    origin: ownOriginOf(exchange),
    requestId: facts.requestId,
    log: parts.log.child({ requestId: facts.requestId }),
    setSession: setCookie,
    clearSession: () => setCookie('', 0),
  };
}

async function readInput(route: AnyPlatformRoute, exchange: Exchange, { settings }: PipelineParts): Promise<unknown> {
  const { facts, request, params } = exchange;
  const body = route.body === undefined ? undefined : await readJson(request, { maxBytes: route.bodyMaxBytes ?? settings.bodyMaxBytes });
  return {
    params: route.params === undefined ? params : parseInput(route.params, params, 'path'),
    query: route.query === undefined ? undefined : parseInput(route.query, parseQuery(facts.search), 'query'),
    body: parseInput(route.body, body, ''),
    ifMatch: undefined,
    idempotencyId: undefined,
    ip: facts.ip,
    userAgent: facts.userAgent,
    cookie: facts.cookie,
    ownOrigin: ownOriginOf(exchange),
  };
}
