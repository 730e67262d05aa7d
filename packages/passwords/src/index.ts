export { AttemptThrottle } from './attempt-throttle.ts';
export { checkPasswordRules, hashPassword, verifyPassword } from './hash-password.ts';
export { passwordUnacceptable, signInThrottled } from './passwords.problems.ts';
