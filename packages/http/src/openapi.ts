import { z } from 'zod';
import { createDocument } from 'zod-openapi';
import type { AnyProjectRoute, Route } from './define-route.ts';

/** What the document says of itself. */
export interface OpenApiOptions {
  readonly title: string;
  readonly version: string;
  /** The base URL of the project's API. */
  readonly serverUrl: string;
  readonly routes: readonly Route[];
}

const Problem = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    code: z.string(),
    errors: z.array(z.object({ path: z.string(), code: z.string(), message: z.string() })).optional(),
    requestId: z.string(),
  })
  .meta({ id: 'Problem', description: 'Why a request was refused (RFC 9457). The code is stable.' });

const PROBLEM_ANSWER = { description: 'A problem', content: { 'application/problem+json': { schema: Problem } } };

/** The OpenAPI 3.1 document of the project routes, derived from the same schemas that check requests. */
export function createOpenApi(options: OpenApiOptions): Record<string, unknown> {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const route of options.routes) {
    if (route.scope === 'platform') continue;
    const path = route.path.replace(/:(\w+)/g, '{$1}');
    paths[path] = { ...paths[path], [route.method]: operationOf(route) };
  }
  return createDocument({
    openapi: '3.1.0',
    info: { title: options.title, version: options.version },
    servers: [{ url: options.serverUrl }],
    security: [{ key: [] }, { key: [], session: [] }],
    components: {
      securitySchemes: {
        key: { type: 'apiKey', in: 'header', name: 'X-Mainstay-Key', description: 'A publishable (pk_) or secret (sk_) key' },
        session: { type: 'http', scheme: 'bearer', description: "A user's session token" },
      },
    },
    paths,
  } as unknown as Parameters<typeof createDocument>[0]) as unknown as Record<string, unknown>;
}

function operationOf(route: Exclude<Route, { scope: 'platform' }>): Record<string, unknown> {
  const shared = { operationId: operationId(route.method, route.path), summary: route.summary, tags: [tagOf(route)] };
  const names = [...route.path.matchAll(/:(\w+)/g)].map(([, name]) => name ?? '');
  const plainParameters = names.map((name) => ({ name, in: 'path', required: true, schema: { type: 'string' } }));
  if (route.scope === 'stream')
    return { ...shared, parameters: plainParameters, responses: { default: PROBLEM_ANSWER, 200: { description: 'Bytes' } } };
  return {
    ...shared,
    ...(route.params === undefined ? { parameters: plainParameters } : {}),
    ...requestOf(route),
    responses: { [route.status]: successOf(route), default: PROBLEM_ANSWER },
  };
}

function requestOf(route: AnyProjectRoute): Record<string, unknown> {
  return {
    ...(route.params === undefined && route.query === undefined
      ? {}
      : { requestParams: { ...(route.params ? { path: route.params } : {}), ...(route.query ? { query: route.query } : {}) } }),
    ...(route.body === undefined ? {} : { requestBody: { required: true, content: { 'application/json': { schema: route.body } } } }),
  };
}

function successOf(route: AnyProjectRoute): Record<string, unknown> {
  if (route.response === undefined) return { description: 'Done' };
  return { description: 'Done', content: { 'application/json': { schema: route.response } } };
}

function tagOf(route: { readonly path: string; readonly tag?: string }): string {
  return route.tag ?? route.path.split('/')[1] ?? 'api';
}

/** `get /devices/:id/twin` becomes `getDevicesByIdTwin`. */
function operationId(method: string, path: string): string {
  const words = path
    .split('/')
    .filter(Boolean)
    .map((part) => (part.startsWith(':') ? `by-${part.slice(1)}` : part));
  return [method, ...words.flatMap((word) => word.split(/[^A-Za-z0-9]+/))]
    .filter(Boolean)
    .map((word, position) => (position === 0 ? word : word.charAt(0).toUpperCase() + word.slice(1)))
    .join('');
}
