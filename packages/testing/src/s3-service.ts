import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { S3Answer, S3Operation } from './answer-s3.ts';
import { answerS3, operationOf, tag, xml } from './answer-s3.ts';
import { readS3Body } from './read-s3-body.ts';
import { S3Bucket } from './s3-bucket.ts';
import type { S3ErrorCode } from './s3-error.ts';
import { S3Error } from './s3-error.ts';
import { verifySigV4 } from './verify-sigv4.ts';

/** An object store that speaks S3's REST protocol as its SDKs use it, and refuses what S3 would refuse. Objects lie in memory. */
export interface S3Service {
  readonly endpoint: string;
  readonly region: string;
  readonly bucket: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** The keys of all objects, sorted. */
  keys(): string[];
  /** The uploads that were neither completed nor aborted. */
  openUploads(): number;
  /** Every request so far, the refused ones as well, with the size of its body. */
  readonly requests: readonly { readonly operation: S3Operation; readonly bytes: number }[];
  /** From now on answers the operation with this error, or not at all; null ends it. */
  fail(operation: S3Operation, how: S3ErrorCode | 'silence' | null): void;
  /** Loses an object behind the back of whoever stored it. */
  lose(key: string): void;
  stop(): Promise<void>;
}

const REGION = 'eu-central-1';
/** Enough for the parts of the tests; S3's own limit is 5 GB. */
const MAX_BODY_BYTES = 64 * 1_024 * 1_024;

/** Starts the service on loopback with one bucket and one access key. Buckets are named in the path. */
export async function startS3Service(): Promise<S3Service> {
  const name = `bucket-${randomBytes(4).toString('hex')}`;
  const keys = { accessKeyId: `AK${randomBytes(8).toString('hex').toUpperCase()}`, secretAccessKey: randomBytes(20).toString('base64') };
  const bucket = new S3Bucket();
  const failures = new Map<S3Operation, S3ErrorCode | 'silence'>();
  const requests: { operation: S3Operation; bytes: number }[] = [];
  const server = createServer((request, response) => void serve(request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const id = randomBytes(8).toString('hex').toUpperCase();
    const path = request.url?.split('?')[0] ?? '';
    try {
      const answer = await answerTo(request);
      if (answer !== null) send(request, response, { ...answer, headers: { ...answer.headers, 'x-amz-request-id': id } });
    } catch (error) {
      const known = error instanceof S3Error ? error : new S3Error('InternalError', String(error));
      const inner = tag('Code', known.code) + tag('Message', known.message) + tag('Resource', path) + tag('RequestId', id);
      send(request, response, xml('Error', inner, known.status));
    }
  }

  /** The answer; null where silence was asked for. */
  async function answerTo(request: IncomingMessage): Promise<S3Answer | null> {
    const { method = '', url = '', headers } = request;
    const [path = '', search = ''] = url.split('?', 2);
    const [bucketName = '', ...rest] = path.slice(1).split('/').map(decodeURIComponent);
    const [key, query] = [rest.join('/'), new URLSearchParams(search)];
    const operation = operationOf(method, key, query);
    const body = await readS3Body(request, MAX_BODY_BYTES);
    requests.push({ operation, bytes: body.bytes.length });
    verifySigV4({ method, url, headers }, { ...keys, region: REGION, nowMs: Date.now() });
    if (bucketName !== name) throw new S3Error('NoSuchBucket', 'The specified bucket does not exist');
    const failure = failures.get(operation);
    if (failure === 'silence') return null;
    if (failure !== undefined) throw new S3Error(failure);
    return answerS3(bucket, { operation, bucketName, key, query, headers, body });
  }

  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    region: REGION,
    bucket: name,
    ...keys,
    keys: () => [...bucket.objects.keys()].sort(),
    openUploads: () => bucket.uploads.size,
    requests,
    fail(operation, how) {
      if (how === null) failures.delete(operation);
      else failures.set(operation, how);
    },
    lose: (key) => void bucket.objects.delete(key),
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function send({ method }: IncomingMessage, response: ServerResponse, { status, headers = {}, body }: S3Answer): void {
  const length: Record<string, string> = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
  response.writeHead(status, { ...length, ...headers }).end(method === 'HEAD' ? undefined : body);
}
