import { MainstayError } from './mainstay-error.ts';

/** When to stop. */
export interface Deadline {
  readonly signal: AbortSignal | undefined;
  readonly timeoutMs: number;
}

/**
 * Runs what goes over the network until it is done, the time is over or the caller aborts it.
 * @throws MainstayError `aborted`, `timed_out` or `network_error`; those that `run` throws as they are
 */
export async function withDeadline<T>({ signal, timeoutMs }: Deadline, run: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const cancel = new AbortController();
  const abort = (): void => cancel.abort();
  signal?.addEventListener('abort', abort);
  const timer = setTimeout(abort, timeoutMs);
  try {
    if (signal?.aborted === true) throw new Error('aborted');
    return await run(cancel.signal);
  } catch (error) {
    if (error instanceof MainstayError) throw error;
    if (signal?.aborted === true) throw networkFailure('aborted', 'The request was aborted.', signal.reason);
    if (cancel.signal.aborted) throw networkFailure('timed_out', `There was no answer within ${timeoutMs} ms.`, error);
    throw networkFailure('network_error', 'The server could not be reached.', error);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', abort);
  }
}

/** An error without an answer. */
export function networkFailure(code: string, detail: string, cause?: unknown): MainstayError {
  return new MainstayError({ status: 0, code, detail, cause });
}
