import { defineProblem } from '@mainstay/kernel';

export const codeInvalid = defineProblem({
  code: 'code_invalid',
  status: 401,
  title: 'Code not valid',
  detail: () => 'The code is wrong, was used already, or has run out. After a few wrong ones, ask for a new one.',
});
export const secondFactorNeeded = defineProblem({
  code: 'second_factor_needed',
  status: 401,
  title: 'Second factor needed',
  detail: () =>
    'Complete the sign-in with the token in secondFactor and one of its methods: POST /auth/mfa/verify, or /platform/v1/login/second-factor for accounts.',
});
export const secondStepInvalid = defineProblem({
  code: 'second_step_invalid',
  status: 401,
  title: 'Sign-in not to be completed',
  detail: () => 'The token was used already, has run out, or was never valid. Sign in again.',
});
export const secondFactorExists = defineProblem({
  code: 'second_factor_exists',
  status: 409,
  title: 'Set up already',
  detail: () => 'This second factor is set up already. Remove it to set up another one.',
});
export const secondFactorNotFound = defineProblem({
  code: 'second_factor_not_found',
  status: 404,
  title: 'No such second factor',
  detail: () => 'This second factor is not set up, or it was begun too long ago.',
});
