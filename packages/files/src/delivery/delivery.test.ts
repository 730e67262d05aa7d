import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { S3Service, TestServer } from '@mainstay/testing';
import { startS3Service, startTestServer, until } from '@mainstay/testing';
import { randomBytes } from 'node:crypto';
import { createFiles, filesModule, FilesSettings } from '../index.ts';

let server: TestServer;
let service: S3Service;
beforeAll(async () => {
  service = await startS3Service();
  const { endpoint, region, bucket, accessKeyId, secretAccessKey } = service;
  const s3 = { s3Endpoint: endpoint, s3Region: region, s3Bucket: bucket, s3AccessKeyId: accessKeyId, s3SecretAccessKey: secretAccessKey };
  const settings = FilesSettings.parse({ store: 's3', ...s3 });
  server = await startTestServer({
    modules: (frame) => [filesModule(createFiles(frame, { settings, directory: '', signingKey: Buffer.alloc(32, 3) }))],
  });
});
afterAll(async () => {
  await server.end();
  await service.stop();
});

type Who = Parameters<TestServer['as']>[0];
const ADA: Who = { user: 'ada' };
interface Upload {
  readonly name?: string;
  readonly type?: string;
  readonly visibility?: 'public' | 'private';
}

async function upload(
  who: Who,
  bytes: Uint8Array | string,
  { name = 'a.bin', type = '', visibility = 'private' }: Upload = {},
): Promise<string> {
  const form = new FormData();
  form.append('visibility', visibility);
  form.append('file', new Blob([bytes as Uint8Array<ArrayBuffer>], { type }), name);
  const { status, body } = await server.as(who).post<{ id: string }>('/files', form);
  expect(status).toBe(201);
  return body.id;
}
const pathOf = (id: string): string => `/p/${server.project.id}/v1/files/${id}/content`;
const content = (id: string, headers: Record<string, string> = {}, method = 'GET') =>
  fetch(server.origin + pathOf(id), { method, headers: { 'x-mainstay-key': 'sk_test', ...headers } });

describe('files in S3', () => {
  it('pass ranges through', async () => {
    const bytes = randomBytes(100_000);
    const id = await upload(ADA, bytes);
    const answer = await content(id, { range: 'bytes=50000-50009' });
    expect([answer.status, answer.headers.get('content-range')]).toEqual([206, 'bytes 50000-50009/100000']);
    expect(Buffer.from(await answer.arrayBuffer())).toEqual(bytes.subarray(50_000, 50_010));
  });

  it('that the store has lost are said to be, and the operator is told', async () => {
    const id = await upload(ADA, 'hello');
    service.lose(`${server.project.id}/${id}`);
    const answer = await content(id);
    expect([answer.status, ((await answer.json()) as { code: string }).code]).toEqual([410, 'content_missing']);
    expect(server.logged).toContainEqual(expect.objectContaining({ level: 'error', file: id }));
    expect((await server.as(ADA).get(`/files/${id}`)).status).toBe(200);
    expect((await server.as(ADA).delete(`/files/${id}`)).status).toBe(204);
  });

  it('answer 503 while the store is away', async () => {
    const id = await upload(ADA, 'hello');
    service.fail('GetObject', 'SlowDown');
    const answer = await content(id);
    service.fail('GetObject', null);
    expect([answer.status, ((await answer.json()) as { code: string }).code]).toEqual([503, 'service_unavailable']);
    expect(answer.headers.get('retry-after')).toBe('1');
    expect(await (await content(id)).text()).toBe('hello');
  });
});

