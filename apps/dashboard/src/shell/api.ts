import { ApiError } from './api-error.ts';
import type { ProblemBody } from './api-error.ts';

export type Query = Readonly<Record<string, string | number | boolean | undefined>>;

export interface RequestOptions {
  readonly query?: Query | undefined;
  /** Sent as JSON, or as it is when it is a form or a file. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** A list answer of any endpoint. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly nextCursor: string | null;
  readonly total?: number;
}

/** The token that requests under the session's cookie repeat; it lives only in memory. */
const csrf: { token: string | null } = { token: null };

/** Remembers the token of the session that `/me`, a sign-in or a sign-up answered with. */
export function setCsrfToken(token: string | null): void {
  csrf.token = token;
}

/** The session's token, for the realtime connection. */
export function csrfToken(): string | null {
  return csrf.token;
}

function urlOf(path: string, query: Query | undefined): string {
  const pairs = Object.entries(query ?? {}).filter((pair): pair is [string, string | number | boolean] => pair[1] !== undefined);
  if (pairs.length === 0) return path;
  return `${path}?${new URLSearchParams(pairs.map(([key, value]) => [key, String(value)])).toString()}`;
}

function initOf(method: string, { body, headers, signal }: RequestOptions): RequestInit {
  const isAsIs = body instanceof FormData || body instanceof Blob;
  return {
    method,
    credentials: 'same-origin',
    headers: {
      accept: 'application/json',
      ...(body !== undefined && !isAsIs ? { 'content-type': 'application/json' } : {}),
      ...(method !== 'GET' && csrf.token !== null ? { 'x-csrf-token': csrf.token } : {}),
      ...headers,
    },
    ...(body === undefined ? {} : { body: isAsIs ? body : JSON.stringify(body) }),
    ...(signal ? { signal } : {}),
  };
}

async function problemOf(response: Response): Promise<ApiError> {
  const text = await response.text();
  let body: ProblemBody;
  try {
    body = JSON.parse(text) as ProblemBody;
  } catch {
    body = { title: response.statusText || `HTTP ${response.status}`, detail: text.slice(0, 200) || 'The answer has no explanation.' };
  }
  const requestId = body.requestId ?? response.headers.get('x-request-id') ?? undefined;
  return new ApiError(response.status, { ...body, ...(requestId === undefined ? {} : { requestId }) });
}

/** Calls an endpoint of this origin; its body is yet to be read. @throws ApiError when it does not answer 2xx, or not at all. */
export async function requestStream(method: string, path: string, options: RequestOptions = {}): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(urlOf(path, options.query), initOf(method, options));
  } catch (error) {
    if (options.signal?.aborted) throw error;
    throw new ApiError(0, { title: 'The server cannot be reached', detail: 'Check that it runs and that you are online, then try again.' });
  }
  if (!response.ok) throw await problemOf(response);
  return response;
}

/** Calls an endpoint of this origin and reads its JSON. @throws ApiError when it does not answer 2xx, or not at all. */
export async function request<T>(method: string, path: string, options: RequestOptions = {}): Promise<T> {
  const response = await requestStream(method, path, options);
  if (response.status === 204) return undefined as T;
  return (await response.json()) as T;
}

/** The verbs below one base path, such as `/platform/v1`. */
export interface Api {
  readonly base: string;
  get<T>(path: string, query?: Query): Promise<T>;
  post<T>(path: string, body?: unknown, options?: RequestOptions): Promise<T>;
  put<T>(path: string, body: unknown, options?: RequestOptions): Promise<T>;
  patch<T>(path: string, body: unknown, options?: RequestOptions): Promise<T>;
  delete<T = void>(path: string, options?: RequestOptions): Promise<T>;
}

/** The verbs below a base path. */
export function createApi(base: string): Api {
  return {
    base,
    get: (path, query) => request('GET', base + path, { query }),
    post: (path, body, options) => request('POST', base + path, { ...options, body }),
    put: (path, body, options) => request('PUT', base + path, { ...options, body }),
    patch: (path, body, options) => request('PATCH', base + path, { ...options, body }),
    delete: (path, options) => request('DELETE', base + path, options),
  };
}

/** Accounts, organizations, projects, keys. */
export const platformApi = createApi('/platform/v1');
