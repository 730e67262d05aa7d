import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createId, createLogger } from '@mainstay/kernel';
import type { S3Service } from '@mainstay/testing';
import { startS3Service } from '@mainstay/testing';
import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { FilesSettings } from '../files.settings.ts';
import type { BlobStore } from './blob-store.ts';
import { createLocalBlobs } from './local-blobs.ts';
import { createS3Blobs } from './s3-blobs.ts';

const MB = 1_024 * 1_024;
let service: S3Service;
let directory: string;
beforeAll(async () => {
  service = await startS3Service();
  directory = await mkdtemp(join(tmpdir(), 'mainstay-blobs-'));
});
afterAll(async () => {
  await service.stop();
  await rm(directory, { recursive: true, force: true });
});

function s3Settings(): FilesSettings {
  const { endpoint, region, bucket, accessKeyId, secretAccessKey } = service;
  const s3 = { s3Endpoint: endpoint, s3Region: region, s3Bucket: bucket, s3AccessKeyId: accessKeyId, s3SecretAccessKey: secretAccessKey };
  return FilesSettings.parse({ store: 's3', ...s3, s3PartBytes: 5 * MB, s3TimeoutMs: 5_000 });
}

const STORES = {
  local: {
    create: () => createLocalBlobs(directory),
    leftovers: async () => (await readdir(directory, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile()).length,
  },
  s3: {
    create: () => createS3Blobs(s3Settings(), createLogger({ level: 'error' })),
    leftovers: () => Promise.resolve(service.keys().length + service.openUploads()),
  },
};

describe.each(['local', 's3'] as const)('blobs in %s', (name) => {
  const { create, leftovers } = STORES[name];
  let blobs: BlobStore;
  let project: string;
  beforeAll(() => {
    blobs = create();
  });
  beforeEach(() => {
    project = createId();
  });
  afterAll(() => blobs.close());

  const put = (id: string, ...chunks: Buffer[]) => blobs.put(project, id, Readable.from(chunks, { objectMode: false }));
  async function read(id: string, range?: { start: number; end: number }): Promise<Buffer | null> {
    const found = await blobs.read(project, id, range);
    return found === null ? null : buffer(found);
  }

  it.each([
    ['one byte', [Buffer.from('x')]],
    ['several chunks', [randomBytes(70_000), randomBytes(1), randomBytes(100_000)]],
    ['exactly one part', [randomBytes(5 * MB)]],
    ['more than two parts', [randomBytes(4 * MB), randomBytes(7 * MB), randomBytes(3)]],
  ])('come back as they were put: %s', async (_what, chunks) => {
    const all = Buffer.concat(chunks);
    await put('a', ...chunks);
    expect((await read('a'))?.equals(all)).toBe(true);
    expect((await read('a', { start: 0, end: 0 }))?.equals(all.subarray(0, 1))).toBe(true);
    const middle = Math.floor(all.length / 2);
    expect((await read('a', { start: middle, end: all.length - 1 }))?.equals(all.subarray(middle))).toBe(true);
    await blobs.deleteAll(project);
  });

  it('may be empty', async () => {
    await put('empty');
    expect(await read('empty')).toEqual(Buffer.alloc(0));
    await blobs.deleteAll(project);
  });

  it('that are not there are null, and can be deleted', async () => {
    expect(await read('nothing')).toBeNull();
    await blobs.delete(project, 'nothing');
    await put('a', Buffer.from('x'));
    await blobs.delete(project, 'a');
    expect(await read('a')).toBeNull();
  });

  it('of one project go together, and no others', async () => {
    const other = `${project}0`;
    await put('a', Buffer.from('x'));
    await put('b', Buffer.from('y'));
    await blobs.put(other, 'a', Readable.from([Buffer.from('z')]));
    await blobs.deleteAll(project);
    expect([await read('a'), await read('b')]).toEqual([null, null]);
    expect(await buffer((await blobs.read(other, 'a')) ?? Readable.from([]))).toEqual(Buffer.from('z'));
    await blobs.deleteAll(other);
    expect(await leftovers()).toBe(0);
  });

  it.each([0, 100, 11 * MB])('whose stream fails after %i bytes leave nothing behind', async (size) => {
    async function* failing(): AsyncGenerator<Buffer> {
      if (size > 0) yield randomBytes(size);
      await Promise.resolve();
      throw new Error('the client has gone');
    }
    await expect(blobs.put(project, 'a', Readable.from(failing(), { objectMode: false }))).rejects.toThrow('the client has gone');
    expect(await read('a')).toBeNull();
    expect(await leftovers()).toBe(0);
  });

  it.each(['../a', 'a/b', '', '.', 'a\0b', 'a'.repeat(65)])('are never called %j', async (id) => {
    await expect(blobs.put(project, id, Readable.from([]))).rejects.toThrow('not a blob id');
    await expect(blobs.read(id, 'a')).rejects.toThrow('not a blob id');
    await expect(blobs.delete(project, id)).rejects.toThrow('not a blob id');
    await expect(blobs.deleteAll(id)).rejects.toThrow('not a blob id');
  });
});
