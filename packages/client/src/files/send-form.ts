import { errorOfAnswer } from '../http/mainstay-error.ts';
import { networkFailure, withDeadline } from '../http/with-deadline.ts';

/** How far an upload is, in bytes of the request. */
export interface UploadProgress {
  readonly sentBytes: number;
  readonly totalBytes: number;
}

/** A form to send. */
export interface FormRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly form: FormData;
  readonly sizeBytes: number;
  readonly timeoutMs: number;
  readonly signal: AbortSignal | undefined;
  readonly onProgress: ((progress: UploadProgress) => void) | undefined;
  readonly fetch: typeof fetch | undefined;
}

/** Posts a form: through XMLHttpRequest where there is one, as only that tells how far it is, through fetch otherwise. @throws MainstayError */
export function sendForm<T>(request: FormRequest): Promise<T> {
  if (request.fetch === undefined && typeof XMLHttpRequest === 'function') return throughXhr<T>(request);
  return throughFetch<T>(request);
}

function throughXhr<T>({ url, headers, form, timeoutMs, signal, onProgress }: FormRequest): Promise<T> {
  return new Promise((resolve, reject) => {
    const call = new XMLHttpRequest();
    const abort = (): void => call.abort();
    call.open('POST', url);
    call.timeout = timeoutMs;
    for (const [name, value] of Object.entries(headers)) call.setRequestHeader(name, value);
    if (onProgress !== undefined)
      call.upload.onprogress = ({ loaded, total }) => onProgress({ sentBytes: loaded, totalBytes: Math.max(loaded, total) });
    call.onload = () => {
      if (call.status >= 200 && call.status < 300) resolve(JSON.parse(call.responseText) as T);
      else reject(errorOfAnswer(call.status, call.responseText, (name) => call.getResponseHeader(name)));
    };
    call.onerror = () => reject(networkFailure('network_error', 'The upload did not reach the server.'));
    call.ontimeout = () => reject(networkFailure('timed_out', `The upload did not end within ${timeoutMs} ms.`));
    call.onabort = () => reject(networkFailure('aborted', 'The upload was aborted.', signal?.reason));
    call.onloadend = () => signal?.removeEventListener('abort', abort);
    signal?.addEventListener('abort', abort);
    if (signal?.aborted === true) return reject(networkFailure('aborted', 'The upload was aborted.', signal.reason));
    call.send(form);
  });
}

function throughFetch<T>(request: FormRequest): Promise<T> {
  const { url, headers, form, sizeBytes, onProgress } = request;
  return withDeadline(request, async (signal) => {
    onProgress?.({ sentBytes: 0, totalBytes: sizeBytes });
    const answer = await (request.fetch ?? fetch)(url, { method: 'POST', headers, body: form, signal });
    const text = await answer.text();
    if (!answer.ok) throw errorOfAnswer(answer.status, text, (name) => answer.headers.get(name));
    onProgress?.({ sentBytes: sizeBytes, totalBytes: sizeBytes });
    return JSON.parse(text) as T;
  });
}
