import type { Principal, ProjectContext } from '@mainstay/kernel';
import type { WireAnswer } from './answer.ts';
import { sendAnswer, toWireAnswer } from './answer.ts';
import type { AccessNeeds } from './authorize-access.ts';
import { checkAccess, checkOrigin } from './authorize-access.ts';
import { cookieName, readCookie } from './cookies.ts';
import { checkCsrf } from './csrf.ts';
import type { AnyProjectRoute, StreamRoute } from './define-route.ts';
import type { Exchange, PipelineParts } from './exchange.ts';
import { ownOriginOf } from './exchange.ts';
import { projectNotFound } from './http.problems.ts';
import { parseInput, parseQuery } from './parse-input.ts';
import { readJson } from './read-body.ts';
import { readIfMatch, readKey } from './request-facts.ts';
import type { ProjectAccess } from './resolvers.ts';

/** A request of the project API, step by step: project → origin → principal → limits → access → parse → handle → answer. */
export async function runProjectRoute(route: AnyProjectRoute, exchange: Exchange, parts: PipelineParts): Promise<void> {
  const context = await enter(route, exchange, parts);
  const input = await readInput(route, exchange, parts);
  if (route.cost !== undefined) parts.requestLimiter.charge(context.project.id, route.cost(input.body as never) - 1);
  const key = exchange.request.headers['idempotency-key'];
  if (typeof key === 'string' && route.method !== 'get' && route.isRead !== true && route.answersSecret !== true) {
    const { method, path, ip } = exchange.facts;
    const answer = await parts.idempotency.once(context, { method, path, key, ip, body: input.body }, (idempotencyId) =>
      handle(route, { context, parts, input: { ...input, idempotencyId } }),
    );
    sendAnswer(exchange, answer);
  } else sendAnswer(exchange, await handle(route, { context, parts, input }));
}

/** A streaming request: the same way in, then the handler has the request and the response. */
export async function runStreamRoute(route: StreamRoute, exchange: Exchange, parts: PipelineParts): Promise<void> {
  const context = await enter(route, exchange, parts);
  const { projectId: _, ...params } = exchange.params;
  const query = parseQuery(exchange.facts.search);
  for (const [name, value] of Object.entries(exchange.headers)) exchange.response.setHeader(name, value);
  const { request, response } = exchange;
  await route.handle(context, { request, response, params, query, ownOrigin: ownOriginOf(exchange) });
}

async function enter(route: AnyProjectRoute | StreamRoute, exchange: Exchange, parts: PipelineParts): Promise<ProjectContext> {
  const { facts, params, request } = exchange;
  const resolved = parts.resolvers.project(params['projectId'] ?? '', readKey(request.headers));
  const access = resolved instanceof Promise ? await resolved : resolved;
  if (!('takesForeignForms' in route && route.takesForeignForms === true)) {
    const tell = (origin: string) => parts.resolvers.secretKeyExposed?.(access, { origin, ip: facts.ip });
    checkOrigin(access, { origin: facts.origin, ownOrigin: ownOriginOf(exchange), tell });
  }
  const anonymous = createContext(access, exchange, parts);
  const ignoresBearer = 'ignoresBearer' in route && route.ignoresBearer === true;
  const isOpen = route.access === 'public' && ignoresBearer;
  const found = isOpen ? anonymous.principal : resolvePrincipal(anonymous, access, { exchange, parts, ignoresBearer });
  const principal = found instanceof Promise ? await found : found;
  const limited = parts.requestLimiter.take(access.project.id, access.project.limits.requestsPerSecond);
  if (limited !== null) throw limited;
  checkAccess(principal, access.key !== null || isSignInByPage(route, facts), needsOf(route));
  return principal === anonymous.principal ? anonymous : withPrincipal(anonymous, principal);
}

/** Our own sign-in page has no key: whoever signs in shows more than a key says, and limits hold without one. */
function isSignInByPage(route: AnyProjectRoute | StreamRoute, { isOwnPage }: Exchange['facts']): boolean {
  return isOwnPage && route.access === 'client' && route.path.startsWith('/auth/');
}

