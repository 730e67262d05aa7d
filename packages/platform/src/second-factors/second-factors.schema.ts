import { PasskeyAssertion, PasskeyAttestation, PasskeyOptions } from '@mainstay/factors';
import { z } from 'zod';

const Token = z.string().max(200);
const Password = z.string().max(1_024);
const Name = z.string().trim().min(1).max(100);
const Code = z.string().regex(/^\d{6}$/, 'A code has 6 digits.');

const ByTotp = z.strictObject({ method: z.literal('totp'), code: Code });
const ByRecoveryCode = z.strictObject({ method: z.literal('recovery'), code: z.string().min(1).max(40) });
/** `challenge` is the token that came with the options. */
const ByPasskey = z.strictObject({ method: z.literal('passkey'), challenge: Token, assertion: PasskeyAssertion });

/** A second factor, as it is shown. */
export const FactorShown = z.discriminatedUnion('method', [ByTotp, ByRecoveryCode, ByPasskey]);
export type FactorShown = z.infer<typeof FactorShown>;
export const SecondStepBody = z.strictObject({ token: Token, factor: FactorShown });
export const SecondStepToken = z.strictObject({ token: Token });
export const PasskeySignInBody = z.strictObject({ challenge: Token, assertion: PasskeyAssertion });
export const PasskeyChallenge = z.object({ challenge: z.string(), options: PasskeyOptions }).meta({ id: 'AccountPasskeyChallenge' });
export const AccountPasskey = z
  .object({
    id: z.string(),
    name: z.string(),
    backedUp: z.boolean(),
    createdAt: z.iso.datetime(),
    lastUsedAt: z.iso.datetime().nullable(),
  })
  .meta({ id: 'AccountPasskey' });
/** What a second factor is changed with: the password, and a factor of those that are set up. */
export const FactorChangeBody = z.strictObject({ password: Password, factor: FactorShown.optional() });
export const NewPasskeyBody = z.strictObject({ challenge: Token, name: Name, attestation: PasskeyAttestation });
export const PasskeyNameBody = z.strictObject({ name: Name });
export const PasskeyParams = z.object({ passkeyId: z.string().max(1_400) });
export const NewAccountTotp = z.object({ secret: z.string(), uri: z.string(), expiresAt: z.iso.datetime() });
export const TotpCodeBody = z.strictObject({ code: Code });
/** Recovery codes are shown this once; empty where the account has some. */
export const FactorMade = z.object({ recoveryCodes: z.array(z.string()) });
export const AccountFactors = z.object({
  totp: z.object({ createdAt: z.iso.datetime() }).nullable(),
  passkeys: z.array(AccountPasskey),
  recoveryCodesLeft: z.int(),
  /** Where passkeys of the dashboard work. */
  passkeyOrigin: z.string(),
});
