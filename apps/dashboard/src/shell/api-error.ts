/** One thing that is wrong with what was sent. */
export interface ApiIssue {
  readonly path: string;
  readonly code: string;
  readonly message: string;
}

/** What waits for a second factor. */
export interface SecondFactor {
  readonly token?: string;
  readonly methods: readonly string[];
}

/** The body of an error answer (RFC 9457), as far as the console reads it. */
export interface ProblemBody {
  readonly title?: string;
  readonly detail?: string;
  readonly code?: string;
  readonly errors?: readonly ApiIssue[];
  readonly requestId?: string;
  /** What completes a sign-in, where a second factor is needed. */
  readonly secondFactor?: SecondFactor;
}

/** An answer that is not 2xx, or none at all (status 0). `code` is stable and documented; `message` is for people. */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string;
  readonly title: string;
  readonly issues: readonly ApiIssue[];
  readonly requestId: string | null;
  readonly secondFactor: SecondFactor | null;

  constructor(status: number, body: ProblemBody) {
    super(body.detail ?? body.title ?? 'The server answered with an error.');
    this.name = 'ApiError';
    this.status = status;
    this.code = body.code ?? (status === 0 ? 'unreachable' : `http_${status}`);
    this.title = body.title ?? 'Request failed';
    this.issues = body.errors ?? [];
    this.requestId = body.requestId ?? null;
    this.secondFactor = body.secondFactor ?? null;
  }
}

/** Any thrown value as an `ApiError`, so that screens show one kind of error. */
export function toApiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  const detail = error instanceof Error ? error.message : String(error);
  return new ApiError(0, { title: 'Something went wrong', detail, code: 'client_error' });
}
