import type * as Library from '@aws-sdk/client-s3';
import type { Readable } from 'node:stream';
import type { FilesSettings } from '../files.settings.ts';
import type { BlobStore } from './blob-store.ts';

type S3 = typeof Library;

/** Bytes in a bucket of any S3 API. The library is loaded at the first use; credentials come from its own environment variables. */
export function createS3Blobs(settings: FilesSettings): BlobStore {
  const Bucket = settings.s3Bucket;
  let opened: Promise<{ s3: S3; client: InstanceType<S3['S3Client']> }> | undefined;
  const keyOf = (project: string, id: string): string => `${project}/${id}`;

  function openClient() {
    opened ??= import('@aws-sdk/client-s3').then((s3) => ({
      s3,
      client: new s3.S3Client({
        region: settings.s3Region,
        ...(settings.s3Endpoint === '' ? {} : { endpoint: settings.s3Endpoint, forcePathStyle: true }),
      }),
    }));
    return opened;
  }

  return {
    async put(project, id, bytes) {
      const { s3, client } = await openClient();
      // A PutObject needs its length before its bytes: they are gathered, at most the largest file.
      const chunks: Buffer[] = [];
      for await (const chunk of bytes) chunks.push(chunk as Buffer);
      await client.send(new s3.PutObjectCommand({ Bucket, Key: keyOf(project, id), Body: Buffer.concat(chunks) }));
    },
    async read(project, id, range) {
      const { s3, client } = await openClient();
      const Range = range === undefined ? undefined : `bytes=${range.start}-${range.end}`;
      const answer = await client.send(
        new s3.GetObjectCommand({ Bucket, Key: keyOf(project, id), ...(Range === undefined ? {} : { Range }) }),
      );
      return answer.Body as Readable;
    },
    async delete(project, id) {
      const { s3, client } = await openClient();
      await client.send(new s3.DeleteObjectCommand({ Bucket, Key: keyOf(project, id) }));
    },
    async deleteAll(project) {
      const { s3, client } = await openClient();
      for (;;) {
        const { Contents = [] } = await client.send(new s3.ListObjectsV2Command({ Bucket, Prefix: `${project}/`, MaxKeys: 1_000 }));
        const Objects = Contents.flatMap(({ Key }) => (Key === undefined ? [] : [{ Key }]));
        if (Objects.length === 0) return;
        await client.send(new s3.DeleteObjectsCommand({ Bucket, Delete: { Objects, Quiet: true } }));
      }
    },
    tidy: () => Promise.resolve(),
  };
}
