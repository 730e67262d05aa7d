import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { S3Service } from './index.ts';
import { startS3Service } from './index.ts';
import type { S3Error } from './s3-error.ts';
import { verifySigV4 } from './verify-sigv4.ts';

function refusalOf(...[request, keys]: Parameters<typeof verifySigV4>): string | null {
  try {
    verifySigV4(request, keys);
    return null;
  } catch (error) {
    return (error as S3Error).code;
  }
}

const EMPTY = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

describe('signatures', () => {
  // The examples of "Signature Calculations for the Authorization Header" in the documentation of S3.
  const keys = {
    accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
    secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
    region: 'us-east-1',
    nowMs: Date.UTC(2013, 4, 24),
  };
  const authorization = (names: string, signature: string): string =>
    `AWS4-HMAC-SHA256 Credential=${keys.accessKeyId}/20130524/us-east-1/s3/aws4_request,SignedHeaders=${names},Signature=${signature}`;
  const base = { host: 'examplebucket.s3.amazonaws.com', 'x-amz-date': '20130524T000000Z', 'x-amz-content-sha256': EMPTY };
  const PLAIN = 'host;x-amz-content-sha256;x-amz-date';
  const getObject = {
    method: 'GET',
    url: '/test.txt',
    headers: {
      ...base,
      range: 'bytes=0-9',
      authorization: authorization(
        'host;range;x-amz-content-sha256;x-amz-date',
        'f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41',
      ),
    },
  };

  it.each([
    getObject,
    {
      method: 'PUT',
      url: '/test%24file.text',
      headers: {
        ...base,
        date: 'Fri, 24 May 2013 00:00:00 GMT',
        'x-amz-content-sha256': '44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072',
        'x-amz-storage-class': 'REDUCED_REDUNDANCY',
        authorization: authorization(
          'date;host;x-amz-content-sha256;x-amz-date;x-amz-storage-class',
          '98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd',
        ),
      },
    },
    {
      method: 'GET',
      url: '/?lifecycle',
      headers: { ...base, authorization: authorization(PLAIN, 'fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543') },
    },
    {
      method: 'GET',
      url: '/?max-keys=2&prefix=J',
      headers: { ...base, authorization: authorization(PLAIN, '34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7') },
    },
  ])('of the documentation hold: $method $url', (request) => {
    expect(refusalOf(request, keys)).toBeNull();
  });

  it.each([
    ['another method', { method: 'DELETE' }, 'SignatureDoesNotMatch'],
    ['another path', { url: '/test2.txt' }, 'SignatureDoesNotMatch'],
    ['another query', { url: '/test.txt?versionId=1' }, 'SignatureDoesNotMatch'],
    ['another range', { headers: { ...getObject.headers, range: 'bytes=0-99' } }, 'SignatureDoesNotMatch'],
    ['a header of S3 that is not signed', { headers: { ...getObject.headers, 'x-amz-acl': 'public-read' } }, 'AccessDenied'],
    ['no signature', { headers: base }, 'AccessDenied'],
    ['something else', { headers: { ...base, authorization: 'Bearer x' } }, 'AuthorizationHeaderMalformed'],
  ])('refuse %s', (_what, change, code) => {
    expect(refusalOf({ ...getObject, ...change }, keys)).toBe(code);
  });

  it.each([
    [{ accessKeyId: 'AKIAOTHER' }, 'InvalidAccessKeyId'],
    [{ secretAccessKey: 'other' }, 'SignatureDoesNotMatch'],
    [{ region: 'eu-west-1' }, 'AuthorizationHeaderMalformed'],
    [{ nowMs: keys.nowMs + 15 * 60_000 + 1 }, 'RequestTimeTooSkewed'],
  ])('refuse %j', (change, code) => {
    expect(refusalOf(getObject, { ...keys, ...change })).toBe(code);
  });
});

describe('the object store', () => {
  let service: S3Service;
  beforeAll(async () => {
    service = await startS3Service();
  });
  afterAll(() => service.stop());

  const CHUNKED = {
    'content-encoding': 'aws-chunked',
    'x-amz-content-sha256': 'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
    'x-amz-decoded-content-length': '5',
    'x-amz-trailer': 'x-amz-checksum-crc32',
  };
  it.each([
    ['a body that is not the one that was signed', { 'x-amz-content-sha256': EMPTY }, 'hello', 'XAmzContentSHA256Mismatch'],
    ['a wrong MD5', { 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD', 'content-md5': 'AAAA' }, 'hello', 'BadDigest'],
    ['a wrong CRC32', { 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD', 'x-amz-checksum-crc32': 'AAAAAA==' }, 'hello', 'BadDigest'],
    ['a wrong CRC32 behind chunks', CHUNKED, '5\r\nhello\r\n0\r\nx-amz-checksum-crc32:AAAAAA==\r\n\r\n', 'BadDigest'],
    ['chunks that end early', CHUNKED, '5\r\nhel', 'IncompleteBody'],
    ['fewer bytes than announced', CHUNKED, '4\r\nhell\r\n0\r\nx-amz-checksum-crc32:AAAAAA==\r\n\r\n', 'IncompleteBody'],
    ['a trailer that is missing', CHUNKED, '5\r\nhello\r\n0\r\n\r\n', 'InvalidRequest'],
    ['right chunks without a signature', CHUNKED, '5\r\nhello\r\n0\r\nx-amz-checksum-crc32:NhCmhg==\r\n\r\n', 'AccessDenied'],
    ['signed chunks', { 'x-amz-content-sha256': 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD' }, '', 'NotImplemented'],
  ])('refuses %s', async (_what, headers, body, code) => {
    const answer = await fetch(`${service.endpoint}/${service.bucket}/a/b`, {
      method: 'PUT',
      headers: headers as Record<string, string>,
      body,
    });
    expect(answer.headers.get('content-type')).toBe('application/xml');
    expect(await answer.text()).toContain(`<Code>${code}</Code>`);
    expect(service.keys()).toEqual([]);
  });
});
