import { defineProblem } from '@mainstay/kernel';

export const passwordUnacceptable = defineProblem<{ reason: string }>({
  code: 'password_unacceptable',
  status: 422,
  title: 'Password not acceptable',
  detail: ({ reason }) => reason,
});

export const signInThrottled = defineProblem({
  code: 'sign_in_throttled',
  status: 429,
  title: 'Too many attempts',
  detail: () => 'There were too many failed attempts. Wait before the next one.',
});
