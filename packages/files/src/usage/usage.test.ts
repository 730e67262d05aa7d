import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { ProjectContext } from '@mainstay/kernel';
import type { S3Service, TestServer } from '@mainstay/testing';
import { aContext, startS3Service, startTestServer, until } from '@mainstay/testing';
import type { PendingBytes } from '../files.model.ts';
import { FileKind, FileUsageKind } from '../files.model.ts';
import type { Files } from '../index.ts';
import { createFiles, filesModule, FilesSettings } from '../index.ts';

const LIMIT = 3_000_000;
let server: TestServer;
let service: S3Service;
let files: Files;
let context: ProjectContext;
beforeAll(async () => {
  service = await startS3Service();
  const { endpoint, region, bucket, accessKeyId, secretAccessKey } = service;
  const s3 = { s3Endpoint: endpoint, s3Region: region, s3Bucket: bucket, s3AccessKeyId: accessKeyId, s3SecretAccessKey: secretAccessKey };
  const settings = FilesSettings.parse({ store: 's3', ...s3, s3TimeoutMs: 5_000, leaseSeconds: 3, maxBytes: 2_000_000 });
  const limits = {
    requestsPerSecond: 10_000,
    storageBytes: LIMIT,
    connections: 10,
    messagesPerSecond: 10,
    eventsPerSecond: 10,
    collections: 10,
  };
  server = await startTestServer({
    project: { limits },
    modules: (frame) => {
      files = createFiles(frame, { settings, directory: '', signingKey: Buffer.alloc(32, 3) });
      return [filesModule(files)];
    },
  });
  context = aContext(server.project, server.log);
});
afterAll(async () => {
  await server.end();
  await service.stop();
});
afterEach(async () => {
  const { body } = await server.as('server').get<{ items: { id: string }[] }>('/files');
  for (const { id } of body.items) await server.as('server').delete(`/files/${id}`);
  await until('nothing is left', async () => (await files.storageBytes(context)) === 0 && service.keys().length === 0);
});

async function upload(sizeBytes: number) {
  const form = new FormData();
  form.append('file', new Blob([Buffer.alloc(sizeBytes)]), 'a.bin');
  return server.as('server').post<{ id: string; code?: string }>('/files', form);
}

/** An upload that does not say how long it will be. */
async function uploadUnannounced(sizeBytes: number): Promise<number> {
  async function* body(): AsyncGenerator<Buffer> {
    yield Buffer.from('--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n');
    for (let sent = 0; sent < sizeBytes; sent += 50_000) yield Buffer.alloc(Math.min(50_000, sizeBytes - sent));
    await Promise.resolve();
    yield Buffer.from('\r\n--x--\r\n');
  }
  const answer = await fetch(`${server.origin}/p/${server.project.id}/v1/files`, {
    method: 'POST',
    headers: { 'x-mainstay-key': 'sk_test', 'content-type': 'multipart/form-data; boundary=x' },
    body: ReadableStream.from(body()) as ReadableStream<Uint8Array>,
    duplex: 'half',
  } as RequestInit);
  await answer.arrayBuffer();
  return answer.status;
}

describe('the storage of a project', () => {
  it('can be filled to the last byte, and no further', async () => {
    expect((await upload(2_000_000)).status).toBe(201);
    expect(await upload(1_000_001)).toMatchObject({ status: 507, body: { code: 'storage_full' } });
    expect((await upload(1_000_000)).status).toBe(201);
    expect(await files.storageBytes(context)).toBe(LIMIT);
    expect(await upload(1)).toMatchObject({ status: 507 });
  });

  it('is never exceeded by uploads at the same time, and counts what they are', async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => upload(400_000)));
    const stored = answers.filter(({ status }) => status === 201).length;
    expect(answers.filter(({ status }) => status === 507)).toHaveLength(20 - stored);
    expect([stored > 0, stored * 400_000 <= LIMIT]).toEqual([true, true]);
    expect(await files.storageBytes(context)).toBe(stored * 400_000);
    expect(service.keys()).toHaveLength(stored);
  });

  it('covers uploads that do not say their length as they come', async () => {
    expect(await uploadUnannounced(1_900_000)).toBe(201);
    expect(await files.storageBytes(context)).toBe(1_900_000);
    expect(await uploadUnannounced(1_100_001)).toBe(507);
    expect(await files.storageBytes(context)).toBe(1_900_000);
    expect(await uploadUnannounced(1_100_000)).toBe(201);
  });
});

describe('bytes whose process died', () => {
  const usage = () => server.frame.store.kind(context, FileUsageKind);
  const holdFor = async (id: string, pending: PendingBytes) =>
    void (await usage().update({ id: 'bytes' }, { $inc: { bytes: pending.bytes }, $set: { [`pending.${id}`]: pending } }));
  const freed = () => until('they are free', async () => (await files.storageBytes(context)) === 0);

  it('of an upload are deleted and free again', async () => {
    const { id } = (await upload(10_000)).body;
    // As if the process had died between the bytes and the row.
    await server.frame.store.kind(context, FileKind).delete({ id });
    await usage().update({ id: 'bytes' }, { $inc: { bytes: -10_000 } });
    await holdFor(id, { bytes: 50_000, holder: 'dead', until: new Date(Date.now() + 300) });
    expect(service.keys()).toEqual([`${server.project.id}/${id}`]);
    await freed();
    expect(service.keys()).toEqual([]);
    expect(server.logged).toContainEqual(expect.objectContaining({ file: id, bytes: 50_000 }));
  });

  it('are left alone while somebody renews his claim', async () => {
    await upload(1);
    const claim = { id: 'alive', holder: 'me' };
    await files.usage.reserve(context, claim, 1_000);
    const end = Date.now() + 6_500;
    await until('its lease would have ended twice', async () => {
      expect(await files.usage.renew(context, claim)).toBe(true);
      return Date.now() > end;
    });
    expect(await files.usage.settle(context, claim, { claimed: 1_000, kept: 0 })).toBe(true);
    expect(await files.usage.renew(context, claim)).toBe(false);
  });

  it('of a deletion that could not reach the store go when it is back', async () => {
    const { id } = (await upload(10_000)).body;
    service.fail('DeleteObject', 'SlowDown');
    expect((await server.as('server').delete(`/files/${id}`)).status).toBe(204);
    expect((await server.as('server').get(`/files/${id}`)).status).toBe(404);
    expect([await files.storageBytes(context), service.keys().length]).toEqual([10_000, 1]);
    service.fail('DeleteObject', null);
    await freed();
    expect(service.keys()).toEqual([]);
  });

  it('cannot be kept by whoever lost them', async () => {
    const claim = { id: 'late', holder: 'late' };
    await files.usage.reserve(context, claim, 1_000);
    await freed();
    expect(await files.usage.settle(context, claim, { claimed: 1_000, kept: 1_000 })).toBe(false);
    await expect(files.usage.grow(context, claim, { needed: 1, wanted: 1 })).rejects.toMatchObject({ code: 'upload_stalled' });
    expect(await files.storageBytes(context)).toBe(0);
  });
});
