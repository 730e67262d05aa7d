import { malformedRequest, unsupportedMediaType } from '@mainstay/http';
import busboy from 'busboy';
import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import { uploadMalformed, uploadStalled } from '../files.problems.ts';

/** A form that came whole: what its file became, and what stood beside it. */
export interface ReceivedUpload<T> {
  readonly taken: T;
  readonly name: string;
  readonly visibility: 'public' | 'private';
}

/** How slow an upload may be: within `idleSeconds` as many bytes must come as `minBytesPerSecond` says. */
export interface Pace {
  readonly idleSeconds: number;
  readonly minBytesPerSecond: number;
}

const LIMITS = { fields: 10, fieldSize: 1_024, fieldNameSize: 100, files: 1, parts: 12, headerPairs: 100 };

/**
 * Reads a multipart upload and hands its one file on as it comes. Settles only when `take` has settled as well, and succeeds
 * only when the form came to its end: what is behind the file counts too.
 * @throws uploadMalformed, uploadStalled, unsupportedMediaType
 */
export function receiveUpload<T>(
  request: IncomingMessage,
  pace: Pace,
  take: (bytes: Readable, declaredType: string) => Promise<T>,
): Promise<ReceivedUpload<T>> {
  if (!/^multipart\/form-data/i.test(request.headers['content-type'] ?? ''))
    return Promise.reject(unsupportedMediaType({ expected: 'multipart/form-data' }));
  // It may have ended while its bytes were being reserved: then nobody tells of it any more.
  if (request.destroyed) return Promise.reject(malformedRequest({ reason: 'The upload ended too early.' }));
  return new Promise((resolve, reject) => {
    const parser = openParser(request);
    let visibility: ReceivedUpload<T>['visibility'] = 'private';
    let file: { name: string; taking: Promise<T> } | undefined;
    const stopWatching = watchPace(request, pace, () => fail(uploadStalled()));
    let hasFailed = false;
    const fail = (error: Error): void => {
      if (hasFailed) return;
      hasFailed = true;
      stopWatching();
      request.unpipe(parser);
      parser.destroy();
      request.resume();
      void Promise.allSettled([file?.taking]).then(() => reject(error));
    };
    const failOneFile = (): void => fail(uploadMalformed({ reason: 'Send one file in the field called file.' }));
    request.on('aborted', () => fail(malformedRequest({ reason: 'The upload ended too early.' })));
    parser.on('field', (name, value) => {
      if (name === 'visibility' && (value === 'public' || value === 'private')) visibility = value;
      else fail(uploadMalformed({ reason: 'Besides file there is only the field visibility: public or private.' }));
    });
    parser.on('file', (field, bytes, { filename, mimeType }) => {
      bytes.on('error', () => undefined);
      if (field !== 'file' || file !== undefined) {
        bytes.resume();
        return failOneFile();
      }
      file = { name: filename ?? '', taking: take(bytes, mimeType) };
      file.taking.catch(fail);
    });
    parser.on('filesLimit', failOneFile);
    parser.on('error', () => fail(uploadMalformed({ reason: 'The multipart body is broken.' })));
    parser.on('close', () => {
      stopWatching();
      if (hasFailed) return;
      if (file === undefined) return failOneFile();
      const { name, taking } = file;
      taking.then((taken) => resolve({ taken, name, visibility }), reject);
    });
    request.pipe(parser);
  });
}

/**
 * Calls back when too few bytes came within the time: none at all, or one every now and then to keep the connection. While it is we who
 * hold the upload up, the client is not to blame. Returns what ends the watch; the end of the request does so too.
 */
function watchPace(request: IncomingMessage, { idleSeconds, minBytesPerSecond }: Pace, onSlow: () => void): () => void {
  let received = 0;
  let wasHeldUp = false;
  const count = (chunk: Buffer): void => void (received += chunk.length);
  const hold = (): void => void (wasHeldUp = true);
  const timer = setInterval(() => {
    if (!wasHeldUp && !request.isPaused() && received < idleSeconds * minBytesPerSecond) return onSlow();
    received = 0;
    wasHeldUp = false;
  }, idleSeconds * 1_000);
  const stop = (): void => {
    clearInterval(timer);
    request.off('data', count);
    request.off('pause', hold);
  };
  request.on('data', count);
  request.on('pause', hold);
  request.on('end', stop);
  return stop;
}

function openParser(request: IncomingMessage): busboy.Busboy {
  try {
    return busboy({ headers: request.headers, limits: LIMITS, defParamCharset: 'utf8' });
  } catch {
    throw uploadMalformed({ reason: 'The Content-Type lacks its boundary.' });
  }
}
