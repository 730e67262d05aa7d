import { createForm } from './create-form.ts';
import { element } from './element.ts';
import { backLine, linkLine } from './link-line.ts';
import { codeField, digitsOf, emailField } from './own-fields.ts';
import type { Page, StepOf, ViewContent } from './page.ts';
import type { PageSignedIn } from './page-shapes.ts';
import type { Texts } from './texts.ts';
import { fillText } from './texts.ts';

type RequestStep = StepOf<'forgot' | 'link-request' | 'code-request'>;

interface MailRequest {
  readonly title: keyof Texts;
  readonly explanation: keyof Texts;
  readonly submit: keyof Texts;
  readonly send: (page: Page, email: string) => Promise<void>;
}

const REQUESTS: Readonly<Record<RequestStep['view'], MailRequest>> = {
  'link-request': {
    title: 'linkRequestTitle',
    explanation: 'linkRequestText',
    submit: 'sendLink',
    send: (page, email) => askForLink(page, '/auth/magic-link', email),
  },
  forgot: {
    title: 'forgotTitle',
    explanation: 'forgotText',
    submit: 'sendLink',
    send: (page, email) => askForLink(page, '/auth/password/forgot', email),
  },
  'code-request': { title: 'codeRequestTitle', explanation: 'codeRequestText', submit: 'sendCode', send: askForCode },
};

async function askForLink(page: Page, path: string, email: string): Promise<void> {
  await page.api.post(path, { email, redirectTo: page.place.search, locale: page.locale });
  page.show({ view: 'sent', text: 'sentText', email });
}

async function askForCode(page: Page, email: string): Promise<void> {
  const { handle } = await page.api.post<{ handle: string }>('/auth/otp', { email, locale: page.locale });
  page.show({ view: 'code', email, handle });
}

/** Asks for a mail with a link or a code. */
export function mailRequestView(page: Page, { view, email }: RequestStep): ViewContent {
  const { texts } = page;
  const { title, explanation, submit, send } = REQUESTS[view];
  const form = createForm(page, {
    fields: [emailField(texts, email)],
    submit: texts[submit],
    send: ({ email: typed = '' }) => send(page, typed),
  });
  return { title: texts[title], parts: [element('p', { class: 'explain' }, texts[explanation]), form, backLine(page)] };
}

/** Says that a mail is on its way. */
export function sentView(page: Page, { text, email }: StepOf<'sent'>): ViewContent {
  const { texts } = page;
  return { title: texts.sentTitle, parts: [element('p', { class: 'explain' }, fillText(texts[text], { email })), backLine(page)] };
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
