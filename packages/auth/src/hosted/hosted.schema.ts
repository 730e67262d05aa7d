import { z } from 'zod';
import { CaptchaForApps } from '../hooks/hooks.schema.ts';
import { OfferedProviders } from '../providers/providers.schema.ts';

const Color = z
  .string()
  .regex(/^#[0-9a-f]{6}$/i, 'Give a colour such as #0b7285.')
  .overwrite((text) => text.toLowerCase());
const Address = z
  .string()
  .max(500)
  .regex(/^https:\/\/[^\s/]+(\/\S*)?$/, 'Give an https address.');

/** How the page looks. Text on the colours is chosen so that it can be read whatever they are. */
export const PageTheme = z
  .object({
    /** What the app is called on the page; null: the project's name. */
    name: z.string().trim().min(1).max(60).nullable().default(null),
    logoUrl: Address.nullable().default(null),
    /** Buttons, links and the frame of what has the focus. */
    color: Color.default('#0b7285'),
    /** Behind the card; null: a light or dark grey. */
    background: Color.nullable().default(null),
    /** Of corners, in pixels. */
    radius: z.number().int().min(0).max(24).default(10),
    scheme: z.enum(['auto', 'light', 'dark']).default('auto'),
    /** Shown below a sign-up, where they are given. */
    termsUrl: Address.nullable().default(null),
    privacyUrl: Address.nullable().default(null),
    /** What a sign-up asks for besides the password. */
    signUpWith: z.enum(['email', 'username', 'both']).default('email'),
  })
  .meta({ id: 'PageTheme' });
export type PageTheme = z.infer<typeof PageTheme>;

const { shape } = PageTheme;
export const PageThemePatch = z.strictObject({
  name: shape.name.unwrap().optional(),
  logoUrl: shape.logoUrl.unwrap().optional(),
  color: shape.color.unwrap().optional(),
  background: shape.background.unwrap().optional(),
  radius: shape.radius.unwrap().optional(),
  scheme: shape.scheme.unwrap().optional(),
  termsUrl: shape.termsUrl.unwrap().optional(),
  privacyUrl: shape.privacyUrl.unwrap().optional(),
  signUpWith: shape.signUpWith.unwrap().optional(),
});
export type PageThemePatch = z.infer<typeof PageThemePatch>;

/** What anybody may know about how people sign in to a project. */
export const PageSettings = z
  .object({
    name: z.string(),
    theme: PageTheme,
    /** Of texts, where neither the address nor the browser names one that we speak. */
    locale: z.string(),
    ways: z.object({
      signUp: z.boolean(),
      passwordReset: z.boolean(),
      magicLink: z.boolean(),
      emailCode: z.boolean(),
      smsCode: z.boolean(),
      anonymous: z.boolean(),
    }),
    /** Whether the page may lead to the address that was asked about; null when none was. */
    redirectAllowed: z.boolean().nullable(),
    /** Where people reach the server. */
    origin: z.string(),
    providers: OfferedProviders.shape.items,
    /** Whether a passkey signs in and up, and the origins whose pages may ask for one. */
    passkeys: z.object({ signIn: z.boolean(), origins: z.array(z.string()) }),
    captcha: CaptchaForApps.shape.captcha,
    /** What may be set up as a second factor. */
    factors: z.array(z.string()),
  })
  .meta({ id: 'PageSettings' });
export type PageSettings = z.infer<typeof PageSettings>;
export const PageSettingsQuery = z.strictObject({ redirectTo: z.string().max(2_000).optional() });

/** 43 characters: 256 bits in base64url. */
const Challenge = z.string().regex(/^[A-Za-z0-9_-]{43}$/, 'Give the base64url of the SHA-256 of the codeVerifier (S256).');
export const PageCodeRequest = z.strictObject({ redirectTo: z.string().max(2_000), codeChallenge: Challenge });
/** Where the browser goes now: the address that was asked for, with the code. */
export const PageCode = z.object({ code: z.string(), redirectTo: z.string(), expiresAt: z.iso.datetime() }).meta({ id: 'PageCode' });
export const PageCodeExchange = z.strictObject({
  code: z.string().max(200),
  codeVerifier: z.string().regex(/^[A-Za-z0-9._~-]{43,128}$/, 'A codeVerifier has 43 to 128 characters (RFC 7636).'),
});
