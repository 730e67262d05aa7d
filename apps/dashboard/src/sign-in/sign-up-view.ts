import { createForm } from './create-form.ts';
import type { FieldOptions } from './create-field.ts';
import { element } from './element.ts';
import { linkLine } from './link-line.ts';
import { emailField, newPasswordField } from './own-fields.ts';
import { canUsePasskeys } from './passkey-sign-in.ts';
import type { Page, ViewContent } from './page.ts';
import type { PageSignedIn } from './page-shapes.ts';
import { withCaptcha } from './with-captcha.ts';

const USERNAME = /^[a-z0-9][a-z0-9._-]{2,39}$/i;

/** The names that the project wants. */
export function nameFields({ texts, settings, place }: Page): FieldOptions[] {
  const { signUpWith } = settings.theme;
  const username: FieldOptions = {
    name: 'username',
    label: texts.username,
    hint: texts.usernameHint,
    input: { autocomplete: signUpWith === 'both' ? 'nickname' : 'username', autocapitalize: 'none', spellcheck: 'false' },
    check: (typed) => (USERNAME.test(typed) ? null : texts.usernameWrong),
  };
  return [...(signUpWith === 'username' ? [] : [emailField(texts, place.email)]), ...(signUpWith === 'email' ? [] : [username])];
}

/** Makes an account; where the project wants that, the address has to be confirmed before the first sign-in. */
export function signUpView(page: Page): ViewContent {
  const { texts, settings, place, api, locale } = page;
  const { termsUrl, privacyUrl } = settings.theme;
  const options = withCaptcha(page, 'signup', {
    fields: [...nameFields(page), newPasswordField(texts, texts.password)],
    submit: texts.signUp,
    fieldOf: { email_taken: 'email', username_taken: 'username', password_unacceptable: 'password' },
    async send(values) {
      const { user, session } = await api.post<Pick<PageSignedIn, 'user'> & { session: PageSignedIn['session'] | null }>('/auth/signup', {
        ...values,
        redirectTo: place.search,
        locale,
      });
      if (session !== null) return page.finish({ user, session });
      page.replace({ view: 'sent', text: 'verifySentText', email: user.email ?? '' });
    },
  });
  const form = createForm(page, options);
  const papers = [termsUrl === null ? null : paper(termsUrl, texts.terms), privacyUrl === null ? null : paper(privacyUrl, texts.privacy)];
  return {
    title: texts.signUpTitle,
    parts: [
      form,
      papers.some(Boolean) ? element('p', { class: 'line papers' }, ...papers) : null,
      settings.passkeys.signIn && canUsePasskeys(settings)
        ? linkLine(null, texts.signUpByPasskey, () => page.show({ view: 'sign-up-passkey' }))
        : null,
      linkLine(texts.haveAccount, texts.signIn, () => page.show({ view: 'sign-in' })),
    ],
  };
}

function paper(href: string, label: string): HTMLElement {
  return element('a', { href, target: '_blank', rel: 'noopener noreferrer' }, label);
}
