export { AttemptThrottle } from './attempt-throttle.ts';
export type { Allowance, Attempt, AttemptGuard } from './create-attempt-guard.ts';
export { createAttemptGuard } from './create-attempt-guard.ts';
export { checkPasswordRules, hashPassword, verifyPassword } from './hash-password.ts';
export { isCommonPassword } from './is-common-password.ts';
export { passwordUnacceptable, signInThrottled } from './passwords.problems.ts';
