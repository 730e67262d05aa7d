import { createForm } from './create-form.ts';
import { element } from './element.ts';
import { backLine, linkLine } from './link-line.ts';
import { codeField, digitsOf } from './own-fields.ts';
import type { Page, StepOf, ViewContent } from './page.ts';
import type { PageSignedIn } from './page-shapes.ts';
import { fillText } from './texts.ts';
import { withCaptcha } from './with-captcha.ts';

/** Roughly a number with its country; the server knows better. */
const looksLikePhone = (value: string): boolean => /^\+[\d\s().-]{7,30}$/.test(value.trim());

/** Asks for a text message with a code. */
export function smsRequestView(page: Page, { phone: known }: StepOf<'sms-request'>): ViewContent {
  const { texts, api, locale } = page;
  const options = withCaptcha(page, 'otp', {
    fields: [
      {
        name: 'phone',
        label: texts.phone,
        hint: texts.phoneHint,
        input: { type: 'tel', autocomplete: 'tel', inputmode: 'tel', value: known },
        check: (typed) => (looksLikePhone(typed) ? null : texts.phoneWrong),
      },
    ],
    submit: texts.sendCode,
    async send(values) {
      const { handle } = await api.post<{ handle: string }>('/auth/sms', { ...values, locale });
      page.show({ view: 'sms-code', phone: values['phone'] ?? '', handle });
    },
  });
  return {
    title: texts.smsRequestTitle,
    parts: [element('p', { class: 'explain' }, texts.smsRequestText), createForm(page, options), backLine(page)],
  };
}

/** Takes the code out of the text message. */
export function smsCodeView(page: Page, { phone, handle }: StepOf<'sms-code'>): ViewContent {
  const { texts, api } = page;
  const form = createForm(page, {
    fields: [codeField(texts)],
    submit: texts.signIn,
    fieldOf: { code_invalid: 'code' },
    send: async ({ code = '' }) => page.finish(await api.post<PageSignedIn>('/auth/sms/verify', { handle, code: digitsOf(code) })),
  });
  return {
    title: texts.codeTitle,
    parts: [
      element('p', { class: 'explain', role: 'status' }, fillText(texts.smsCodeText, { phone })),
      form,
      linkLine(null, texts.sendAgain, () => page.show({ view: 'sms-request', phone })),
      backLine(page),
    ],
  };
}
