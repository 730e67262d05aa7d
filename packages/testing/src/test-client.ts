/** An answer of the server under test. */
export interface TestAnswer<Body = Record<string, unknown>> {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Body;
}

/** Calls the API of one project as somebody. */
export interface TestClient {
  get<Body = Record<string, unknown>>(path: string, headers?: Record<string, string>): Promise<TestAnswer<Body>>;
  post<Body = Record<string, unknown>>(path: string, body?: unknown, headers?: Record<string, string>): Promise<TestAnswer<Body>>;
  put<Body = Record<string, unknown>>(path: string, body?: unknown, headers?: Record<string, string>): Promise<TestAnswer<Body>>;
  patch<Body = Record<string, unknown>>(path: string, body?: unknown, headers?: Record<string, string>): Promise<TestAnswer<Body>>;
  delete<Body = Record<string, unknown>>(path: string, headers?: Record<string, string>): Promise<TestAnswer<Body>>;
}

/** A client for `base` that sends `headers` with everything. A string or Buffer as body goes as it is, anything else as JSON. */
export function createTestClient(base: string, headers: Record<string, string>): TestClient {
  async function call<Body>(method: string, path: string, { body, extra }: { body?: unknown; extra?: Record<string, string> | undefined }) {
    const isRaw = typeof body === 'string' || body instanceof Uint8Array || body instanceof FormData;
    const sent = body === undefined ? undefined : isRaw ? (body as string | FormData) : JSON.stringify(body);
    const type: Record<string, string> = sent === undefined || body instanceof FormData ? {} : { 'content-type': 'application/json' };
    const response = await fetch(base + path, {
      method,
      headers: { ...type, ...headers, ...extra },
      ...(sent === undefined ? {} : { body: sent }),
    });
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.includes('json') === true;
    return { status: response.status, headers: response.headers, body: (isJson ? JSON.parse(text) : text) as Body };
  }
  return {
    get: (path, extra) => call('GET', path, { extra }),
    post: (path, body, extra) => call('POST', path, { body, extra }),
    put: (path, body, extra) => call('PUT', path, { body, extra }),
    patch: (path, body, extra) => call('PATCH', path, { body, extra }),
    delete: (path, extra) => call('DELETE', path, { extra }),
  };
}
