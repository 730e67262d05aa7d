export { createRecoveryCodes, hashRecoveryCode } from './recovery-codes.ts';
