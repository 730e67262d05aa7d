import { z } from 'zod';
import { Claims } from '../users/claims.schema.ts';

export const HOOK_NAMES = ['beforeSignUp', 'beforeSignIn'] as const;
export type HookName = (typeof HOOK_NAMES)[number];

/** What a captcha can stand in front of. */
export const CAPTCHA_ACTIONS = ['signup', 'anonymous', 'forgot', 'magic-link', 'otp', 'login'] as const;
export type CaptchaAction = (typeof CAPTCHA_ACTIONS)[number];
export const CAPTCHA_PROVIDERS = ['hcaptcha', 'turnstile', 'recaptcha'] as const;

const Address = z.string().max(500);

/** An address that is asked before somebody signs up or in. */
export const Hook = z
  .object({
    name: z.enum(HOOK_NAMES),
    url: z.string(),
    enabled: z.boolean(),
    /** Whether people are let in when no answer comes within three seconds. */
    failsOpen: z.boolean(),
  })
  .meta({ id: 'AuthHook' });
export type Hook = z.infer<typeof Hook>;
export const HookList = z.object({ items: z.array(Hook) });
export const HookParams = z.object({ name: z.enum(HOOK_NAMES) });
export const HookBody = z.strictObject({ url: Address, enabled: z.boolean().default(true), failsOpen: z.boolean().default(false) });
/** The secret that signs calls is shown when it is made, and never again. */
export const HookWithSecret = z.object({ hook: Hook, secret: z.string().nullable() }).meta({ id: 'AuthHookWithSecret' });
export const HookSecret = z.object({ secret: z.string() });

/** What an address answers. */
export const HookAnswer = z.object({
  allow: z.boolean(),
  reason: z.string().max(300).optional(),
  claims: Claims.optional(),
  roles: z.array(z.string().max(64)).max(100).optional(),
});
export type HookAnswer = z.infer<typeof HookAnswer>;

export const Captcha = z
  .object({
    provider: z.enum(CAPTCHA_PROVIDERS),
    siteKey: z.string(),
    /** Null takes the provider's own. */
    verifyUrl: z.string().nullable(),
    appliesTo: z.array(z.enum(CAPTCHA_ACTIONS)),
    failsOpen: z.boolean(),
    /** The least score of those that give one (reCAPTCHA v3, hCaptcha Enterprise turned around), 0 to 1. */
    minScore: z.number().min(0).max(1),
  })
  .meta({ id: 'Captcha' });
export type Captcha = z.infer<typeof Captcha>;
export const CaptchaBody = z.strictObject({
  provider: z.enum(CAPTCHA_PROVIDERS),
  siteKey: z.string().min(1).max(200),
  /** Left out, the one before stays. */
  secret: z.string().min(1).max(500).optional(),
  verifyUrl: Address.nullable().default(null),
  appliesTo: z.array(z.enum(CAPTCHA_ACTIONS)).max(CAPTCHA_ACTIONS.length).default(['signup', 'anonymous', 'forgot', 'magic-link', 'otp']),
  failsOpen: z.boolean().default(false),
  minScore: z.number().min(0).max(1).default(0.5),
});
export type CaptchaBody = z.infer<typeof CaptchaBody>;
/** What an app needs to show the captcha; null where there is none. */
export const CaptchaForApps = z.object({
  captcha: z.object({ provider: z.enum(CAPTCHA_PROVIDERS), siteKey: z.string(), appliesTo: z.array(z.enum(CAPTCHA_ACTIONS)) }).nullable(),
});
