import { wholeNumber, yesOrNo } from '@mainstay/kernel';
import { z } from 'zod';

/** Where file bytes go, and how many. */
export const FilesSettings = z.object({
  store: z.enum(['local', 's3']).default('local').describe('Where file bytes go: local disk, or any S3 API.'),
  maxBytes: wholeNumber(26_214_400, 'The largest file.', 1),
  anonymousUploads: yesOrNo(false, 'Whether callers who are not signed in may upload.'),
  idleSeconds: wholeNumber(30, 'How long an upload may stand still before it is cut.', 1),
  s3Bucket: z.string().default('').describe('The S3 bucket.'),
  s3Endpoint: z.string().default('').describe('The URL of the S3 API; empty for the default of its library.'),
  s3Region: z.string().default('us-east-1').describe('The S3 region.'),
});
export type FilesSettings = z.infer<typeof FilesSettings>;
