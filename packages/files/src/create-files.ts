import type { Frame } from '@mainstay/host';
import type { ProjectContext } from '@mainstay/kernel';
import { createLocalBlobs } from './blobs/local-blobs.ts';
import { createS3Blobs } from './blobs/s3-blobs.ts';
import type { BlobStore } from './blobs/blob-store.ts';
import type { Delivery } from './delivery/delivery.service.ts';
import { createDelivery } from './delivery/delivery.service.ts';
import type { FilesSettings } from './files.settings.ts';
import type { FileOwners } from './owners/file-owners.service.ts';
import { createFileOwners } from './owners/file-owners.service.ts';
import type { Uploads } from './uploads/uploads.service.ts';
import { createUploads } from './uploads/uploads.service.ts';
import type { Usage } from './usage/usage.service.ts';
import { createUsage } from './usage/usage.service.ts';

/** What files need besides the frame. */
export interface FilesDependencies {
  readonly settings: FilesSettings;
  /** Where local bytes lie. */
  readonly directory: string;
  /** Signs links. */
  readonly signingKey: Buffer;
}

/** The rooms of files. */
export interface Files {
  readonly frame: Frame;
  readonly blobs: BlobStore;
  readonly usage: Usage;
  readonly uploads: Uploads;
  readonly delivery: Delivery;
  readonly owners: FileOwners;
  /** The bytes that the project's files take. */
  readonly storageBytes: (context: ProjectContext) => Promise<number>;
}

/** Files: bytes in a blob store, what is known of them in MongoDB. */
export function createFiles(frame: Frame, { settings, directory, signingKey }: FilesDependencies): Files {
  const blobs = settings.store === 's3' ? createS3Blobs(settings, frame.log) : createLocalBlobs(directory);
  const usage = createUsage(frame, settings.leaseSeconds * 1_000);
  const delivery = createDelivery(frame, { blobs, usage, signingKey });
  return {
    frame,
    blobs,
    usage,
    uploads: createUploads(frame, { blobs, usage, settings }),
    delivery,
    owners: createFileOwners(frame, delivery),
    storageBytes: (context: ProjectContext): Promise<number> => usage.bytes(context),
  };
}
