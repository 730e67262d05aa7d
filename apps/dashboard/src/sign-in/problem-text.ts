import type { PageProblem } from './page-api.ts';
import type { Texts } from './texts.ts';
import { fillText } from './texts.ts';

const TEXTS: Readonly<Record<string, keyof Texts>> = {
  login_failed: 'loginFailed',
  email_taken: 'emailTaken',
  username_taken: 'usernameTaken',
  password_unacceptable: 'passwordWeak',
  link_invalid: 'linkInvalid',
  code_invalid: 'codeInvalid',
  sign_up_refused: 'signUpRefused',
  sign_in_way_off: 'wayOff',
  anonymous_users_off: 'wayOff',
  redirect_refused: 'redirectRefused',
  refused_by_hook: 'refused',
  identity_refused: 'providerRefused',
  provider_flow_invalid: 'providerFailed',
  provider_off: 'wayOff',
  provider_unreachable: 'providerFailed',
  captcha_needed: 'captchaNeeded',
  second_factor_exists: 'factorExists',
  step_up_needed: 'signInAgain',
  session_expired: 'signInAgain',
  session_invalid: 'signInAgain',
  passkey_failed: 'passkeyFailed',
  passkey_invalid: 'passkeyFailed',
  access_denied: 'cancelled',
  unreachable: 'unreachable',
};
const FIELD_TEXTS: Readonly<Record<string, keyof Texts>> = {
  email: 'emailWrong',
  username: 'usernameWrong',
  code: 'codeShape',
  phone: 'phoneWrong',
};

/** A time span such as `12 seconds` or `3 Minuten`. */
function spanText(seconds: number, locale: string): string {
  const [value, unit] = seconds < 100 ? [seconds, 'second'] : [Math.ceil(seconds / 60), 'minute'];
  return new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay: 'long' }).format(value);
}

/** How long to wait, in words. */
export function waitText(texts: Texts, locale: string, seconds: number): string {
  return fillText(texts.throttled, { time: spanText(seconds, locale) });
}

/** The text for a code that has one of its own. */
export const knownText = (code: string): keyof Texts | undefined => TEXTS[code];

/** What went wrong, for people; with a reference where only the operator can help. */
export function problemText(texts: Texts, { code, paths, requestId }: PageProblem): string {
  const known = TEXTS[code];
  if (known !== undefined) return texts[known];
  const field = code === 'invalid_input' ? FIELD_TEXTS[paths[0] ?? ''] : undefined;
  if (field !== undefined) return texts[field];
  const reference = requestId === null ? '' : ` ${fillText(texts.reference, { id: requestId })}`;
  return texts.unknown + reference;
}
