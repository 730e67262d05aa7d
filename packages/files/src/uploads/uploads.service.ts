import type { Frame } from '@mainstay/host';
import { userNeeded } from '@mainstay/http';
import type { ProjectContext } from '@mainstay/kernel';
import { createId, nameOf, outcomeUnknown, Problem } from '@mainstay/kernel';
import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import type { BlobStore } from '../blobs/blob-store.ts';
import type { FileRow } from '../files.model.ts';
import { FileKind, FileUsageKind } from '../files.model.ts';
import { storageFull } from '../files.problems.ts';
import type { FilesSettings } from '../files.settings.ts';
import { cleanName } from './clean-name.ts';
import type { Measured } from './create-meter.ts';
import { createMeter } from './create-meter.ts';
import type { ReceivedUpload } from './receive-upload.ts';
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

  async function keepBytes(context: ProjectContext, id: string, { bytes, declaredType }: { bytes: Readable; declaredType: string }) {
    const meter = createMeter({ maxBytes: settings.maxBytes, declaredType });
    bytes.on('error', (error) => meter.stream.destroy(error));
    await blobs.put(context.project.id, id, bytes.pipe(meter.stream));
    return meter.result();
  }

  async function keepRow(context: ProjectContext, id: string, { taken, name, visibility }: ReceivedUpload<Measured>): Promise<FileRow> {
    const { type } = context.principal;
    const owner = type === 'user' || type === 'device' ? nameOf(context.principal) : null;
    const row: FileRow = { id, name: cleanName(name), ...taken, visibility, owner, createdAt: new Date(clock.now()) };
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
      const id = createId();
      await reserve(context, reserved);
      let unused = reserved;
      try {
        const idleMs = settings.idleSeconds * 1_000;
        const received = await receiveUpload(request, idleMs, (bytes, declaredType) => keepBytes(context, id, { bytes, declaredType }));
        unused = reserved - received.taken.sizeBytes;
        return await keepRow(context, id, received);
      } catch (error) {
        // The row may be there when its outcome is unknown: then its bytes stay, and stay counted.
        if (!isOutcomeUnknown(error)) {
          unused = reserved;
          await blobs.delete(context.project.id, id);
        }
        throw error;
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

function isOutcomeUnknown(error: unknown): boolean {
  return error instanceof Problem && error.code === outcomeUnknown.definition.code;
}
