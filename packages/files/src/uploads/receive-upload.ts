import { malformedRequest, unsupportedMediaType } from '@mainstay/http';
import busboy from 'busboy';
import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import { uploadMalformed, uploadStalled } from '../files.problems.ts';

/** What came beside the bytes. */
export interface UploadFields {
  readonly name: string;
  readonly visibility: 'public' | 'private';
}

const LIMITS = { fields: 10, fieldSize: 1_024, fieldNameSize: 100, files: 1, parts: 12, headerPairs: 100 };

/**
 * Reads a multipart upload and hands its one file on as it comes. Fields must stand before the file.
 * @throws uploadMalformed, uploadStalled, unsupportedMediaType
 */
export function receiveUpload<T>(
  request: IncomingMessage,
  idleMs: number,
  take: (bytes: Readable, fields: UploadFields) => Promise<T>,
): Promise<T> {
  if (!/^multipart\/form-data/i.test(request.headers['content-type'] ?? ''))
    return Promise.reject(unsupportedMediaType({ expected: 'multipart/form-data' }));
  return new Promise((resolve, reject) => {
    const parser = openParser(request);
    let visibility: UploadFields['visibility'] = 'private';
    let taking: Promise<T> | undefined;
    const fail = (error: unknown): void => {
      clearTimeout(idle);
      request.unpipe(parser);
      parser.destroy();
      request.resume();
      reject(error instanceof Error ? error : new Error(String(error)));
    };
    let idle = setTimeout(() => fail(uploadStalled()), idleMs);
    request.on('data', () => {
      clearTimeout(idle);
      idle = setTimeout(() => fail(uploadStalled()), idleMs);
    });
    request.on('aborted', () => fail(malformedRequest({ reason: 'The upload ended too early.' })));
    parser.on('field', (name, value) => {
      if (name === 'visibility' && (value === 'public' || value === 'private')) visibility = value;
      else fail(uploadMalformed({ reason: 'Besides file there is only the field visibility: public or private.' }));
    });
    parser.on('file', (field, bytes, { filename }) => {
      if (field !== 'file' || taking !== undefined) {
        bytes.resume();
        return fail(uploadMalformed({ reason: 'Send one file in the field called file.' }));
      }
      taking = take(bytes, { name: filename ?? '', visibility });
      taking.catch(fail);
    });
    parser.on('error', () => fail(uploadMalformed({ reason: 'The multipart body is broken.' })));
    parser.on('close', () => {
      clearTimeout(idle);
      if (taking === undefined) fail(uploadMalformed({ reason: 'Send one file in the field called file.' }));
      else taking.then(resolve, reject);
    });
    request.pipe(parser);
  });
}

function openParser(request: IncomingMessage): busboy.Busboy {
  try {
    return busboy({ headers: request.headers, limits: LIMITS, defParamCharset: 'utf8' });
  } catch {
    throw uploadMalformed({ reason: 'The Content-Type lacks its boundary.' });
  }
}
