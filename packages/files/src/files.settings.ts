import { wholeNumber, yesOrNo } from '@mainstay/kernel';
import { z } from 'zod';

/** Where file bytes go, and how many. */
export const FilesSettings = z.object({
  store: z.enum(['local', 's3']).default('local').describe('Where file bytes go: local disk, or any S3 API.'),
  maxBytes: wholeNumber(26_214_400, 'The largest file.', 1),
  anonymousUploads: yesOrNo(false, 'Whether callers who are not signed in may upload.'),
  idleSeconds: wholeNumber(30, 'How long an upload may stand still before it is cut.', 1),
  minBytesPerSecond: wholeNumber(100, 'An upload that is slower than this over its idle time is cut as well.', 1),
  leaseSeconds: wholeNumber(
    120,
    'After how long without a sign of its process an upload is given up and what it reserved is free again.',
    1,
  ),
  s3Bucket: z.string().default('').describe('The S3 bucket.'),
  s3Endpoint: z.string().default('').describe('The URL of the S3 API; empty for the default of its library.'),
  s3Region: z.string().default('us-east-1').describe('The S3 region.'),
  s3AccessKeyId: z.string().default('').describe('The S3 access key; empty leaves it to the environment, files or role of its library.'),
  s3SecretAccessKey: z.string().default('').describe('The secret of the S3 access key.'),
  s3PartBytes: wholeNumber(8_388_608, 'Larger files go to S3 in parts of this size; one of them is in memory per upload.', 5_242_880),
  s3TimeoutMs: wholeNumber(60_000, 'How long a call of S3 may take, and its answer stand still.', 100),
});
export type FilesSettings = z.infer<typeof FilesSettings>;
