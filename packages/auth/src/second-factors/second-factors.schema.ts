import { PasskeyAssertion } from '@mainstay/factors/schema';
import { z } from 'zod';
import { SignedIn } from '../auth.schema.ts';
import { Passkey } from '../passkeys/passkeys.schema.ts';

export const FactorMethod = z.enum(['totp', 'passkey', 'email', 'recovery']);
export type FactorMethod = z.infer<typeof FactorMethod>;

const Token = z.string().max(200);

/** What waits for a second factor: the member `secondFactor` of the problems that ask for one. */
export const SecondStep = z
  .object({ token: z.string(), methods: z.array(FactorMethod), expiresAt: z.iso.datetime() })
  .meta({ id: 'SecondStep' });
export type SecondStep = z.infer<typeof SecondStep>;

/** A user's second factors. */
export const SecondFactors = z
  .object({
    /** Whether the project asks this user for one. */
    required: z.boolean(),
    /** What a sign-in of this user may be completed with; none where it needs no second factor. */
    methods: z.array(FactorMethod),
    totp: z.object({ createdAt: z.iso.datetime() }).nullable(),
    email: z.boolean(),
    /** Whether one of the passkeys is asked for after the password. */
    passkey: z.boolean(),
    passkeys: z.array(Passkey),
    recoveryCodesLeft: z.number().int(),
    /** When one was last shown in this session. */
    factorAt: z.iso.datetime().nullable(),
    fresh: z.boolean(),
  })
  .meta({ id: 'SecondFactors' });
export type SecondFactors = z.infer<typeof SecondFactors>;

/** The token of `second_factor_enrolment_needed`; signed-in users need none. */
export const TotpRequest = z.strictObject({ token: Token.optional() });
export const NewTotp = z.object({ secret: z.string(), uri: z.string(), expiresAt: z.iso.datetime() }).meta({ id: 'NewTotp' });
const Code = z.string().regex(/^\d{6}$/, 'A code has 6 digits.');
export const TotpConfirmation = z.strictObject({ code: Code, token: Token.optional() });
/** Recovery codes are shown this once; empty where the user has some. `signedIn` where a token completed the sign-in. */
export const FactorSetUp = z.object({ recoveryCodes: z.array(z.string()), signedIn: SignedIn.nullable() }).meta({ id: 'FactorSetUp' });
export const RecoveryCodes = z.object({ recoveryCodes: z.array(z.string()) }).meta({ id: 'RecoveryCodes' });
export const SecondFactorPatch = z.strictObject({ email: z.boolean().optional(), passkey: z.boolean().optional() });

export const FactorShown = z.discriminatedUnion('method', [
  z.strictObject({ token: Token, method: z.literal('totp'), code: Code }),
  z.strictObject({ token: Token, method: z.literal('email'), code: Code }),
  z.strictObject({ token: Token, method: z.literal('recovery'), code: z.string().min(1).max(40) }),
  z.strictObject({ token: Token, method: z.literal('passkey'), assertion: PasskeyAssertion }),
]);
export type FactorShown = z.infer<typeof FactorShown>;
export const FactorCodeRequest = z.strictObject({
  token: Token,
  locale: z
    .string()
    .regex(/^[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,2}$/, 'A locale looks like en or de-AT.')
    .optional(),
});
export const SteppedUp = z.object({ factorAt: z.iso.datetime() }).meta({ id: 'SteppedUp' });
