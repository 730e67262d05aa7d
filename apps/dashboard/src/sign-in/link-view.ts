import { createForm } from './create-form.ts';
import { element } from './element.ts';
import { backLine } from './link-line.ts';
import { newPasswordField } from './own-fields.ts';
import type { Page, StepOf, ViewContent } from './page.ts';
import type { PageSignedIn, PageUser } from './page-shapes.ts';
import { fillText } from './texts.ts';

/** The view for a link out of a mail. Opening it does nothing: scanners open links as well. A press of the button uses it up. */
export function linkView(page: Page, { link: { type, token } }: StepOf<'link'>): ViewContent {
  switch (type) {
    case 'magic-link':
      return magicLinkView(page, token);
    case 'verify-email':
      return verifyView(page, { path: '/auth/verify-email', token });
    case 'change-email':
      return verifyView(page, { path: '/auth/email/confirm', token });
    case 'reset-password':
      return resetView(page, token);
  }
}

const explain = (text: string): HTMLElement => element('p', { class: 'explain' }, text);

function magicLinkView(page: Page, token: string): ViewContent {
  const { texts, settings, api } = page;
  const form = createForm(page, {
    fields: [],
    submit: texts.signIn,
    send: async () => page.finish(await api.post<PageSignedIn>('/auth/magic-link/verify', { token })),
  });
  return { title: fillText(texts.signInTitle, { app: settings.name }), parts: [explain(texts.linkText), form, backLine(page)] };
}

function verifyView(page: Page, { path, token }: { path: string; token: string }): ViewContent {
  const { texts, api } = page;
  const form = createForm(page, {
    fields: [],
    submit: texts.confirm,
    async send() {
      const { email } = await api.post<PageUser>(path, { token });
      page.replace({ view: 'sign-in', notice: 'emailConfirmed', name: email ?? '' });
    },
  });
  return { title: texts.verifyTitle, parts: [explain(texts.verifyText), form, backLine(page)] };
}

function resetView(page: Page, token: string): ViewContent {
  const { texts, api } = page;
  const form = createForm(page, {
    fields: [newPasswordField(texts, texts.newPassword)],
    submit: texts.setPassword,
    fieldOf: { password_unacceptable: 'password' },
    async send({ password }) {
      await api.post('/auth/password/reset', { token, password });
      page.replace({ view: 'sign-in', notice: 'passwordSet' });
    },
  });
  return { title: texts.resetTitle, parts: [form, backLine(page)] };
}
