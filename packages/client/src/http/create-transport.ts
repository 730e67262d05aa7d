import { createKey } from './create-key.ts';
import { errorOfAnswer, MainstayError } from './mainstay-error.ts';
import { retryDelay } from './retry-delay.ts';
import { networkFailure, withDeadline } from './with-deadline.ts';

/** Who the requests are from. */
export interface Credentials {
  /** The session token; null while nobody is signed in. */
  token(): Promise<string | null>;
  /** Called when the server refused this token. @returns whether there is another one now. */
  renew(refused: string): Promise<boolean>;
}

/** Where and how requests go. */
export interface TransportSettings {
  /** `https://api.example.com/p/{project}/v1`. */
  readonly base: string;
  readonly key: string;
  /** Per attempt. */
  readonly timeoutMs: number;
  /** How often a request is sent again, at most. */
  readonly retries: number;
  readonly fetch: typeof fetch | undefined;
}

/** What every call takes. */
export interface CallOptions {
  readonly signal?: AbortSignal | undefined;
  readonly timeoutMs?: number | undefined;
  /** By default every write gets one of its own, so that it can be sent again. */
  readonly idempotencyKey?: string | undefined;
}

/** One request of the project API. */
export interface RequestOptions extends CallOptions {
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>> | undefined;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** `If-Match`: refused with 412 when the document has another version. */
  readonly ifVersion?: number | undefined;
  /** Sending it twice does no harm, whatever its method. */
  readonly isRepeatable?: boolean | undefined;
  /** Sends no Idempotency-Key: the route has no use for one. */
  readonly isKeyless?: boolean | undefined;
  /** Sends no session token. */
  readonly isAnonymous?: boolean | undefined;
  /** Outlives the page. Bodies of at most 64 kB. */
  readonly isKeptAlive?: boolean | undefined;
}

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
const NOBODY: Credentials = { token: () => Promise.resolve(null), renew: () => Promise.resolve(false) };
const SESSION_OVER = new Set(['session_expired', 'session_invalid']);

interface Sending {
  readonly method: Method;
  readonly path: string;
  readonly options: RequestOptions;
  readonly headers: Record<string, string>;
}

/** Sends requests: with time-outs, again where that is safe, and with a new session token when the old one ran out. */
export function createTransport(settings: TransportSettings) {
  let credentials = NOBODY;

  function once<T>({ method, path, options, headers }: Sending): Promise<T> {
    const { signal, timeoutMs = settings.timeoutMs, body } = options;
    return withDeadline({ signal, timeoutMs }, async (until) => {
      const answer = await (settings.fetch ?? fetch)(settings.base + path + queryText(options.query), {
        method,
        headers,
        signal: until,
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        ...(options.isKeptAlive === true ? { keepalive: true } : {}),
      });
      const text = await answer.text();
      if (!answer.ok) throw errorOfAnswer(answer.status, text, (name) => answer.headers.get(name));
      return (text === '' ? undefined : readJson(text)) as T;
    });
  }

  return {
    base: settings.base,
    key: settings.key,
    timeoutMs: settings.timeoutMs,

    /** Tells whose requests these are from now on. */
    identify(next: Credentials): void {
      credentials = next;
    },

    /** Runs `send` with the session's token, and once more with a new one when that had run out. */
    async withToken<T>(send: (token: string | null) => Promise<T>): Promise<T> {
      const token = await credentials.token();
      try {
        return await send(token);
      } catch (error) {
        const isOver = token !== null && error instanceof MainstayError && error.status === 401 && SESSION_OVER.has(error.code);
        if (!isOver || !(await credentials.renew(token))) throw error;
        return send(await credentials.token());
      }
    },

    /** The answer's JSON; undefined when it has none. @throws MainstayError */
    async request<T>(method: Method, path: string, options: RequestOptions = {}): Promise<T> {
      const isSafe = method === 'GET' || options.isRepeatable === true;
      const key = isSafe || options.isKeyless === true ? undefined : (options.idempotencyKey ?? createKey());
      const headers = headersOf(settings.key, key, options);
      const send = (token: string | null): Promise<T> =>
        once<T>({ method, path, options, headers: token === null ? headers : { ...headers, Authorization: `Bearer ${token}` } });
      for (let attempt = 0; ; attempt += 1) {
        try {
          return await (options.isAnonymous === true ? send(null) : this.withToken(send));
        } catch (error) {
          const delay = error instanceof MainstayError ? retryDelay(error, attempt, isSafe || key !== undefined) : null;
          if (delay === null || attempt >= settings.retries) throw error;
          await pause(delay, options.signal);
        }
      }
    },
  };
}
export type Transport = ReturnType<typeof createTransport>;

function headersOf(projectKey: string, idempotencyKey: string | undefined, { body, ifVersion }: RequestOptions): Record<string, string> {
  return {
    'X-Mainstay-Key': projectKey,
    ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
    ...(idempotencyKey === undefined ? {} : { 'Idempotency-Key': idempotencyKey }),
    ...(ifVersion === undefined ? {} : { 'If-Match': `"${ifVersion}"` }),
  };
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw networkFailure('malformed_answer', 'The answer is not JSON: is the URL that of a Mainstay server?', error);
  }
}

function queryText(query: RequestOptions['query']): string {
  const pairs = Object.entries(query ?? {}).flatMap(([name, value]) =>
    value === undefined ? [] : [`${encodeURIComponent(name)}=${encodeURIComponent(value)}`],
  );
  return pairs.length === 0 ? '' : `?${pairs.join('&')}`;
}

function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const abort = (): void => {
      clearTimeout(timer);
      reject(networkFailure('aborted', 'The request was aborted.', signal?.reason));
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', abort);
      resolve();
    }, ms);
    signal?.addEventListener('abort', abort);
    if (signal?.aborted === true) abort();
  });
}
