import { z } from 'zod';

export const AccessToken = z
  .object({
    /** A JWT (ES256) for other services: `GET /auth/jwks.json` has the keys. Here it is no session. */
    accessToken: z.string(),
    expiresAt: z.iso.datetime(),
  })
  .meta({ id: 'AccessToken' });
export const JsonWebKeySet = z.object({ keys: z.array(z.record(z.string(), z.unknown())) }).meta({ id: 'JsonWebKeySet' });
export const SigningKey = z
  .object({
    /** What tokens name as `kid`. */
    id: z.string(),
    /** Whether it signs; the others are published until their last tokens have run out. */
    isCurrent: z.boolean(),
    createdAt: z.iso.datetime(),
    expiresAt: z.iso.datetime().nullable(),
  })
  .meta({ id: 'SigningKey' });
export type SigningKey = z.infer<typeof SigningKey>;
/** Which key is to be changed; left out, whichever signs. Where another one signs already, that one stays. */
export const KeyRotation = z.strictObject({ current: z.string().max(64).optional() }).optional();
export const SigningKeyList = z.object({ items: z.array(SigningKey) });
