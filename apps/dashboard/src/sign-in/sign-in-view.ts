import { element } from './element.ts';
import { createForm } from './create-form.ts';
import type { FieldOptions } from './create-field.ts';
import { backLine, linkLine } from './link-line.ts';
import type { Page, StepOf, ViewContent } from './page.ts';
import type { PageSignedIn } from './page-shapes.ts';
import { canUsePasskeys, passkeyForm } from './passkey-sign-in.ts';
import { goToProvider, providerLabel } from './provider-flow.ts';
import { fillText } from './texts.ts';
import { hasCaptcha, withCaptcha } from './with-captcha.ts';

/** A name that has an @ is an address. */
export const nameOf = (name: string): { email: string } | { username: string } =>
  name.includes('@') ? { email: name } : { username: name };

/** Name and password first, then the other ways that the project offers. */
export function signInView(page: Page, { notice, warning, name }: StepOf<'sign-in'>): ViewContent {
  const { texts, settings, place, api } = page;
  const known = name ?? place.email;
  const nameField: FieldOptions = {
    name: 'username',
    label: settings.theme.signUpWith === 'email' ? texts.email : texts.emailOrUsername,
    input: { autocomplete: 'username webauthn', autocapitalize: 'none', spellcheck: 'false', inputmode: 'email', value: known },
  };
  const form = createForm(
    page,
    withCaptcha(page, 'login', {
      fields: [nameField, { name: 'password', label: texts.password, input: { type: 'password', autocomplete: 'current-password' } }],
      submit: texts.signIn,
      send: async ({ username = '', ...secrets }) =>
        page.finish(await api.post<PageSignedIn>('/auth/login', { ...nameOf(username), ...secrets })),
    }),
  );
  return {
    title: fillText(texts.signInTitle, { app: settings.name }),
    parts: [
      notice === undefined ? null : element('p', { class: 'notice', role: 'status' }, texts[notice]),
      warning === undefined ? null : element('p', { class: 'alert notice', role: 'alert' }, texts[warning]),
      form,
      settings.ways.passwordReset ? linkLine(null, texts.forgot, () => page.show({ view: 'forgot', email: currentName(form) })) : null,
      otherWays(page, form),
      settings.ways.signUp ? linkLine(texts.noAccount, texts.signUp, () => page.show({ view: 'sign-up' })) : null,
    ],
  };
}

function currentName(form: HTMLFormElement): string {
  const { value = '' } = form.querySelector('input') ?? {};
  return value.includes('@') ? value : '';
}

/** A button for every other way in. */
function otherWays(page: Page, form: HTMLFormElement): HTMLElement | null {
  const { texts, settings } = page;
  const { magicLink, emailCode, smsCode, anonymous } = settings.ways;
  const way = (label: string, onclick: () => void): HTMLElement => element('button', { type: 'button', class: 'way', onclick }, label);
  const providers = window.isSecureContext ? settings.providers : [];
  const buttons = [
    settings.passkeys.signIn && canUsePasskeys(settings) ? passkeyForm(page) : null,
    ...providers.map((one) =>
      way(fillText(texts.byProvider, { provider: providerLabel(one) }), () => void goToProvider(page, one.name, currentName(form))),
    ),
    magicLink ? way(texts.byLink, () => page.show({ view: 'link-request', email: currentName(form) })) : null,
    emailCode ? way(texts.byCode, () => page.show({ view: 'code-request', email: currentName(form) })) : null,
    smsCode ? way(texts.bySms, () => page.show({ view: 'sms-request', phone: '' })) : null,
    anonymous ? anonymousForm(page) : null,
  ].filter((button) => button !== null);
  if (buttons.length === 0) return null;
  return element('div', { class: 'ways' }, element('p', { class: 'or' }, element('span', {}, texts.or)), ...buttons);
}

function anonymousForm(page: Page): HTMLElement {
  const { texts, api } = page;
  const isGuarded = hasCaptcha(page, 'anonymous');
  return createForm(page, {
    fields: [],
    submit: texts.anonymous,
    look: 'way',
    async send() {
      if (isGuarded) page.show({ view: 'anonymous' });
      else await page.finish(await api.post<PageSignedIn>('/auth/anonymous', undefined));
    },
  });
}

/** Goes on without an account where a captcha stands before it. */
export function anonymousView(page: Page): ViewContent {
  const { texts, settings, api } = page;
  const options = withCaptcha(page, 'anonymous', {
    fields: [],
    submit: texts.anonymous,
    send: async (values) => page.finish(await api.post<PageSignedIn>('/auth/anonymous', values)),
  });
  return { title: fillText(texts.signInTitle, { app: settings.name }), parts: [createForm(page, options), backLine(page)] };
}
