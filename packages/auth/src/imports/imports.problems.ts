import { defineProblem } from '@mainstay/kernel';

export const importTooLong = defineProblem<{ maxRows: number }>({
  code: 'user_import_too_long',
  status: 413,
  title: 'Too many users at once',
  detail: ({ maxRows }) => `One import takes at most ${maxRows} users. Send the file in parts; what is there already is left out.`,
});
export const importUnreadable = defineProblem<{ reason: string }>({
  code: 'user_import_unreadable',
  status: 422,
  title: 'Unreadable file',
  detail: ({ reason }) => reason,
});
export const hashesNeedKey = defineProblem({
  code: 'hashes_need_key',
  status: 403,
  title: 'Secret key needed',
  detail: () => 'Password hashes go to servers with a secret key only.',
});
