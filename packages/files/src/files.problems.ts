import { defineProblem } from '@mainstay/kernel';

export const fileNotFound = defineProblem({
  code: 'file_not_found',
  status: 404,
  title: 'File not found',
  detail: () => 'There is no such file, or this caller may not see it.',
});
export const fileTooLarge = defineProblem<{ maxBytes: number }>({
  code: 'file_too_large',
  status: 413,
  title: 'File too large',
  detail: ({ maxBytes }) => `A file may have at most ${maxBytes} bytes.`,
});
export const storageFull = defineProblem<{ allowedBytes: number }>({
  code: 'storage_full',
  status: 507,
  title: 'Storage full',
  detail: ({ allowedBytes }) => `The project may store ${allowedBytes} bytes. Delete files, or raise the limit.`,
});
export const uploadMalformed = defineProblem<{ reason: string }>({
  code: 'upload_malformed',
  status: 400,
  title: 'Upload malformed',
  detail: ({ reason }) => reason,
});
export const uploadStalled = defineProblem({
  code: 'upload_stalled',
  status: 408,
  title: 'Upload stalled',
  detail: () => 'No bytes came for too long. Nothing was stored.',
});
export const rangeNotSatisfiable = defineProblem<{ sizeBytes: number }>({
  code: 'range_not_satisfiable',
  status: 416,
  title: 'Range not satisfiable',
  detail: ({ sizeBytes }) => `The file has ${sizeBytes} bytes; the range lies outside.`,
});
export const contentMissing = defineProblem({
  code: 'content_missing',
  status: 410,
  title: 'Content missing',
  detail: () =>
    'The file is known, but its bytes are no longer in the file store. Delete it and upload it again; the operator finds it in the log.',
});
