import type { IncomingHttpHeaders } from 'node:http';
import type { S3Body } from './read-s3-body.ts';
import type { S3Bucket, S3Object } from './s3-bucket.ts';
import { S3Error } from './s3-error.ts';

/** What a request asks of the bucket. */
export interface S3Request {
  readonly operation: S3Operation;
  readonly bucketName: string;
  readonly key: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: S3Body;
}

/** An answer: headers, and XML or bytes. */
export interface S3Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
}

/** By `method`, whether there is a key, and the parameter that names a sub-resource. */
const OPERATIONS = {
  'PUT key ': 'PutObject',
  'PUT key uploadId': 'UploadPart',
  'GET key ': 'GetObject',
  'HEAD key ': 'HeadObject',
  'DELETE key ': 'DeleteObject',
  'DELETE key uploadId': 'AbortMultipartUpload',
  'POST key uploads': 'CreateMultipartUpload',
  'POST key uploadId': 'CompleteMultipartUpload',
  'GET bucket list-type': 'ListObjectsV2',
  'GET bucket uploads': 'ListMultipartUploads',
  'POST bucket delete': 'DeleteObjects',
  'HEAD bucket ': 'HeadBucket',
} as const;
const SUBRESOURCES = ['uploadId', 'uploads', 'list-type', 'delete'];

export type S3Operation = (typeof OPERATIONS)[keyof typeof OPERATIONS];

/** Which operation a request is. @throws S3Error for those that are not spoken here */
export function operationOf(method: string, key: string, query: URLSearchParams): S3Operation {
  const subresource = SUBRESOURCES.find((name) => query.has(name)) ?? '';
  const found = OPERATIONS[`${method} ${key === '' ? 'bucket' : 'key'} ${subresource}` as keyof typeof OPERATIONS];
  if (found === undefined) throw new S3Error('NotImplemented', `${method} is not spoken here with these parameters.`);
  return found;
}

/** Does what a request asks for. @throws S3Error */
export function answerS3(bucket: S3Bucket, request: S3Request): S3Answer {
  return HANDLERS[request.operation](bucket, request);
}

type Handler = (bucket: S3Bucket, request: S3Request) => S3Answer;

const uploadIdOf = ({ query }: S3Request): string => query.get('uploadId') ?? '';
const typeOf = ({ headers }: S3Request): string => headers['content-type'] ?? 'binary/octet-stream';

const HANDLERS: Readonly<Record<S3Operation, Handler>> = {
  PutObject(bucket, request) {
    const { etag, crc32 } = bucket.put(request.key, request.body, typeOf(request));
    return { status: 200, headers: { etag, ...(crc32 === null ? {} : { 'x-amz-checksum-crc32': crc32 }) } };
  },
  UploadPart(bucket, request) {
    const part = { number: Number(request.query.get('partNumber')), bytes: request.body.bytes };
    return { status: 200, headers: { etag: bucket.putPart(request.key, uploadIdOf(request), part) } };
  },
  GetObject(bucket, { key, headers }) {
    const object = bucket.get(key);
    const range = rangeOf(headers.range, object.bytes.length);
    if (range === null) return { status: 200, headers: headersOf(object), body: object.bytes };
    const { crc32: _, ...rest } = object;
    const part = { ...rest, crc32: null };
    return {
      status: 206,
      headers: { ...headersOf(part), 'content-range': `bytes ${range.start}-${range.end}/${object.bytes.length}` },
      body: object.bytes.subarray(range.start, range.end + 1),
    };
  },
  HeadObject(bucket, { key }) {
    const object = bucket.get(key);
    return { status: 200, headers: { ...headersOf(object), 'content-length': String(object.bytes.length) } };
  },
  DeleteObject(bucket, { key }) {
    bucket.objects.delete(key);
    return { status: 204 };
  },
  CreateMultipartUpload(bucket, request) {
    const { id } = bucket.createUpload(request.key, typeOf(request));
    return xml('InitiateMultipartUploadResult', tag('Bucket', request.bucketName) + tag('Key', request.key) + tag('UploadId', id));
  },
  CompleteMultipartUpload(bucket, request) {
    const claims = elements(request.body.bytes.toString(), 'Part').map((part) => ({
      number: Number(element(part, 'PartNumber')),
      etag: element(part, 'ETag'),
    }));
    const { etag } = bucket.complete(request.key, uploadIdOf(request), claims);
    return xml('CompleteMultipartUploadResult', tag('Bucket', request.bucketName) + tag('Key', request.key) + tag('ETag', etag));
  },
  AbortMultipartUpload(bucket, request) {
    bucket.abort(request.key, uploadIdOf(request));
    return { status: 204 };
  },
  DeleteObjects(bucket, { headers, body }) {
    if (headers['content-md5'] === undefined && body.crc32 === null) throw new S3Error('InvalidRequest', 'A checksum is missing.');
    const text = body.bytes.toString();
    const keys = elements(text, 'Object').map((object) => element(object, 'Key'));
    if (keys.length === 0 || keys.length > MAX_KEYS) throw new S3Error('MalformedXML');
    for (const key of keys) bucket.objects.delete(key);
    const isQuiet = element(text, 'Quiet') === 'true';
    return xml('DeleteResult', isQuiet ? '' : keys.map((key) => `<Deleted>${tag('Key', key)}</Deleted>`).join(''));
  },
  ListObjectsV2: listObjects,
  ListMultipartUploads(bucket, { bucketName, query }) {
    const found = [...bucket.uploads.values()].filter(({ key }) => key.startsWith(query.get('prefix') ?? ''));
    const entries = found.map(
      ({ key, id, initiatedAt }) =>
        `<Upload>${tag('Key', key)}${tag('UploadId', id)}${tag('Initiated', initiatedAt.toISOString())}</Upload>`,
    );
    return xml('ListMultipartUploadsResult', tag('Bucket', bucketName) + tag('IsTruncated', 'false') + entries.join(''));
  },
  HeadBucket: () => ({ status: 200 }),
};

