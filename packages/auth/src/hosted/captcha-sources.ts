import type { Captcha } from '../hooks/hooks.schema.ts';

/** What the sign-in page may load for a captcha's widget: scripts, frames and styles, as its provider documents them. */
const SOURCES: Readonly<Record<Captcha['provider'], readonly string[]>> = {
  hcaptcha: ['https://hcaptcha.com', 'https://*.hcaptcha.com'],
  turnstile: ['https://challenges.cloudflare.com'],
  recaptcha: ['https://www.google.com/recaptcha/', 'https://www.gstatic.com/recaptcha/', 'https://recaptcha.google.com/recaptcha/'],
};

/** Nothing but our own where the project has no captcha. */
export function captchaSources(captcha: Captcha | null): readonly string[] {
  return captcha === null ? [] : SOURCES[captcha.provider];
}
