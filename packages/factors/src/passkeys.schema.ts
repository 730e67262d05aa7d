import { z } from 'zod';

const MAX_ID = 1_400;
const MAX_DATA = 16_384;
const Bytes = z
  .string()
  .max(MAX_DATA)
  .regex(/^[A-Za-z0-9_-]*$/, 'Give base64url without padding.');
const Id = Bytes.min(1).max(MAX_ID);
const Attachment = z.enum(['platform', 'cross-platform']);

/** `PublicKeyCredential.toJSON()` of `navigator.credentials.create`: a new passkey. */
export const PasskeyAttestation = z
  .object({
    id: Id,
    rawId: Id,
    type: z.literal('public-key'),
    authenticatorAttachment: Attachment.nullish(),
    clientExtensionResults: z.looseObject({}).optional(),
    response: z.object({
      clientDataJSON: Bytes,
      attestationObject: Bytes,
      transports: z.array(z.string().max(32)).max(10).optional(),
    }),
  })
  .meta({ id: 'PasskeyAttestation' });
export type PasskeyAttestation = z.infer<typeof PasskeyAttestation>;

/** `PublicKeyCredential.toJSON()` of `navigator.credentials.get`: a passkey that is shown. */
export const PasskeyAssertion = z
  .object({
    id: Id,
    rawId: Id,
    type: z.literal('public-key'),
    authenticatorAttachment: Attachment.nullish(),
    clientExtensionResults: z.looseObject({}).optional(),
    response: z.object({
      clientDataJSON: Bytes,
      authenticatorData: Bytes,
      signature: Bytes,
      userHandle: Bytes.nullish(),
    }),
  })
  .meta({ id: 'PasskeyAssertion' });
export type PasskeyAssertion = z.infer<typeof PasskeyAssertion>;

/** What `PublicKeyCredential.parseCreationOptionsFromJSON` and `parseRequestOptionsFromJSON` take, as it is. */
export const PasskeyOptions = z.looseObject({ challenge: z.string() }).meta({ id: 'PasskeyOptions' });