const MAX_KEYS = 1_000;

function listObjects(bucket: S3Bucket, { bucketName, query }: S3Request): S3Answer {
  const prefix = query.get('prefix') ?? '';
  const token = query.get('continuation-token');
  const after = token === null ? (query.get('start-after') ?? '') : Buffer.from(token, 'base64url').toString();
  const limit = Math.min(Number(query.get('max-keys') ?? MAX_KEYS), MAX_KEYS);
  const all = [...bucket.objects].filter(([key]) => key.startsWith(prefix) && key > after).sort(([a], [b]) => (a < b ? -1 : 1));
  const page = all.slice(0, limit);
  const last = page.at(-1)?.[0] ?? '';
  const isTruncated = all.length > page.length;
  const entries = page.map(
    ([key, { etag, bytes, modifiedAt }]) =>
      `<Contents>${tag('Key', key)}${tag('LastModified', modifiedAt.toISOString())}${tag('ETag', etag)}${tag('Size', String(bytes.length))}</Contents>`,
  );
  const head = tag('Name', bucketName) + tag('Prefix', prefix) + tag('KeyCount', String(page.length)) + tag('MaxKeys', String(limit));
  const next = isTruncated ? tag('NextContinuationToken', Buffer.from(last).toString('base64url')) : '';
  return xml('ListBucketResult', head + tag('IsTruncated', String(isTruncated)) + next + entries.join(''));
}

function headersOf({ etag, contentType, crc32, modifiedAt }: S3Object): Record<string, string> {
  const checksum = crc32 === null ? {} : { 'x-amz-checksum-crc32': crc32, 'x-amz-checksum-type': 'FULL_OBJECT' };
  return { etag, 'content-type': contentType, 'accept-ranges': 'bytes', 'last-modified': modifiedAt.toUTCString(), ...checksum };
}

function rangeOf(header: string | undefined, size: number): { start: number; end: number } | null {
  const [, first = '', last = ''] = /^bytes=(\d*)-(\d*)$/.exec(header ?? '') ?? [];
  if (first === '' && last === '') return null;
  const start = first === '' ? Math.max(0, size - Number(last)) : Number(first);
  const end = first === '' || last === '' ? size - 1 : Math.min(Number(last), size - 1);
  if (start >= size || end < start) throw new S3Error('InvalidRange', 'The requested range is not satisfiable');
  return { start, end };
}

/** The XML of an answer or an error. */
export function xml(name: string, inner: string, status = 200): S3Answer {
  const space = name === 'Error' ? '' : ' xmlns="http://s3.amazonaws.com/doc/2006-03-01/"';
  const body = `<?xml version="1.0" encoding="UTF-8"?>\n<${name}${space}>${inner}</${name}>`;
  return { status, headers: { 'content-type': 'application/xml' }, body };
}

const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&apos;' };

/** An element with a text. */
export function tag(name: string, text: string): string {
  return `<${name}>${text.replaceAll(/[&<>"']/g, (character) => ESCAPES[character] ?? '')}</${name}>`;
}

function elements(text: string, name: string): string[] {
  return [...text.matchAll(new RegExp(`<${name}>([\\s\\S]*?)</${name}>`, 'g'))].map(([, inner = '']) => inner);
}

function element(text: string, name: string): string {
  const inner = elements(text, name)[0] ?? '';
  return Object.entries(ESCAPES).reduceRight((plain, [character, escape]) => plain.replaceAll(escape, character), inner);
}
