import { z } from 'zod';

export const TOKEN_ALGORITHMS = ['ES256', 'RS256', 'EdDSA'] as const;

export const TokenKey = z
  .object({
    /** What tokens name as `kid`. */
    id: z.string(),
    name: z.string(),
    algorithm: z.enum(TOKEN_ALGORITHMS),
    publicKey: z.record(z.string(), z.unknown()),
    createdAt: z.iso.datetime(),
  })
  .meta({ id: 'TokenKey' });
export type TokenKey = z.infer<typeof TokenKey>;
export const TokenKeyList = z.object({ items: z.array(TokenKey) });
export const NewTokenKey = z.strictObject({
  name: z.string().trim().min(1).max(100),
  /** PEM (SPKI) or a JWK: P-256, RSA of 2,048 bits or more, or Ed25519. */
  publicKey: z.union([
    z.string().max(5_000),
    z.record(z.string().max(20), z.union([z.string().max(2_000), z.array(z.string().max(50)).max(10)])),
  ]),
});
export const TokenKeyParams = z.object({ id: z.string().max(64) });
export const CustomTokenBody = z.strictObject({ token: z.string().max(20_000) });