describe('ranges', () => {
  let id: string;
  beforeAll(async () => {
    id = await upload('server', '0123456789', { type: 'text/plain' });
  });

  it.each([
    ['bytes=0-', 206, '0123456789'],
    ['bytes=9-', 206, '9'],
    ['bytes=0-0', 206, '0'],
    ['bytes=5-999999999999999', 206, '56789'],
    ['bytes=-999999999999999', 206, '0123456789'],
    ['bytes=5-99999999999999999999', 200, '0123456789'],
    ['bytes=5-4', 200, '0123456789'],
    ['bytes=0-1,3-4', 200, '0123456789'],
    [`bytes=${'0-1,'.repeat(1_000)}0-1`, 200, '0123456789'],
    ['bytes=-', 200, '0123456789'],
    ['bytes=a-b', 200, '0123456789'],
    ['items=0-1', 200, '0123456789'],
  ])('%s: %i %s', async (range, status, text) => {
    const answer = await content(id, { range });
    expect([answer.status, await answer.text()]).toEqual([status, text]);
  });

  it.each(['bytes=10-', 'bytes=-0', 'bytes=999999999999999-'])('%s lies outside', async (range) => {
    const answer = await content(id, { range });
    expect([answer.status, answer.headers.get('content-range')]).toEqual([416, 'bytes */10']);
  });
});

const SVG = '<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>';
describe('in a browser', () => {
  it.each([
    ['page.html', 'text/html', '<!doctype html><script>alert(1)</script>', 'attachment', 'application/octet-stream'],
    ['image.svg', 'image/svg+xml', SVG, 'attachment', 'application/octet-stream'],
    ['page.xhtml', 'application/xhtml+xml', `<?xml version="1.0"?>${SVG}`, 'attachment', 'application/octet-stream'],
    ['script.js', 'text/javascript', 'alert(1)', 'attachment', 'application/octet-stream'],
    ['called-text.txt', 'text/plain', '<script>alert(1)</script>', 'attachment', 'text/plain'],
    ['called-png.png', 'image/png', SVG, 'attachment', 'application/octet-stream'],
    ['document.pdf', 'application/pdf', '%PDF-1.7 /JavaScript', 'attachment', 'application/pdf'],
    ['polyglot.gif', 'text/html', 'GIF89a/*<script>*/=alert(1)//', 'inline', 'image/gif'],
    ['.htaccess', 'text/plain', 'AddType text/html .png', 'attachment', 'text/plain'],
  ])('%s is inert', async (name, type, bytes, disposition, servedAs) => {
    const answer = await content(await upload(ADA, bytes, { name, type, visibility: 'public' }));
    expect(answer.headers.get('content-type')).toBe(servedAs);
    expect(answer.headers.get('content-disposition')?.split(';')[0]).toBe(disposition);
    expect(answer.headers.get('content-security-policy')).toBe("sandbox; default-src 'none'");
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
    expect(await answer.text()).toBe(bytes);
  });

  it.each([
    ['a"b%41;x=1.png', `filename="a_b_41;x=1.png"; filename*=UTF-8''a%22b%2541%3Bx%3D1.png`],
    ["Größe 'Ω'.txt", "filename=\"Gr__e '_'.txt\"; filename*=UTF-8''Gr%C3%B6%C3%9Fe%20%27%CE%A9%27.txt"],
    ['\u202Egnp.exe', 'filename="gnp.exe"; filename*=UTF-8\'\'gnp.exe'],
  ])('the name %s stays one parameter', async (name, expected) => {
    const id = await seededName(name);
    expect((await content(id)).headers.get('content-disposition')).toBe(`attachment; ${expected}`);
  });

  /** A form would escape what the raw body may hold. */
  async function seededName(name: string): Promise<string> {
    const escaped = name.replaceAll('\\', '\\\\').replaceAll('"', '\\"');
    const body = `--x\r\nContent-Disposition: form-data; name="file"; filename="${escaped}"\r\n\r\nx\r\n--x--\r\n`;
    const answer = await server.as(ADA).post<{ id: string }>('/files', body, { 'content-type': 'multipart/form-data; boundary=x' });
    return answer.body.id;
  }
});

