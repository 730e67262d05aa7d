import type * as Library from '@aws-sdk/client-s3';
import type { Logger } from '@mainstay/kernel';
import { serviceUnavailable } from '@mainstay/kernel';
import type { FilesSettings } from '../files.settings.ts';

type S3 = typeof Library;

const CONNECT_MS = 5_000;
const WARN_EVERY_MS = 60_000;
const SERVER_ERROR = 500;

/** Calls an S3 API. The library is loaded at the first use, so that nobody else pays for it. */
export interface S3Caller {
  /** Runs one call. @throws serviceUnavailable when the API is away; what it refuses is thrown as the library throws it */
  call<T>(run: (client: InstanceType<S3['S3Client']>, s3: S3) => Promise<T>): Promise<T>;
  close(): void;
}

/** Opens the API at its first use. Without a key in the settings the library looks for one where it always does. */
export function createS3Caller(settings: FilesSettings, log: Logger): S3Caller {
  let opened: Promise<{ s3: S3; client: InstanceType<S3['S3Client']> }> | undefined;
  let isClosed = false;
  let warnedAt = 0;

  const open = () =>
    import('@aws-sdk/client-s3').then((s3) => ({
      s3,
      client: new s3.S3Client({
        region: settings.s3Region,
        requestHandler: {
          connectionTimeout: CONNECT_MS,
          requestTimeout: settings.s3TimeoutMs,
          throwOnRequestTimeout: true,
          socketTimeout: settings.s3TimeoutMs,
        },
        ...(settings.s3Endpoint === '' ? {} : { endpoint: settings.s3Endpoint, forcePathStyle: true }),
        ...(settings.s3AccessKeyId === ''
          ? {}
          : { credentials: { accessKeyId: settings.s3AccessKeyId, secretAccessKey: settings.s3SecretAccessKey } }),
      }),
    }));

  return {
    async call(run) {
      opened ??= open();
      const { s3, client } = await opened;
      if (isClosed) client.destroy();
      try {
        return await run(client, s3);
      } catch (error) {
        if (!isOutage(error)) throw error;
        if (Date.now() - warnedAt > WARN_EVERY_MS) log.warn({ err: error }, 'the file store does not answer');
        warnedAt = Date.now();
        throw serviceUnavailable({ part: 'file store' }, { cause: error, retryAfterSeconds: 1 });
      }
    },
    close() {
      isClosed = true;
      void opened?.then(({ client }) => client.destroy());
    },
  };
}

/** No answer at all, or one that says that the server failed. What the API refuses has a status below 500. */
function isOutage(error: unknown): boolean {
  const { $metadata } = error as { $metadata?: { httpStatusCode?: number } };
  return $metadata !== undefined && ($metadata.httpStatusCode ?? SERVER_ERROR) >= SERVER_ERROR;
}
