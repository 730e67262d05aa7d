import { z } from 'zod';

export const PRESETS = ['google', 'apple', 'microsoft', 'github', 'facebook', 'discord', 'oidc'] as const;
/** Words that stand where a name does in paths. */
const RESERVED = new Set(['exchange', 'offered', 'custom-token', 'sms']);

export const ProviderName = z
  .string()
  .regex(/^[a-z][a-z0-9-]{1,31}$/, 'A name has 2 to 32 small letters, digits and -')
  .refine((name) => !RESERVED.has(name), 'This word has a meaning already.');
export const ProviderParams = z.object({ name: z.string().max(32) });

const ClientId = z.string().trim().min(1).max(300);
const AppleId = z.string().regex(/^[A-Z0-9]{10}$/, 'Ten letters and digits.');

export const Provider = z
  .object({
    name: z.string(),
    preset: z.enum(PRESETS),
    issuer: z.string().nullable(),
    clientId: z.string(),
    audiences: z.array(z.string()),
    /** Whether a secret is stored; it is never shown. */
    hasSecret: z.boolean(),
    teamId: z.string().nullable(),
    keyId: z.string().nullable(),
    scopes: z.array(z.string()),
    enabled: z.boolean(),
    createsUsers: z.boolean(),
    linkByEmail: z.boolean(),
    /** What has to be registered at the provider. */
    callbackUrl: z.string(),
    createdAt: z.iso.datetime(),
  })
  .meta({ id: 'Provider' });
export type Provider = z.infer<typeof Provider>;
export const ProviderList = z.object({ items: z.array(Provider) });

export const ProviderBody = z.strictObject({
  preset: z.enum(PRESETS),
  /** For `oidc`: where its discovery document lies. With a preset: another place that speaks the same, such as GitHub Enterprise or one tenant of Microsoft. */
  issuer: z.string().trim().max(500).nullable().default(null),
  clientId: ClientId,
  audiences: z.array(ClientId).max(20).default([]),
  /** Left out, the stored one stays; null removes it. For Apple the private key (.p8). */
  clientSecret: z.string().min(1).max(5_000).nullable().optional(),
  teamId: AppleId.nullable().default(null),
  keyId: AppleId.nullable().default(null),
  /** Empty for those of the preset. */
  scopes: z
    .array(z.string().regex(/^[\x21\x23-\x5b\x5d-\x7e]{1,100}$/))
    .max(30)
    .default([]),
  enabled: z.boolean().default(true),
  /** Whether somebody without a user gets one. */
  createsUsers: z.boolean().default(true),
  /** Whether it signs in the user with the same address, where the provider and we have seen proof of it. */
  linkByEmail: z.boolean().default(true),
});
export type ProviderBody = z.infer<typeof ProviderBody>;

export const OfferedProviders = z
  .object({ items: z.array(z.object({ name: z.string(), preset: z.enum(PRESETS) })) })
  .meta({ id: 'OfferedProviders' });

/** BASE64URL(SHA-256(verifier)) of RFC 7636. */
const CodeChallenge = z.string().regex(/^[A-Za-z0-9_-]{43}$/, 'Give the S256 challenge of RFC 7636: 43 characters.');
const CodeVerifier = z.string().regex(/^[A-Za-z0-9._~-]{43,128}$/, 'Give the verifier of RFC 7636: 43 to 128 characters.');
const Destination = z.string().max(2_000);

export const AuthorizeQuery = z.strictObject({
  redirectTo: Destination.optional(),
  codeChallenge: CodeChallenge,
  /** The address that the provider may fill in. */
  loginHint: z.string().max(254).optional(),
  /** Ours: the browser was sent on to the address that people reach us at. */
  moved: z.literal('true').optional(),
});
/** Providers send more than is asked for. */
export const CallbackQuery = z.looseObject({
  state: z.string().max(200).optional(),
  code: z.string().max(8_000).optional(),
  error: z.string().max(200).optional(),
});
export const ExchangeBody = z.strictObject({ code: z.string().max(200), codeVerifier: CodeVerifier });
export const IdTokenBody = z.strictObject({ idToken: z.string().max(20_000), nonce: z.string().min(1).max(500).optional() });
export const LinkBody = z.strictObject({ redirectTo: Destination.optional(), codeChallenge: CodeChallenge });
export const LinkAnswer = z.object({ url: z.string() }).meta({ id: 'ProviderLink' });
