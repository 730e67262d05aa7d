import type { CompletedPart } from '@aws-sdk/client-s3';
import type { Logger } from '@mainstay/kernel';
import type { Readable } from 'node:stream';
import type { FilesSettings } from '../files.settings.ts';
import type { BlobStore } from './blob-store.ts';
import { checkBlobId } from './check-blob-id.ts';
import { partsOf } from './parts-of.ts';
import type { S3Caller } from './create-s3-caller.ts';
import { createS3Caller } from './create-s3-caller.ts';

/** Bytes in a bucket of any S3 API. Large ones go in parts, one at a time: memory holds one part per upload. */
export function createS3Blobs(settings: FilesSettings, log: Logger): BlobStore {
  const Bucket = settings.s3Bucket;
  const s3 = createS3Caller(settings, log);

  return {
    async put(project, id, bytes) {
      const at = { Bucket, Key: keyOf(project, id) };
      const parts = partsOf(bytes, settings.s3PartBytes);
      const first = await parts.next();
      const Body = first.done === true ? Buffer.alloc(0) : first.value;
      if (Body.length < settings.s3PartBytes)
        await s3.call((client, { PutObjectCommand }) => client.send(new PutObjectCommand({ ...at, Body })));
      else await putParts(s3, at, { first: Body, rest: parts });
    },

    async read(project, id, range) {
      const at = { Bucket, Key: keyOf(project, id) };
      const part = range === undefined ? {} : { Range: `bytes=${range.start}-${range.end}` };
      return s3.call(async (client, { GetObjectCommand, NoSuchKey }) => {
        try {
          const { Body } = await client.send(new GetObjectCommand({ ...at, ...part }));
          return Body as Readable;
        } catch (error) {
          if (error instanceof NoSuchKey) return null;
          throw error;
        }
      });
    },

    async delete(project, id) {
      const Key = keyOf(project, id);
      await abortUploads(s3, { Bucket, Prefix: Key });
      await s3.call((client, { DeleteObjectCommand }) => client.send(new DeleteObjectCommand({ Bucket, Key })));
    },

    async deleteAll(project) {
      checkBlobId(project);
      await abortUploads(s3, { Bucket, Prefix: `${project}/` });
      for (;;) {
        const isEmpty = await deletePage(s3, { Bucket, Prefix: `${project}/` });
        if (isEmpty) return;
      }
    },

    /** What broke off is aborted with its reservation. */
    tidy: () => Promise.resolve(),
    close: () => s3.close(),
  };
}

interface Place {
  readonly Bucket: string;
  readonly Key: string;
}

/** Uploads in parts; whatever fails, the parts are given up. */
async function putParts(s3: S3Caller, at: Place, { first, rest }: { first: Buffer; rest: AsyncIterable<Buffer> }): Promise<void> {
  const { UploadId } = await s3.call((client, { CreateMultipartUploadCommand }) => client.send(new CreateMultipartUploadCommand(at)));
  const upload = { ...at, UploadId };
  const done: CompletedPart[] = [];
  async function send(Body: Buffer): Promise<void> {
    const PartNumber = done.length + 1;
    const { ETag } = await s3.call((client, { UploadPartCommand }) => client.send(new UploadPartCommand({ ...upload, PartNumber, Body })));
    done.push({ PartNumber, ETag });
  }
  try {
    await send(first);
    for await (const part of rest) await send(part);
    await s3.call((client, { CompleteMultipartUploadCommand }) =>
      client.send(new CompleteMultipartUploadCommand({ ...upload, MultipartUpload: { Parts: done } })),
    );
  } catch (error) {
    // A store that is away keeps them until the reservation of the upload is swept.
    await s3.call((client, { AbortMultipartUploadCommand }) => client.send(new AbortMultipartUploadCommand(upload))).catch(() => undefined);
    throw error;
  }
}

/** Ends the uploads in parts that nobody has completed. */
async function abortUploads(s3: S3Caller, where: { Bucket: string; Prefix: string }): Promise<void> {
  const { Uploads = [] } = await s3.call((client, { ListMultipartUploadsCommand }) => client.send(new ListMultipartUploadsCommand(where)));
  for (const { Key, UploadId } of Uploads) {
    await s3.call(async (client, { AbortMultipartUploadCommand, NoSuchUpload }) => {
      try {
        await client.send(new AbortMultipartUploadCommand({ Bucket: where.Bucket, Key, UploadId }));
      } catch (error) {
        if (!(error instanceof NoSuchUpload)) throw error;
      }
    });
  }
}

/** Deletes up to 1,000 objects; true when there were none. */
async function deletePage(s3: S3Caller, where: { Bucket: string; Prefix: string }): Promise<boolean> {
  const { Contents = [] } = await s3.call((client, { ListObjectsV2Command }) => client.send(new ListObjectsV2Command(where)));
  const Objects = Contents.flatMap(({ Key }) => (Key === undefined ? [] : [{ Key }]));
  if (Objects.length === 0) return true;
  const { Bucket } = where;
  const { Errors = [] } = await s3.call((client, { DeleteObjectsCommand }) =>
    client.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects, Quiet: true } })),
  );
  // Asked again, it would list and refuse the same objects for ever.
  if (Errors.length > 0) throw new Error(`the store refused to delete ${Errors.length} objects: ${Errors[0]?.Code ?? 'without a code'}`);
  return false;
}

function keyOf(project: string, id: string): string {
  checkBlobId(project);
  checkBlobId(id);
  return `${project}/${id}`;
}
