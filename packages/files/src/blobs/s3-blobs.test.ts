import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createId, createLogger } from '@mainstay/kernel';
import type { S3Service } from '@mainstay/testing';
import { startS3Service } from '@mainstay/testing';
import { Readable } from 'node:stream';
import { FilesSettings } from '../files.settings.ts';
import type { BlobStore } from './blob-store.ts';
import { createS3Blobs } from './s3-blobs.ts';

const MB = 1_024 * 1_024;
const PART = 5 * MB;
const project = createId();
let service: S3Service;
let blobs: BlobStore;
const open = (change: Record<string, unknown> = {}): BlobStore => {
  const { endpoint, region, bucket, accessKeyId, secretAccessKey } = service;
  const s3 = { s3Endpoint: endpoint, s3Region: region, s3Bucket: bucket, s3AccessKeyId: accessKeyId, s3SecretAccessKey: secretAccessKey };
  const settings = FilesSettings.parse({ store: 's3', ...s3, s3PartBytes: PART, s3TimeoutMs: 5_000, ...change });
  return createS3Blobs(settings, createLogger({ level: 'silent' }));
};
beforeAll(async () => {
  service = await startS3Service();
  blobs = open();
});
afterAll(async () => {
  blobs.close();
  await service.stop();
});

/** A stream that notes how far ahead of the stored parts it was ever asked. */
function watched(sizeBytes: number) {
  const stored = (): number =>
    service.requests.filter(({ operation }) => operation === 'UploadPart').reduce((sum, { bytes }) => sum + bytes, 0);
  const before = stored();
  let given = 0;
  let mostAhead = 0;
  async function* chunks(): AsyncGenerator<Buffer> {
    for (; given < sizeBytes; given += MB / 16) {
      mostAhead = Math.max(mostAhead, given - (stored() - before));
      yield Buffer.alloc(MB / 16);
      await Promise.resolve();
    }
  }
  return { stream: Readable.from(chunks(), { objectMode: false }), mostAhead: () => mostAhead };
}

describe('large files in S3', () => {
  it('go in parts while they come: never much more than one part waits', async () => {
    const source = watched(8 * PART);
    await blobs.put(project, 'large', source.stream);
    expect(source.mostAhead()).toBeLessThan(PART + MB);
    expect(service.requests.filter(({ operation }) => operation === 'UploadPart')).toHaveLength(8);
    expect([service.keys(), service.openUploads()]).toEqual([[`${project}/large`], 0]);
    await blobs.deleteAll(project);
  });

  it.each(['UploadPart', 'CompleteMultipartUpload'] as const)('leave no parts behind when %s is refused', async (operation) => {
    service.fail(operation, 'AccessDenied');
    await expect(blobs.put(project, 'refused', watched(2 * PART).stream)).rejects.toMatchObject({ name: 'AccessDenied' });
    service.fail(operation, null);
    expect([service.keys(), service.openUploads()]).toEqual([[], 0]);
  });

  it('whose parts could not be given up lose them with the next deletion', async () => {
    service.fail('UploadPart', 'AccessDenied');
    service.fail('AbortMultipartUpload', 'AccessDenied');
    await expect(blobs.put(project, 'stuck', watched(2 * PART).stream)).rejects.toMatchObject({ name: 'AccessDenied' });
    service.fail('UploadPart', null);
    service.fail('AbortMultipartUpload', null);
    expect(service.openUploads()).toBe(1);
    await blobs.delete(project, 'stuck');
    expect(service.openUploads()).toBe(0);
  });
});

describe('an S3 that is away', () => {
  it.each(['InternalError', 'SlowDown', 'silence'] as const)('by %s is said to be, in bounded time', async (how) => {
    service.fail('PutObject', how);
    service.fail('GetObject', how);
    const impatient = open({ s3TimeoutMs: 500 });
    await expect(impatient.put(project, 'a', Readable.from([Buffer.from('x')]))).rejects.toMatchObject({ code: 'service_unavailable' });
    await expect(impatient.read(project, 'a')).rejects.toMatchObject({ code: 'service_unavailable' });
    service.fail('PutObject', null);
    service.fail('GetObject', null);
    impatient.close();
  });

  it('because nobody listens is said to be', async () => {
    const nobody = open({ s3Endpoint: 'http://127.0.0.1:1' });
    await expect(nobody.read(project, 'a')).rejects.toMatchObject({ code: 'service_unavailable' });
    nobody.close();
  });

  it('is told apart from one that refuses our key', async () => {
    const stranger = open({ s3SecretAccessKey: 'wrong' });
    await expect(stranger.read(project, 'a')).rejects.toMatchObject({ name: 'SignatureDoesNotMatch' });
    stranger.close();
  });
});
