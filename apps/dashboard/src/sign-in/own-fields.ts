import type { FieldOptions } from './create-field.ts';
import type { Texts } from './texts.ts';

const MIN_PASSWORD = 8;
/** Roughly an address; the server knows better. */
const looksLikeEmail = (value: string): boolean => /^[^\s@]+@[^\s@]+$/.test(value);

/** A field for an address. */
export function emailField(texts: Texts, value: string): FieldOptions {
  return {
    name: 'email',
    label: texts.email,
    input: { type: 'email', autocomplete: 'username', value },
    check: (typed) => (looksLikeEmail(typed) ? null : texts.emailWrong),
  };
}

/** A field for a password that is new. */
export function newPasswordField(texts: Texts, label: string): FieldOptions {
  return {
    name: 'password',
    label,
    hint: texts.passwordHint,
    input: { type: 'password', autocomplete: 'new-password' },
    check: (typed) => (typed.length < MIN_PASSWORD ? texts.passwordWeak : null),
  };
}

/** People copy codes with spaces. */
export const digitsOf = (code: string): string => code.replace(/\D/g, '');

/** A field for a code of six digits, which phones fill in from the mail. */
export function codeField(texts: Texts): FieldOptions {
  return {
    name: 'code',
    label: texts.code,
    input: { autocomplete: 'one-time-code', inputmode: 'numeric', maxlength: 12, class: 'code' },
    check: (typed) => (digitsOf(typed).length === 6 ? null : texts.codeShape),
  };
}
