import { createForm } from './create-form.ts';
import type { FieldOptions } from './create-field.ts';
import { element } from './element.ts';
import { backLine, linkLine } from './link-line.ts';
import { codeField, digitsOf } from './own-fields.ts';
import type { Page, StepOf, ViewContent } from './page.ts';
import type { PageSignedIn } from './page-shapes.ts';
import { canUsePasskeys } from './passkey-sign-in.ts';
import { showPasskey } from './show-passkey.ts';
import type { Texts } from './texts.ts';

type FactorStep = StepOf<'second-factor'>;

/** Ways to show a second factor, as links to them say it. */
const USE: Readonly<Record<string, keyof Texts>> = {
  totp: 'useTotp',
  passkey: 'usePasskey',
  email: 'useEmail',
  recovery: 'useRecovery',
};

/** Asks for the second factor that the way in needs. */
export function secondFactorView(page: Page, step: FactorStep): ViewContent {
  const { texts } = page;
  const methods = step.factor.methods.filter((method) => method !== 'passkey' || canUsePasskeys(page.settings));
  const others = methods.filter((method) => method !== step.method && Object.hasOwn(USE, method));
  const switches = others.map((method) =>
    linkLine(null, texts[USE[method] ?? 'useTotp'], () => page.show({ view: 'second-factor', factor: step.factor, method })),
  );
  const { explanation, form } = formFor(page, step);
  return { title: texts.factorTitle, parts: [element('p', { class: 'explain' }, texts[explanation]), form, ...switches, backLine(page)] };
}

function formFor(page: Page, step: FactorStep): { explanation: keyof Texts; form: HTMLFormElement } {
  const { texts } = page;
  switch (step.method) {
    case 'passkey':
      return { explanation: 'factorPasskey', form: passkeyForm(page, step) };
    case 'recovery':
      return { explanation: 'factorRecovery', form: codeForm(page, step, recoveryField(texts)) };
    case 'email':
      if (step.isSent !== true) return { explanation: 'factorEmailAsk', form: askForm(page, step) };
      return { explanation: 'factorEmail', form: codeForm(page, step, codeField(texts)) };
    default:
      return { explanation: 'factorTotp', form: codeForm(page, step, codeField(texts)) };
  }
}

function codeForm(page: Page, { factor: { token }, method }: FactorStep, field: FieldOptions): HTMLFormElement {
  return createForm(page, {
    fields: [field],
    submit: page.texts.confirm,
    fieldOf: { code_invalid: 'code' },
    async send({ code = '' }) {
      const typed = method === 'recovery' ? code : digitsOf(code);
      await page.finish(await page.api.post<PageSignedIn>('/auth/mfa/verify', { token, method, code: typed }));
    },
  });
}

function askForm(page: Page, step: FactorStep): HTMLFormElement {
  return createForm(page, {
    fields: [],
    submit: page.texts.sendCode,
    async send() {
      await page.api.post('/auth/mfa/email-code', { token: step.factor.token, locale: page.locale });
      page.show({ ...step, isSent: true });
    },
  });
}

function passkeyForm(page: Page, { factor: { token } }: FactorStep): HTMLFormElement {
  return createForm(page, {
    fields: [],
    submit: page.texts.usePasskey,
    async send() {
      const { options } = await page.api.post<{ options: unknown }>('/auth/mfa/passkey-options', { token });
      const assertion = await showPasskey(options);
      await page.finish(await page.api.post<PageSignedIn>('/auth/mfa/verify', { token, method: 'passkey', assertion }));
    },
  });
}

function recoveryField(texts: Texts): FieldOptions {
  return { name: 'code', label: texts.recoveryCode, input: { autocomplete: 'off', autocapitalize: 'none', spellcheck: 'false' } };
}
