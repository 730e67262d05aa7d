import type { Clock, LifecyclePart, Logger } from '@mainstay/kernel';
import { notFound, serviceUnavailable } from '@mainstay/kernel';
import type { Store } from '@mainstay/store';
import type { Request, Response } from 'express';
import express from 'express';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import { createAnswerSeal } from './create-answer-seal.ts';
import { serveDashboard } from './dashboard-files.ts';
import type { Route } from './define-route.ts';
import type { Exchange, PipelineParts } from './exchange.ts';
import { createOpenApi } from './openapi.ts';
import { methodNotAllowed } from './http.problems.ts';
import type { HttpSettings } from './http.settings.ts';
import { createIdempotency } from './idempotency.service.ts';
import { runPlatformRoute } from './platform-pipeline.ts';
import { sendProblem, toProblem } from './problem-response.ts';
import { runProjectRoute, runStreamRoute } from './project-pipeline.ts';
import { RateLimiter } from './rate-limit.ts';
import type { TrustsProxy } from './request-facts.ts';
import { readFacts } from './request-facts.ts';
import type { Resolvers } from './resolvers.ts';
import { RouteTree } from './route-tree.ts';
import { answerPreflight, apiHeaders } from './security-headers.ts';
import { isSignInPage, serveSignInPage } from './sign-in-page.ts';

export const PROJECT_BASE = '/p/:projectId/v1';
export const PLATFORM_BASE = '/platform/v1';

/** What the HTTP door is made of. */
export interface HttpOptions {
  readonly settings: HttpSettings;
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Logger;
  readonly resolvers: Resolvers;
  readonly routes: readonly Route[];
  /** 32 bytes that seal the answers which are kept for repeated requests. */
  readonly answerKey: Buffer;
  /** Compares each answer with its description and fails where they differ; for tests. */
  readonly checksAnswers?: boolean | undefined;
  /** The dashboard's built files; without them only the API answers. */
  readonly dashboardDirectory?: string | undefined;
  /** Told of every finished request, for metrics. */
  readonly onFinished?: (request: { area: string; method: string; status: number; seconds: number }) => void;
}

/** The HTTP door: a server that is not listening yet. */
export interface Http extends LifecyclePart {
  readonly server: Server;
  listen(port: number, host: string): Promise<number>;
}

/** Puts the door together: one tree of routes, one pipeline per kind of route, then the dashboard's files. */
export function createHttp(options: HttpOptions): Http {
  const tree = new RouteTree<Route>();
  for (const route of options.routes) {
    tree.add(route.method, `${route.scope === 'platform' ? PLATFORM_BASE : PROJECT_BASE}${route.path}`, route);
  }
  // Made when somebody first asks for it: a schema that cannot be described would show there only.
  if (options.checksAnswers === true) createOpenApi({ title: 'Test', version: '1', serverUrl: '', routes: options.routes });
  const parts: PipelineParts = {
    settings: options.settings,
    resolvers: options.resolvers,
    checksAnswers: options.checksAnswers === true,
    idempotency: createIdempotency({ ...options, seal: createAnswerSeal(options.answerKey) }),
    requestLimiter: new RateLimiter({ name: 'requests per second', meter: 'requests', usage: options.store.usage, clock: options.clock }),
    log: options.log,
  };
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  const proxies = options.settings.trustProxy
    .split(',')
    .map((cidr) => cidr.trim())
    .filter(Boolean);
  app.set('trust proxy', proxies.length > 0 ? proxies : false);
  const trusts = app.get('trust proxy fn') as TrustsProxy;
  app.get('/healthz', (_request, response) => void response.type('text/plain').send('ok\n'));
  if (options.dashboardDirectory !== undefined) app.use(serveDashboard(options.dashboardDirectory));
  app.use((request: Request, response: Response) => sendProblem(response, notFound(), readFacts(request, trusts)));
  // The API goes past express, which would cost every request a tenth more (decision 0003).
  const signInPage =
    options.dashboardDirectory === undefined ? undefined : serveSignInPage(options.dashboardDirectory, { ...options, trusts });
  const server = createServer({ connectionsCheckingInterval: checkingEveryMs(options.settings) }, (request, response) => {
    const { url = '' } = request;
    if (signInPage !== undefined && isSignInPage(url)) void signInPage(request, response);
    else if (url.startsWith('/p/') || url.startsWith('/platform/')) void dispatch(request, response, { tree, parts, options, trusts });
    else app(request, response);
  });
  return asPart(server, options.settings);
}

