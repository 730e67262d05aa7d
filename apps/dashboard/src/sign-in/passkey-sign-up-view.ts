import { createForm } from './create-form.ts';
import { element } from './element.ts';
import { linkLine } from './link-line.ts';
import type { Page, ViewContent } from './page.ts';
import type { PageSignedIn, PageUser } from './page-shapes.ts';
import { makePasskey } from './show-passkey.ts';
import { nameFields } from './sign-up-view.ts';
import { withCaptcha } from './with-captcha.ts';

/** Makes an account that has a passkey and no password. */
export function passkeySignUpView(page: Page): ViewContent {
  const { texts, api } = page;
  const options = withCaptcha(page, 'signup', {
    fields: nameFields(page),
    submit: texts.createPasskey,
    fieldOf: { email_taken: 'email', username_taken: 'username' },
    async send(names) {
      const { token, options } = await api.post<{ token: string; options: unknown }>('/auth/passkeys/sign-up/options', names);
      const body = { token, attestation: await makePasskey(options) };
      const { user, session } = await api.post<{ user: PageUser; session: PageSignedIn['session'] | null }>('/auth/passkeys/sign-up', body);
      if (session !== null) return page.finish({ user, session });
      page.replace({ view: 'sent', text: 'verifySentText', email: user.email ?? '' });
    },
  });
  const form = createForm(page, options);
  return {
    title: texts.passkeyTitle,
    parts: [element('p', { class: 'explain' }, texts.passkeyText), form, linkLine(null, texts.back, () => page.show({ view: 'sign-up' }))],
  };
}