function needsOf(route: AnyProjectRoute | StreamRoute): AccessNeeds {
  const isRead = route.method === 'get' || ('isRead' in route && route.isRead === true);
  return { access: route.access, isRead, ...('role' in route && route.role !== undefined ? { role: route.role } : {}) };
}

function createContext(access: ProjectAccess, { facts }: Exchange, { log }: PipelineParts): ProjectContext {
  const { project } = access;
  const { requestId } = facts;
  return { project, principal: { type: 'anonymous' }, requestId, log: lazyLog(log, { requestId, project: project.id }) };
}

/** Most requests log nothing: their logger is made when it is first used. */
function lazyLog(log: PipelineParts['log'], fields: Record<string, string>): PipelineParts['log'] {
  let child: PipelineParts['log'] | undefined;
  return new Proxy(log, {
    get(_target, property) {
      child ??= log.child(fields);
      const value: unknown = Reflect.get(child, property, child);
      return typeof value === 'function' ? (value.bind(child) as unknown) : value;
    },
  });
}

function withPrincipal(context: ProjectContext, principal: Principal): ProjectContext {
  return { project: context.project, principal, requestId: context.requestId, log: context.log };
}

function resolvePrincipal(
  context: ProjectContext,
  access: ProjectAccess,
  { exchange, parts, ignoresBearer }: { exchange: Exchange; parts: PipelineParts; ignoresBearer: boolean },
): Principal | Promise<Principal> {
  const { bearer, cookie } = exchange.facts;
  if (access.key?.kind === 'secret') return { type: 'key', id: access.key.id };
  if (bearer?.startsWith('pat_') === true) return resolveMember(access, exchange, parts);
  if (bearer !== undefined && !ignoresBearer) return parts.resolvers.principal(context, bearer);
  if (access.key === null && cookie !== undefined) return resolveMember(access, exchange, parts);
  return context.principal;
}

/** A member of the project's organization at the dashboard or CLI. To everybody else the project does not exist. */
async function resolveMember(access: ProjectAccess, exchange: Exchange, parts: PipelineParts): Promise<Principal> {
  const { facts } = exchange;
  const cookie = readCookie(facts.cookie, cookieName(facts.isSecure));
  const session = await parts.resolvers.account({ cookie, bearer: facts.bearer });
  if (session === null) return { type: 'anonymous' };
  checkCsrf(exchange, session);
  const role = await parts.resolvers.accountRole(session, access.project);
  if (role === null) throw projectNotFound();
  return { type: 'account', id: session.account.id, role };
}

async function readInput(route: AnyProjectRoute, exchange: Exchange, parts: PipelineParts) {
  const { facts, request } = exchange;
  const { projectId: _, ...params } = exchange.params;
  const maxBytes = route.bodyMaxBytes ?? parts.settings.bodyMaxBytes;
  const body = route.body === undefined ? undefined : await readJson(request, { maxBytes, roundsNumbers: route.roundsNumbers });
  return {
    params: route.params === undefined ? params : parseInput(route.params, params, 'path'),
    query: route.query === undefined ? undefined : parseInput(route.query, parseQuery(facts.search), 'query'),
    body: parseInput(route.body, body, ''),
    ifMatch: readIfMatch(request.headers['if-match']),
    idempotencyId: undefined as string | undefined,
    ip: facts.ip,
    userAgent: facts.userAgent,
    cookie: facts.cookie,
    ownOrigin: ownOriginOf(exchange),
  };
}

async function handle(
  route: AnyProjectRoute,
  { context, parts, input }: { context: ProjectContext; parts: PipelineParts; input: unknown },
): Promise<WireAnswer> {
  const answer = toWireAnswer(route, await route.handle(context, input as never));
  if (parts.checksAnswers) checkAnswer(route, answer);
  return answer;
}

/** @throws Error when the answer is not what the OpenAPI document says: both come from the route's schema */
function checkAnswer(route: AnyProjectRoute, { body }: WireAnswer): void {
  if (route.response === undefined || body === undefined) return;
  const result = route.response.safeParse(JSON.parse(body.toString()));
  if (!result.success) throw new Error(`${route.method} ${route.path} does not answer as described: ${result.error.message}`);
}
