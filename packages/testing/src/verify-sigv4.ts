import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { S3Error } from './s3-error.ts';

/** A request as its signature sees it. */
export interface SignedRequest {
  readonly method: string;
  /** The path and query as they were sent. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
}

/** Whose signatures count, where and when. */
export interface SigV4Keys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly region: string;
  readonly nowMs: number;
}

const HEADER =
  /^AWS4-HMAC-SHA256 Credential=([^/,]+)\/(\d{8})\/([^/,]+)\/s3\/aws4_request,\s*SignedHeaders=([a-z0-9;-]+),\s*Signature=([0-9a-f]{64})$/;
const DATE = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/;
const MAX_SKEW_MS = 15 * 60_000;

/** Checks the signature in the headers of a request to S3 (AWS Signature Version 4). @throws S3Error */
export function verifySigV4(request: SignedRequest, keys: SigV4Keys): void {
  const authorization = textOf(request.headers['authorization']);
  if (authorization === '') throw new S3Error('AccessDenied', 'Anonymous access is forbidden for this operation.');
  const [, accessKeyId, day = '', region, names = '', signature = ''] = HEADER.exec(authorization) ?? [];
  if (accessKeyId === undefined) throw new S3Error('AuthorizationHeaderMalformed');
  if (accessKeyId !== keys.accessKeyId) throw new S3Error('InvalidAccessKeyId');
  if (region !== keys.region) throw new S3Error('AuthorizationHeaderMalformed', `The region is wrong; expecting '${keys.region}'.`);
  const date = textOf(request.headers['x-amz-date']);
  checkDate(date, day, keys.nowMs);
  const signedNames = names.split(';');
  const mustBeSigned = Object.keys(request.headers).filter((name) => name === 'host' || name.startsWith('x-amz-'));
  if (mustBeSigned.some((name) => !signedNames.includes(name)))
    throw new S3Error('AccessDenied', 'There were headers which were not signed.');
  const scope = `${day}/${region}/s3/aws4_request`;
  const text = ['AWS4-HMAC-SHA256', date, scope, sha256(canonicalRequest(request, signedNames))].join('\n');
  const key = [day, region, 's3', 'aws4_request'].reduce<Buffer>(
    (parent, part) => hmac(parent, part),
    Buffer.from(`AWS4${keys.secretAccessKey}`),
  );
  if (!timingSafeEqual(hmac(key, text), Buffer.from(signature, 'hex'))) throw new S3Error('SignatureDoesNotMatch');
}

function checkDate(date: string, day: string, nowMs: number): void {
  const at = Date.parse(date.replace(DATE, '$1-$2-$3T$4:$5:$6Z'));
  if (Number.isNaN(at) || !date.startsWith(day)) throw new S3Error('AccessDenied', 'AWS authentication requires a valid Date.');
  if (Math.abs(at - nowMs) > MAX_SKEW_MS) throw new S3Error('RequestTimeTooSkewed');
}

/** The path goes as it was sent: S3 does not normalise it. */
function canonicalRequest({ method, url, headers }: SignedRequest, names: readonly string[]): string {
  const [path = '', search = ''] = url.split('?', 2);
  const query = search
    .split('&')
    .filter(Boolean)
    .map((pair) => (pair.includes('=') ? pair : `${pair}=`))
    .map((pair) => pair.split('=', 2).map((part) => encode(decodeURIComponent(part))))
    .sort(([a = '', x = ''], [b = '', y = '']) => (a === b ? compare(x, y) : compare(a, b)))
    .map((pair) => pair.join('='))
    .join('&');
  const lines = names.map((name) => `${name}:${textOf(headers[name]).trim().replaceAll(/ +/g, ' ')}\n`);
  return [method, path, query, lines.join(''), names.join(';'), textOf(headers['x-amz-content-sha256'])].join('\n');
}

const compare = (a: string, b: string): number => (a < b ? -1 : Number(a > b));

function encode(text: string): string {
  return encodeURIComponent(text).replaceAll(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
}

function textOf(value: string | readonly string[] | undefined): string {
  return typeof value === 'string' ? value : (value ?? []).join(',');
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function hmac(key: Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}
