import type { AccountRole, ProjectContext } from '@mainstay/kernel';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { z } from 'zod';
import type { PlatformContext } from './resolvers.ts';

export type Method = 'get' | 'post' | 'put' | 'patch' | 'delete';

/**
 * Who may call a project route: anybody (`public`); any holder of a key (`client`); a signed-in user or more (`user`);
 * a secret key or a member at the dashboard (`server`: viewers read, developers write).
 */
export type Access = 'public' | 'client' | 'user' | 'server';

type Output<Schema> = Schema extends z.ZodType ? z.output<Schema> : undefined;

/** What a handler gets besides its context: everything parsed, nothing raw. */
export interface RouteInput<Params, Query, Body> {
  readonly params: Output<Params>;
  readonly query: Output<Query>;
  readonly body: Output<Body>;
  /** The version in `If-Match`, when the client sent one. */
  readonly ifMatch: number | undefined;
  /** The same text for every repeat of a request with an Idempotency-Key: use it as the id of what is created. */
  readonly idempotencyId: string | undefined;
  readonly ip: string;
  readonly userAgent: string;
  /** The `Cookie` header, for routes that browsers come to by themselves. */
  readonly cookie: string | undefined;
  /** The origin under which the request reached us, e.g. `https://api.example.com`. It is what the client says in `Host`. */
  readonly ownOrigin: string;
}

interface RouteShape<Params, Query, Body, Response> {
  readonly method: Method;
  /** Below the base, with `:name` for parameters. */
  readonly path: string;
  /** A short imperative sentence for the documentation. */
  readonly summary: string;
  readonly params?: Params;
  readonly query?: Query;
  readonly body?: Body;
  /** The largest body in bytes, when it differs from the setting. */
  readonly bodyMaxBytes?: number;
  /** True where clients that we do not write send whole numbers of 64 bits: they are rounded, elsewhere they are refused. */
  readonly roundsNumbers?: boolean;
  readonly status: number;
  readonly response?: Response;
  /** True where the answer is compiled from the collection's schema already: the hot path is not parsed again. */
  readonly isResponseCompiled?: boolean;
  /** Groups the route in the documentation; the first path segment by default. */
  readonly tag?: string;
}

type Schema = z.ZodType | undefined;
type Awaitable<T> = T | Promise<T>;
type Answer<Response> = Response extends z.ZodType ? z.input<Response> : void;

/** An answer that chooses its status (201 or 200) or headers itself. */
export class Reply<Body> {
  readonly status: number;
  readonly body: Body;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, body: Body, headers: Readonly<Record<string, string>> = {}) {
    this.status = status;
    this.body = body;
    this.headers = headers;
  }
}

/** An answer that is JSON already. */
export class JsonBytes {
  readonly bytes: Buffer;

  constructor(bytes: Buffer) {
    this.bytes = bytes;
  }
}

/** A route of the project API. */
export interface ProjectRoute<
  P extends Schema = Schema,
  Q extends Schema = Schema,
  B extends Schema = Schema,
  R extends Schema = Schema,
> extends RouteShape<P, Q, B, R> {
  readonly scope: 'project';
  readonly access: Access;
  /** Raises what a dashboard member needs, e.g. `admin`. */
  readonly role?: AccountRole;
  /** True where a session begins anew: a bearer token that has run out must not stand in the way; nor, on a public route, who is at the dashboard. */
  readonly ignoresBearer?: boolean;
  /** True where the answer holds a secret (a token, a key): it is never kept for an Idempotency-Key, nor given to anybody again. */
  readonly answersSecret?: boolean;
  /** True for a POST that only reads, so that viewers may call it. */
  readonly isRead?: boolean;
  /** How many requests one with this body counts as; 1 without it. */
  readonly cost?: (body: RouteInput<P, Q, B>['body']) => number;
  readonly handle: (context: ProjectContext, input: RouteInput<P, Q, B>) => Awaitable<Answer<R> | Reply<Answer<R>>>;
}

/** A route of the platform API. */
export interface PlatformRoute<
  P extends Schema = Schema,
  Q extends Schema = Schema,
  B extends Schema = Schema,
  R extends Schema = Schema,
> extends RouteShape<P, Q, B, R> {
  readonly scope: 'platform';
  readonly access: 'public' | 'account';
  readonly handle: (context: PlatformContext, input: RouteInput<P, Q, B>) => Awaitable<Answer<R> | Reply<Answer<R>>>;
}

/** The raw request for routes that stream. */
export interface StreamInput {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly params: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
  /** The origin under which we were reached, past the proxies that are trusted, e.g. `https://api.example.com`. */
  readonly ownOrigin: string;
}

/** A route of the project API that reads or writes bytes as they come. */
export interface StreamRoute {
  readonly scope: 'stream';
  readonly method: Method;
  readonly path: string;
  readonly summary: string;
  readonly access: Access;
  /** True where pages of other origins send browsers with a form, such as a provider of sign-in. */
  readonly takesForeignForms?: boolean;
  readonly handle: (context: ProjectContext, input: StreamInput) => Promise<void>;
}

/** Any route, with its schemas no longer told apart. */
export type Route = AnyProjectRoute | AnyPlatformRoute | StreamRoute;
export type AnyProjectRoute = Omit<ProjectRoute, 'handle'> & { readonly handle: (context: ProjectContext, input: never) => unknown };
export type AnyPlatformRoute = Omit<PlatformRoute, 'handle'> & { readonly handle: (context: PlatformContext, input: never) => unknown };

/** Defines a route of the project API, below `/p/{projectId}/v1`. A route that forgets `access` does not compile. */
export function defineRoute<
  P extends Schema = undefined,
  Q extends Schema = undefined,
  B extends Schema = undefined,
  R extends Schema = undefined,
>(route: Omit<ProjectRoute<P, Q, B, R>, 'scope'>): AnyProjectRoute {
  return { scope: 'project', ...route } as unknown as AnyProjectRoute;
}

/** Defines a route of the platform API, below `/platform/v1`. */
export function definePlatformRoute<
  P extends Schema = undefined,
  Q extends Schema = undefined,
  B extends Schema = undefined,
  R extends Schema = undefined,
>(route: Omit<PlatformRoute<P, Q, B, R>, 'scope'>): AnyPlatformRoute {
  return { scope: 'platform', ...route } as unknown as AnyPlatformRoute;
}

/** Defines a streaming route of the project API. It gets the request and the response themselves. */
export function defineStreamRoute(route: Omit<StreamRoute, 'scope'>): StreamRoute {
  return { scope: 'stream', ...route };
}
