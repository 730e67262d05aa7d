import type { SecondStep } from './second-step.ts';
import { readSecondStep } from './second-step.ts';

/** What is wrong with one field of a request. */
export interface FieldError {
  readonly path: string;
  readonly code: string;
  readonly message: string;
}

/** What an error is made of. */
export interface ErrorFacts {
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  readonly errors?: readonly FieldError[];
  readonly requestId?: string | null;
  readonly retryAfterSeconds?: number | null;
  readonly secondFactor?: SecondStep | null;
  readonly cause?: unknown;
}

/**
 * Everything that this client throws. `code` is stable: the server's problem, or `network_error`, `timed_out`, `aborted` or
 * `malformed_answer` with status 0 where there was no answer to read.
 */
export class MainstayError extends Error {
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  readonly errors: readonly FieldError[];
  /** Names the request in the server's logs. */
  readonly requestId: string | null;
  /** How long the server asks to be left alone. */
  readonly retryAfterSeconds: number | null;
  /** What to complete with a second factor, where the code says that one is needed. */
  readonly secondFactor: SecondStep | null;

  constructor({ status, code, detail, errors = [], requestId = null, retryAfterSeconds = null, secondFactor = null, cause }: ErrorFacts) {
    super(detail, cause === undefined ? undefined : { cause });
    this.name = 'MainstayError';
    this.status = status;
    this.code = code;
    this.detail = detail;
    this.errors = errors;
    this.requestId = requestId;
    this.retryAfterSeconds = retryAfterSeconds;
    this.secondFactor = secondFactor;
  }
}

/** The error that an answer describes; what is no problem document still has a status. */
export function errorOfAnswer(status: number, text: string, header: (name: string) => string | null): MainstayError {
  const problem = readObject(text);
  const asText = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
  return new MainstayError({
    status,
    code: asText(problem['code']) ?? `http_${status}`,
    detail: asText(problem['detail']) ?? `The server answered ${status}.`,
    errors: Array.isArray(problem['errors']) ? (problem['errors'] as FieldError[]) : [],
    requestId: asText(problem['requestId']) ?? header('x-request-id'),
    retryAfterSeconds: readRetryAfter(header('retry-after')),
    secondFactor: readSecondStep(problem['secondFactor']),
  });
}

function readObject(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

/** Seconds, or a date (RFC 9110, 10.2.3). */
function readRetryAfter(header: string | null): number | null {
  if (header === null) return null;
  if (/^\d+$/.test(header.trim())) return Number(header);
  const at = Date.parse(header);
  return Number.isNaN(at) ? null : Math.max(0, Math.ceil((at - Date.now()) / 1_000));
}
