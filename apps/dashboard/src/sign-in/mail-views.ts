import { createForm } from './create-form.ts';
import { element } from './element.ts';
import { backLine, linkLine } from './link-line.ts';
import { codeField, digitsOf, emailField } from './own-fields.ts';
import type { Page, StepOf, ViewContent } from './page.ts';
import type { PageSignedIn } from './page-shapes.ts';
import type { Texts } from './texts.ts';
import { fillText } from './texts.ts';
import { withCaptcha } from './with-captcha.ts';

type Values = Readonly<Record<string, string>>;
type RequestStep = StepOf<'forgot' | 'link-request' | 'code-request'>;

interface MailRequest {
  readonly title: keyof Texts;
  readonly explanation: keyof Texts;
  readonly submit: keyof Texts;
  /** What a captcha may stand before. */
  readonly action: string;
  readonly send: (page: Page, values: Values) => Promise<void>;
}

const REQUESTS: Readonly<Record<RequestStep['view'], MailRequest>> = {
  'link-request': {
    title: 'linkRequestTitle',
    explanation: 'linkRequestText',
    submit: 'sendLink',
    action: 'magic-link',
    send: (page, values) => askForLink(page, '/auth/magic-link', values),
  },
  forgot: {
    title: 'forgotTitle',
    explanation: 'forgotText',
    submit: 'sendLink',
    action: 'forgot',
    send: (page, values) => askForLink(page, '/auth/password/forgot', values),
  },
  'code-request': { title: 'codeRequestTitle', explanation: 'codeRequestText', submit: 'sendCode', action: 'otp', send: askForCode },
};

async function askForLink(page: Page, path: string, values: Values): Promise<void> {
  await page.api.post(path, { ...values, redirectTo: page.place.search, locale: page.locale });
  page.show({ view: 'sent', text: 'sentText', email: values['email'] ?? '' });
}

async function askForCode(page: Page, values: Values): Promise<void> {
  const { handle } = await page.api.post<{ handle: string }>('/auth/otp', { ...values, locale: page.locale });
  page.show({ view: 'code', email: values['email'] ?? '', handle });
}

/** Asks for a mail with a link or a code. */
export function mailRequestView(page: Page, { view, email }: RequestStep): ViewContent {
  const { texts } = page;
  const { title, explanation, submit, action, send } = REQUESTS[view];
  const options = withCaptcha(page, action, {
    fields: [emailField(texts, email)],
    submit: texts[submit],
    send: (values) => send(page, values),
  });
  const form = createForm(page, options);
  return { title: texts[title], parts: [element('p', { class: 'explain' }, texts[explanation]), form, backLine(page)] };
}

/** Says that a mail is on its way; the one that confirms an address can be asked for again. */
export function sentView(page: Page, { text, email }: StepOf<'sent'>): ViewContent {
  const { texts, api, place, locale } = page;
  const again = createForm(page, {
    fields: [],
    submit: texts.sendAgain,
    look: 'way',
    async send() {
      await api.post('/auth/verify-email/request', { email, redirectTo: place.search, locale });
      page.replace({ view: 'sent', text, email });
    },
  });
  const explanation = element('p', { class: 'explain', role: 'status' }, fillText(texts[text], { email }));
  return { title: texts.sentTitle, parts: [explanation, text === 'verifySentText' ? again : null, backLine(page)] };
}

/** Takes the code out of the mail. */
export function codeView(page: Page, { email, handle }: StepOf<'code'>): ViewContent {
  const { texts, api } = page;
  const form = createForm(page, {
    fields: [codeField(texts)],
    submit: texts.signIn,
    fieldOf: { code_invalid: 'code' },
    send: async ({ code = '' }) => page.finish(await api.post<PageSignedIn>('/auth/otp/verify', { handle, code: digitsOf(code) })),
  });
  return {
    title: texts.codeTitle,
    parts: [
      element('p', { class: 'explain' }, fillText(texts.codeText, { email })),
      form,
      linkLine(null, texts.sendAgain, () => page.show({ view: 'code-request', email })),
      backLine(page),
    ],
  };
}
