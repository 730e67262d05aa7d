import type { Frame } from '@mainstay/host';
import { userNeeded } from '@mainstay/http';
import type { ProjectContext } from '@mainstay/kernel';
import { createId, nameOf } from '@mainstay/kernel';
import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import { Transform } from 'node:stream';
import type { BlobStore } from '../blobs/blob-store.ts';
import type { FileRow } from '../files.model.ts';
import { FileKind, FileUsageKind } from '../files.model.ts';
import { fileTooLarge, storageFull } from '../files.problems.ts';
import type { FilesSettings } from '../files.settings.ts';
import { cleanName } from './clean-name.ts';
import { sniffContentType, SNIFF_BYTES } from './content-type.ts';
import type { UploadFields } from './receive-upload.ts';
import { receiveUpload } from './receive-upload.ts';

const USAGE = 'bytes';

/** Takes files in: bytes first, then their metadata, then the answer. */
export function createUploads({ store, clock }: Frame, { blobs, settings }: { blobs: BlobStore; settings: FilesSettings }) {
  /** Sets bytes aside before they come, so that uploads at the same time cannot share the last of them. @throws storageFull */
  async function reserve(context: ProjectContext, bytes: number): Promise<void> {
    const rows = store.kind(context, FileUsageKind);
    const allowedBytes = context.project.limits.storageBytes;
    await rows.insertMany([{ id: USAGE, bytes: 0 }]);
    const { matched } = await rows.update({ id: USAGE, bytes: { $lte: allowedBytes - bytes } }, { $inc: { bytes } });
    if (matched === 0) throw storageFull({ allowedBytes });
  }

  async function release(context: ProjectContext, bytes: number): Promise<void> {
    await store.kind(context, FileUsageKind).update({ id: USAGE }, { $inc: { bytes: -bytes } });
  }

  async function keep(context: ProjectContext, bytes: Readable, { name, visibility }: UploadFields): Promise<FileRow> {
    const id = createId();
    const meter = createMeter(settings.maxBytes);
    bytes.on('error', (error) => meter.stream.destroy(error));
    await blobs.put(context.project.id, id, bytes.pipe(meter.stream));
    const { type } = context.principal;
    const row: FileRow = {
      id,
      name: cleanName(name),
      ...meter.result(),
      visibility,
      owner: type === 'user' || type === 'device' ? nameOf(context.principal) : null,
      createdAt: new Date(clock.now()),
    };
    await store.kind(context, FileKind).insert(row);
    store.signals.announce(context, { topic: 'files', type: 'file.uploaded', data: { id, name: row.name } });
    return row;
  }

  return {
    release,

    /** Stores the file of a multipart request. @throws userNeeded, fileTooLarge, storageFull, uploadMalformed, uploadStalled */
    async receive(context: ProjectContext, request: IncomingMessage): Promise<FileRow> {
      if (context.principal.type === 'anonymous' && !settings.anonymousUploads) throw userNeeded();
      const declared = Number(request.headers['content-length'] ?? settings.maxBytes);
      const reserved = Math.min(Number.isFinite(declared) ? declared : settings.maxBytes, settings.maxBytes);
      await reserve(context, reserved);
      let unused = reserved;
      try {
        const row = await receiveUpload(request, settings.idleSeconds * 1_000, (bytes, fields) => keep(context, bytes, fields));
        unused = reserved - row.sizeBytes;
        return row;
      } finally {
        await release(context, unused);
      }
    },

    /** The bytes that the project's files take. */
    async storageBytes(context: ProjectContext): Promise<number> {
      return (await store.kind(context, FileUsageKind).findOne({ id: USAGE }))?.bytes ?? 0;
    },
  };
}
export type Uploads = ReturnType<typeof createUploads>;

/** Counts, hashes and looks at the bytes that pass through. Fails with fileTooLarge. */
function createMeter(maxBytes: number) {
  const hash = createHash('sha256');
  let sizeBytes = 0;
  let head = Buffer.alloc(0);
  const stream = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      sizeBytes += chunk.length;
      if (sizeBytes > maxBytes) return done(fileTooLarge({ maxBytes }));
      if (head.length < SNIFF_BYTES) head = Buffer.concat([head, chunk.subarray(0, SNIFF_BYTES)]);
      hash.update(chunk);
      done(null, chunk);
    },
  });
  return { stream, result: () => ({ sizeBytes, sha256: hash.digest('hex'), contentType: sniffContentType(head) }) };
}