describe('who may', () => {
  const PEOPLE: readonly (readonly [string, Who])[] = [
    ['ada', ADA],
    ['bob', { user: 'bob' }],
    ['nobody', 'anonymous'],
    ['server', 'server'],
  ];
  const see = async (id: string, who: Who) => [
    (await server.as(who).get(`/files/${id}`)).status,
    (await server.as(who).get(`/files/${id}/content`)).status,
    (await server.as(who).post(`/files/${id}/signed-url`, {})).status,
  ];

  it.each([
    [
      'a private file of ada',
      ADA,
      'private',
      { ada: [200, 200, 200], bob: [404, 404, 404], nobody: [404, 404, 404], server: [200, 200, 200] },
    ],
    [
      'a public file of ada',
      ADA,
      'public',
      { ada: [200, 200, 200], bob: [200, 200, 404], nobody: [200, 200, 404], server: [200, 200, 200] },
    ],
    [
      'a private file of the server',
      'server',
      'private',
      { ada: [404, 404, 404], bob: [404, 404, 404], nobody: [404, 404, 404], server: [200, 200, 200] },
    ],
  ] as const)('see, read and sign %s', async (_what, owner, visibility, expected) => {
    const id = await upload(owner, 'x', { visibility });
    const seen: Record<string, number[]> = {};
    for (const [name, who] of PEOPLE) seen[name] = await see(id, who);
    expect(seen).toEqual(expected);
    for (const stranger of [{ user: 'bob' }, 'anonymous'] as const)
      expect((await server.as(stranger).delete(`/files/${id}`)).status).toBe(404);
    expect((await server.as(owner).delete(`/files/${id}`)).status).toBe(204);
    expect(await see(id, 'server')).toEqual([404, 404, 404]);
  });
});

describe('signed links', () => {
  const linkTo = async (id: string, expiresInSeconds = 60): Promise<string> =>
    (await server.as(ADA).post<{ url: string }>(`/files/${id}/signed-url`, { expiresInSeconds })).body.url;
  const statusOf = async (url: string, method = 'GET') => (await fetch(server.origin + url, { method })).status;

  it('open one file, to read, and nothing else', async () => {
    const [id, other] = [await upload(ADA, 'mine'), await upload(ADA, 'other')];
    const url = await linkTo(id);
    expect([await statusOf(url), await statusOf(url, 'HEAD')]).toEqual([200, 200]);
    const { searchParams } = new URL(url, server.origin);
    const expires = searchParams.get('expires') ?? '';
    const signature = searchParams.get('signature') ?? '';
    const changed = [
      url.replace(id, other),
      url.replace(`expires=${expires}`, `expires=${Number(expires) + 1}`),
      url.replace(`expires=${expires}`, `expires=0${expires}`),
      url.replace(`expires=${expires}`, `expires=${expires}.0`),
      url.replace(`expires=${expires}`, 'expires='),
      url.replace(signature, signature.slice(0, -1)),
      url.replace(signature, `${signature}A`),
      url.replace(signature, (signature.startsWith('A') ? 'B' : 'A') + signature.slice(1)),
      url.replace(signature, ''),
      url.replace(server.project.id, server.otherProject.id),
    ];
    expect(await Promise.all(changed.map((one) => statusOf(one)))).toEqual(changed.map(() => 404));
    expect(await statusOf(url.replace('/content', ''))).toBe(401);
    expect(await statusOf(url, 'DELETE')).toBe(405);
  });

  it('end in time, and with their file', async () => {
    const id = await upload(ADA, 'mine');
    const [short, long] = [await linkTo(id, 1), await linkTo(id)];
    await until('the short one has ended', async () => (await statusOf(short)) === 404);
    expect(await statusOf(long)).toBe(200);
    await server.as(ADA).delete(`/files/${id}`);
    expect(await statusOf(long)).toBe(404);
  });

  it.each([0, -1, 604_801, 1.5])('are not made for %d seconds', async (expiresInSeconds) => {
    const id = await upload(ADA, 'mine');
    expect(await server.as(ADA).post(`/files/${id}/signed-url`, { expiresInSeconds })).toMatchObject({ status: 422 });
  });
});
