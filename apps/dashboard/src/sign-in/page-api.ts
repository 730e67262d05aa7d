/** A second factor that a way in asks for. */
export interface SecondFactor {
  readonly token: string;
  readonly methods: readonly string[];
}

interface ProblemBody {
  readonly code?: string;
  readonly detail?: string;
  readonly requestId?: string;
  readonly errors?: readonly { readonly path: string; readonly message: string }[];
  readonly secondFactor?: SecondFactor;
}

/** An answer that is not 2xx, or none at all (`unreachable`). */
export class PageProblem extends Error {
  readonly code: string;
  readonly requestId: string | null;
  /** Of the fields that are wrong. */
  readonly paths: readonly string[];
  readonly retryAfterSeconds: number | null;
  readonly secondFactor: SecondFactor | null;

  constructor(body: ProblemBody, retryAfter: string | null = null) {
    super(body.detail ?? '');
    this.code = body.code ?? 'unknown';
    this.requestId = body.requestId ?? null;
    this.paths = (body.errors ?? []).map(({ path }) => path);
    const seconds = Number(retryAfter);
    this.retryAfterSeconds = retryAfter !== null && seconds > 0 ? seconds : null;
    this.secondFactor = body.secondFactor ?? null;
  }
}

/** Calls the API of the project. */
export interface PageApi {
  /** @throws PageProblem */
  get<T>(path: string, token?: string): Promise<T>;
  /** @throws PageProblem */
  post<T>(path: string, body: unknown, token?: string): Promise<T>;
}

/** The API below a base. No cookie goes with the requests: whoever sits at the dashboard of the same origin is nobody here. */
export function createPageApi(base: string): PageApi {
  async function send<T>(path: string, token: string | undefined, init: RequestInit): Promise<T> {
    const headers = {
      'x-mainstay-page': 'sign-in',
      'content-type': 'application/json',
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    };
    let answer: Response;
    try {
      answer = await fetch(base + path, { ...init, headers, credentials: 'omit', cache: 'no-store' });
    } catch {
      throw new PageProblem({ code: 'unreachable' });
    }
    const text = await answer.text();
    if (!answer.ok) throw new PageProblem(parse(text), answer.headers.get('retry-after'));
    return (text === '' ? undefined : JSON.parse(text)) as T;
  }

  return {
    get: (path, token) => send(path, token, { method: 'GET' }),
    post: (path, body, token) => send(path, token, { method: 'POST', body: JSON.stringify(body) }),
  };
}

function parse(text: string): ProblemBody {
  try {
    return JSON.parse(text) as ProblemBody;
  } catch {
    return {};
  }
}
