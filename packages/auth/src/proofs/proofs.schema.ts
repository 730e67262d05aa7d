import { Email } from '@mainstay/kernel/schema';
import { z } from 'zod';
import { CaptchaToken, Locale, NewSession, Password, User } from '../auth.schema.ts';

export const PROOF_PURPOSES = ['verify-email', 'reset-password', 'magic-link', 'change-email', 'one-time-code', 'second-factor'] as const;

const Token = z.string().max(200);
const RedirectTo = z.string().max(2_000);

/** Asks for a link to an address. */
export const LinkRequest = z.strictObject({
  captchaToken: CaptchaToken,
  email: Email,
  redirectTo: RedirectTo.optional(),
  locale: Locale.optional(),
});
/** Whoever is signed in need not name the address. */
export const VerificationRequest = z.strictObject({
  email: Email.optional(),
  redirectTo: RedirectTo.optional(),
  locale: Locale.optional(),
});
export const CodeRequest = z.strictObject({ captchaToken: CaptchaToken, email: Email, locale: Locale.optional() });
/** Keep it: the code works only together with it. */
export const CodeHandle = z.object({ handle: z.string() }).meta({ id: 'CodeHandle' });
export const LinkToken = z.strictObject({ token: Token });
export const CodeAttempt = z.strictObject({ handle: Token, code: z.string().regex(/^\d{6}$/, 'A code has 6 digits.') });
export const PasswordReset = z.strictObject({ token: Token, password: Password });
export const AnonymousUpgrade = z.strictObject({ email: Email, password: Password });
/** The password is asked of who has one. */
export const EmailChange = z.strictObject({
  email: Email,
  currentPassword: Password.optional(),
  redirectTo: RedirectTo.optional(),
  locale: Locale.optional(),
});
export type EmailChange = z.infer<typeof EmailChange>;
/** The same whether or not there is a user with the address. */
export const Accepted = z.object({ accepted: z.literal(true) });
export const SignedUp = z.object({ user: User, session: NewSession.nullable() }).meta({ id: 'SignedUp' });
