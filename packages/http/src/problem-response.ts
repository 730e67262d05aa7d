import type { Logger } from '@mainstay/kernel';
import { internalError, Problem } from '@mainstay/kernel';
import type { OutgoingHttpHeaders, ServerResponse } from 'node:http';

/** The body of an error answer (RFC 9457). */
export interface ProblemBody {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: string;
  readonly errors?: readonly { readonly path: string; readonly code: string; readonly message: string }[];
  readonly requestId: string;
  /** What problems of this code say besides. */
  readonly [extension: string]: unknown;
}

/** What a store that is away does to every request: the store itself says so, once. */
const OUTAGES = new Set(['service_unavailable', 'outcome_unknown']);

/** Turns whatever was thrown into a problem; what is unknown is logged here, once, and answered without detail. */
export function toProblem(error: unknown, log: Logger): Problem {
  const problem = error instanceof Problem ? error : internalError(undefined, { cause: error });
  if (OUTAGES.has(problem.code)) log.debug({ err: problem.cause ?? problem, code: problem.code }, 'request failed in an outage');
  else if (problem.status >= 500) log.error({ err: problem.cause ?? problem, code: problem.code }, 'request failed');
  return problem;
}

/** What a client sees of a problem. */
export function problemBody(problem: Problem, requestId: string): ProblemBody {
  return {
    ...problem.extension,
    type: `urn:mainstay:problem:${problem.code}`,
    title: problem.title,
    status: problem.status,
    detail: problem.message,
    code: problem.code,
    ...(problem.issues.length > 0 ? { errors: problem.issues } : {}),
    requestId,
  };
}

/** What an answer says besides the problem. */
export interface ProblemSetting {
  readonly requestId: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Answers with a problem, unless an answer has begun: then the connection is cut, which is the only honest end. */
export function sendProblem(response: ServerResponse, problem: Problem, { requestId, headers }: ProblemSetting): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const body = Buffer.from(JSON.stringify(problemBody(problem, requestId)));
  const retry = problem.retryAfterSeconds ?? (problem.status === 429 || problem.status === 503 ? 1 : undefined);
  response.writeHead(problem.status, {
    ...headers,
    'content-type': 'application/problem+json; charset=utf-8',
    'content-length': body.length,
    'cache-control': 'no-store',
    ...(retry === undefined ? undefined : { 'retry-after': String(retry) }),
  } satisfies OutgoingHttpHeaders as OutgoingHttpHeaders);
  response.end(body);
}
