import { outcomeUnknown, Problem, serviceUnavailable } from '@mainstay/kernel';
import { MongoNetworkError, MongoServerError, MongoServerSelectionError } from 'mongodb';
import { DuplicateKeyError, QueryRefusedError, queryTooSlow } from './store.problems.ts';

const DUPLICATE_KEY = 11_000;
/** Write concern failed or timed out: the write is there but may be rolled back. */
const WRITE_CONCERN_CODES = new Set([64, 91, 100, 189, 10_107, 11_600, 11_602, 13_435, 13_436]);

/** MaxTimeMSExpired, and more memory than a query may take without the disk. */
const TOO_SLOW_CODES = new Set([50, 292]);
/** Errors of the server that say nothing about the query: Unauthorized, AuthenticationFailed, CommandNotFound, Interrupted. */
const NOT_THE_QUERY_CODES = new Set([13, 18, 59, 11_601]);

interface ServerErrorLike {
  readonly code?: unknown;
  readonly message?: string;
  readonly keyPattern?: Record<string, unknown>;
}

/** The pool gave no connection in time: the driver does not export this error's class. */
function isPoolExhausted(error: unknown): boolean {
  return error instanceof Error && error.name === 'MongoWaitQueueTimeoutError';
}

/** Turns the server's report on one refused statement into our error. */
export function duplicateKeyErrorFrom(error: ServerErrorLike): DuplicateKeyError {
  const index = /index: (?:.*\$)?(\S+) dup key/.exec(error.message ?? '')?.[1] ?? 'unknown';
  const fields = Object.keys(error.keyPattern ?? {}).filter((field) => field !== 'p');
  return new DuplicateKeyError(index, fields);
}

/** Whether the statement was refused by a unique index. */
export function isDuplicateKey(error: unknown): boolean {
  return typeof error === 'object' && error !== null && (error as ServerErrorLike).code === DUPLICATE_KEY;
}

/**
 * What a failed write means for the one who asked: a duplicate, an outcome that nobody knows, or a store that is away.
 * A connection that broke after the command was sent says nothing about whether it ran (reliability.md RG7).
 */
export function explainWriteError(error: unknown): unknown {
  if (error instanceof Problem || error instanceof DuplicateKeyError) return error;
  if (isDuplicateKey(error)) return duplicateKeyErrorFrom(error as ServerErrorLike);
  if (error instanceof MongoServerSelectionError || isPoolExhausted(error)) {
    return serviceUnavailable({ part: 'database' }, { cause: error, retryAfterSeconds: 1 });
  }
  if (error instanceof MongoNetworkError) return outcomeUnknown(undefined, { cause: error, retryAfterSeconds: 1 });
  if (error instanceof MongoServerError && WRITE_CONCERN_CODES.has(Number(error.code))) {
    return outcomeUnknown(undefined, { cause: error, retryAfterSeconds: 1 });
  }
  return error;
}

/** What a failed read means for the one who asked: reads can always be repeated. */
export function explainReadError(error: unknown): unknown {
  if (error instanceof MongoServerSelectionError || error instanceof MongoNetworkError || isPoolExhausted(error)) {
    return serviceUnavailable({ part: 'database' }, { cause: error, retryAfterSeconds: 1 });
  }
  if (error instanceof MongoServerError && WRITE_CONCERN_CODES.has(Number(error.code))) {
    return serviceUnavailable({ part: 'database' }, { cause: error, retryAfterSeconds: 1 });
  }
  if (error instanceof MongoServerError && TOO_SLOW_CODES.has(Number(error.code))) return queryTooSlow(undefined, { cause: error });
  if (error instanceof MongoServerError && !NOT_THE_QUERY_CODES.has(Number(error.code))) return new QueryRefusedError(error);
  return error;
}

/** Runs a read and explains its failure. */
export async function reading<T>(run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    throw explainReadError(error);
  }
}

/** Runs a write and explains its failure. */
export async function writing<T>(run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    throw explainWriteError(error);
  }
}
