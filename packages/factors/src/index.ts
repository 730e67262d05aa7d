export * from './factors.problems.ts';
export { PasskeyAssertion, PasskeyAttestation, PasskeyOptions } from './passkeys.schema.ts';
export type { KeptPasskey, NewPasskey, PasskeySite, ShownPasskey } from './passkeys.ts';
export {
  checkPasskeyCreation,
  checkPasskeyRequest,
  createPasskeyChallenge,
  passkeyCreationOptions,
  passkeyRequestOptions,
} from './passkeys.ts';
export { createRecoveryCodes, hashRecoveryCode } from './recovery-codes.ts';
export type { TotpAttempt } from './totp.ts';
export { checkTotp, createTotpSecret, totpUri } from './totp.ts';
