import { PasskeyAssertion, PasskeyAttestation, PasskeyOptions } from '@mainstay/factors/schema';
import { Email } from '@mainstay/kernel/schema';
import { z } from 'zod';
import { SignedIn, Username } from '../auth.schema.ts';

const Token = z.string().max(200);
const Name = z.string().trim().min(1).max(100);

/** A passkey of a user; the key itself stays with the server. */
export const Passkey = z
  .object({
    id: z.string(),
    name: z.string(),
    /** Whether it lies on several devices of its owner. */
    backedUp: z.boolean(),
    createdAt: z.iso.datetime(),
    lastUsedAt: z.iso.datetime().nullable(),
  })
  .meta({ id: 'Passkey' });
export type Passkey = z.infer<typeof Passkey>;

/** What `navigator.credentials` takes, in JSON, and the token to answer with. */
export const PasskeyCeremony = z
  .object({ token: z.string(), options: PasskeyOptions, expiresAt: z.iso.datetime() })
  .meta({ id: 'PasskeyCeremony' });
/** `stepToken` is the token of `second_factor_enrolment_needed`; signed-in users need none. */
export const PasskeyRequest = z.strictObject({ stepToken: Token.optional() });
export const NewPasskeyBody = z.strictObject({
  token: Token,
  attestation: PasskeyAttestation,
  name: Name.default('Passkey'),
  stepToken: Token.optional(),
});
/** Recovery codes are shown this once; empty where the user has some or needs none. `signedIn` where a token completed the sign-in. */
export const PasskeySetUp = z
  .object({ passkey: Passkey, recoveryCodes: z.array(z.string()), signedIn: SignedIn.nullable() })
  .meta({ id: 'PasskeySetUp' });
export const PasskeyPatch = z.strictObject({ name: Name });
export const PasskeyParams = z.object({ passkeyId: z.string().max(1_400) });
export const PasskeySignUpRequest = z.strictObject({
  email: Email.optional(),
  username: Username.optional(),
  name: z.string().trim().min(1).max(200).optional(),
  captchaToken: z.string().max(4_096).optional(),
});
export const PasskeySignUp = z.strictObject({ token: Token, attestation: PasskeyAttestation });
export const PasskeySignIn = z.strictObject({ token: Token, assertion: PasskeyAssertion });
