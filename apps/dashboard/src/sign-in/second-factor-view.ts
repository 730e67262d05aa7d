import { createForm } from './create-form.ts';
import { backLine } from './link-line.ts';
import { codeField, digitsOf } from './own-fields.ts';
import type { Page, StepOf, ViewContent } from './page.ts';
import type { PageSignedIn } from './page-shapes.ts';

/** Asks for the second factor that the way in needs. */
export function secondFactorView(page: Page, { factor: { token } }: StepOf<'second-factor'>): ViewContent {
  const { texts, api } = page;
  const form = createForm(page, {
    fields: [codeField(texts)],
    submit: texts.confirm,
    send: async ({ code = '' }) =>
      page.finish(await api.post<PageSignedIn>('/auth/mfa/verify', { token, method: 'totp', code: digitsOf(code) })),
  });
  return { title: texts.factorTitle, parts: [form, backLine(page)] };
}