async function dispatch(
  request: IncomingMessage,
  response: ServerResponse,
  { tree, parts, options, trusts }: { tree: RouteTree<Route>; parts: PipelineParts; options: HttpOptions; trusts: TrustsProxy },
): Promise<void> {
  const facts = readFacts(request, trusts);
  const startedAt = performance.now();
  let area = 'unknown';
  let match: ReturnType<typeof tree.find> = null;
  const headers = apiHeaders(facts.requestId, facts.path.startsWith('/p/'));
  try {
    if (facts.method === 'options') return answerPreflight(response, headers);
    match = tree.find(facts.method === 'head' ? 'get' : facts.method, facts.path);
    if (match === null) throw notFound();
    if ('allowed' in match) throw methodNotAllowed({ allowed: match.allowed });
    area = match.route.path;
    if (options.store.isAway()) throw serviceUnavailable({ part: 'database' }, { retryAfterSeconds: 1 });
    await run(match.route, { request, response, facts, headers, params: match.params }, parts);
  } catch (error) {
    const log = parts.log.child({ requestId: facts.requestId, path: facts.path });
    const problem = toProblem(error, log);
    if (request.readable && !request.complete && !isSoonRead(request)) response.setHeader('connection', 'close');
    const allow = match !== null && 'allowed' in match ? { allow: match.allowed.join(', ') } : {};
    sendProblem(response, problem, { requestId: facts.requestId, headers: { ...headers, ...allow } });
  } finally {
    options.onFinished?.({ area, method: facts.method, status: response.statusCode, seconds: (performance.now() - startedAt) / 1_000 });
  }
}

/** A client that is still sending reads no answer: what is short is read to its end first, what is long is cut off. */
const READ_ON_BYTES = 33_554_432;

function isSoonRead(request: IncomingMessage): boolean {
  const declared = Number(request.headers['content-length']);
  return Number.isFinite(declared) && declared <= READ_ON_BYTES;
}

function run(route: Route, exchange: Exchange, parts: PipelineParts): Promise<void> {
  switch (route.scope) {
    case 'project':
      return runProjectRoute(route, exchange, parts);
    case 'platform':
      return runPlatformRoute(route, exchange, parts);
    case 'stream':
      return runStreamRoute(route, exchange, parts);
  }
}

/** How often Node looks for clients who are too slow: often enough for the limits to mean what they say. */
function checkingEveryMs({ headersTimeoutMs, requestTimeoutMs }: HttpSettings): number {
  return Math.min(5_000, headersTimeoutMs, requestTimeoutMs);
}

function asPart(server: Server, settings: HttpSettings): Http {
  server.requestTimeout = settings.requestTimeoutMs;
  server.headersTimeout = settings.headersTimeoutMs;
  server.maxConnections = settings.maxConnections;
  server.on('clientError', (_error, socket) => {
    if (socket.writable) socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
    else socket.destroy();
  });
  return {
    name: 'http',
    server,
    listen: (port, host) =>
      new Promise((resolve, reject) => {
        server.once('error', reject);
        server.listen(port, host, () => {
          server.off('error', reject);
          const address = server.address();
          resolve(typeof address === 'object' && address !== null ? address.port : port);
        });
      }),
    drain: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeIdleConnections();
      }),
    stop: () => {
      server.closeAllConnections();
      return Promise.resolve();
    },
  };
}
