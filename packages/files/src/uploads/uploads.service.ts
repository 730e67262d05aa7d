import type { Frame } from '@mainstay/host';
import { userNeeded } from '@mainstay/http';
import type { ProjectContext } from '@mainstay/kernel';
import { createId, nameOf, outcomeUnknown, Problem } from '@mainstay/kernel';
import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import type { BlobStore } from '../blobs/blob-store.ts';
import type { FileRow } from '../files.model.ts';
import { FileKind } from '../files.model.ts';
import type { FilesSettings } from '../files.settings.ts';
import type { Reservation } from '../usage/open-reservation.ts';
import { openReservation } from '../usage/open-reservation.ts';
import type { Usage } from '../usage/usage.service.ts';
import { cleanName } from './clean-name.ts';
import type { Measured } from './create-meter.ts';
import { createMeter } from './create-meter.ts';
import type { ReceivedUpload } from './receive-upload.ts';
import { receiveUpload } from './receive-upload.ts';

/** What uploads need besides the frame. */
export interface UploadsDependencies {
  readonly blobs: BlobStore;
  readonly usage: Usage;
  readonly settings: FilesSettings;
}

/** Takes files in: bytes first, then their metadata, then the answer. */
export function createUploads({ store, clock }: Frame, { blobs, usage, settings }: UploadsDependencies) {
  const { maxBytes } = settings;
  const leaseMs = settings.leaseSeconds * 1_000;

  async function keepBytes(
    context: ProjectContext,
    { id, reservation }: { id: string; reservation: Reservation },
    { bytes, declaredType }: { bytes: Readable; declaredType: string },
  ): Promise<Measured> {
    const meter = createMeter({ maxBytes, declaredType, cover: reservation.cover });
    bytes.on('error', (error) => meter.stream.destroy(error));
    await blobs.put(context.project.id, id, bytes.pipe(meter.stream));
    return meter.result();
  }

  /** Makes the file known and counts it, both or neither. */
  async function keepRow(context: ProjectContext, row: FileRow, reservation: Reservation): Promise<void> {
    await store.transaction(async (session) => {
      await store.kind(context, FileKind).insert(row, { session });
      await reservation.commit(row.sizeBytes, session);
    });
    store.signals.announce(context, { topic: 'files', type: 'file.uploaded', data: { id: row.id, name: row.name } });
  }

  function rowOf(context: ProjectContext, id: string, { taken, name, visibility }: ReceivedUpload<Measured>): FileRow {
    const { type } = context.principal;
    const owner = type === 'user' || type === 'device' ? nameOf(context.principal) : null;
    return { id, name: cleanName(name), ...taken, visibility, owner, createdAt: new Date(clock.now()) };
  }

  /** Puts an upload that failed in order; what cannot be done now is swept when the reservation has ended. */
  async function undo(context: ProjectContext, id: string, reservation: Reservation): Promise<void> {
    try {
      await blobs.delete(context.project.id, id);
      await reservation.release();
    } catch (error) {
      context.log.warn({ err: error, file: id }, 'the bytes of a failed upload stay until they are swept');
    }
  }

  return {
    /** Stores the file of a multipart request. @throws userNeeded, fileTooLarge, storageFull, uploadMalformed, uploadStalled */
    async receive(context: ProjectContext, request: IncomingMessage): Promise<FileRow> {
      if (context.principal.type === 'anonymous' && !settings.anonymousUploads) throw userNeeded();
      const id = createId();
      const declaredBytes = declaredLength(request);
      const reservation = await openReservation(usage, { context, id, declaredBytes, maxBytes, leaseMs });
      try {
        const received = await receiveUpload(request, settings, (bytes, declaredType) =>
          keepBytes(context, { id, reservation }, { bytes, declaredType }),
        );
        const row = rowOf(context, id, received);
        await keepRow(context, row, reservation);
        return row;
      } catch (error) {
        // The file may be there when its outcome is unknown. If it is not, its reservation is, and is swept.
        if (!isOutcomeUnknown(error)) await undo(context, id, reservation);
        throw error;
      } finally {
        reservation.stop();
      }
    },
  };
}
export type Uploads = ReturnType<typeof createUploads>;

function declaredLength({ headers }: IncomingMessage): number | undefined {
  const length = headers['content-length'];
  return length === undefined ? undefined : Number(length);
}

function isOutcomeUnknown(error: unknown): boolean {
  return error instanceof Problem && error.code === outcomeUnknown.definition.code;
}
