export { AttemptThrottle } from './attempt-throttle.ts';
export type { Allowance, Attempt, AttemptGuard } from './create-attempt-guard.ts';
export { createAttemptGuard } from './create-attempt-guard.ts';
export { checkPasswordRules, hashPassword, needsRehash, rehashPassword, verifyPassword } from './hash-password.ts';
export { isKnownHash } from './is-known-hash.ts';
export { writeStoredHash } from './stored-hash.ts';
export { isCommonPassword } from './is-common-password.ts';
export { passwordUnacceptable, signInThrottled } from './passwords.problems.ts';
