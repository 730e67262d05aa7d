import { encodeQr } from '../design/encode-qr.ts';
import type { FormOptions } from './create-form.ts';
import { createForm } from './create-form.ts';
import { element } from './element.ts';
import { backLine, linkLine } from './link-line.ts';
import { codeField, digitsOf } from './own-fields.ts';
import type { Enrolling, Page, StepOf, ViewContent } from './page.ts';
import type { PageSignedIn } from './page-shapes.ts';
import { canUsePasskeys } from './passkey-sign-in.ts';
import { makePasskey } from './show-passkey.ts';
import type { Texts } from './texts.ts';
import { fillText } from './texts.ts';

const QUIET = 4;
const explain = (text: string): HTMLElement => element('p', { class: 'explain' }, text);

/** Says that a second factor has to be set up before the sign-in can end. */
export function enrolView(page: Page, { token, methods }: StepOf<'enrol'>): ViewContent {
  const { texts, settings } = page;
  const hasPasskeys = methods.includes('passkey') && canUsePasskeys(settings);
  const hasTotp = methods.includes('totp');
  const text = hasPasskeys && hasTotp ? texts.enrolAnyText : texts.enrolText;
  return {
    title: texts.enrolTitle,
    parts: [
      explain(fillText(text, { app: settings.name })),
      hasTotp ? totpForm(page, { token }, { submit: hasPasskeys ? texts.setUpTotp : texts.goOn, look: 'primary' }) : null,
      hasPasskeys ? addPasskeyForm(page, { token }) : null,
      backLine(page),
    ],
  };
}

/** A button that begins to set an authenticator app up. */
export function totpForm(page: Page, by: Enrolling, looks: Pick<FormOptions, 'submit' | 'look'>): HTMLFormElement {
  return createForm(page, {
    fields: [],
    ...looks,
    async send() {
      const totp = await page.api.post<{ secret: string; uri: string }>('/auth/mfa/totp', stepOf(by), tokenOf(by));
      page.show({ view: 'enrol-totp', by, ...totp });
    },
  });
}

/** A button that adds a passkey. */
export function addPasskeyForm(page: Page, by: Enrolling): HTMLFormElement {
  const { api, texts } = page;
  return createForm(page, {
    fields: [],
    submit: texts.addPasskey,
    look: 'way',
    async send() {
      const stepToken = 'token' in by ? { stepToken: by.token } : {};
      const { token, options } = await api.post<{ token: string; options: unknown }>('/auth/passkeys/options', stepToken, tokenOf(by));
      const body = { token, attestation: await makePasskey(options), ...stepToken };
      await enrolled(page, by, { ...(await api.post<Enrolled>('/auth/passkeys', body, tokenOf(by))), notice: 'passkeyAdded' });
    },
  });
}

interface Enrolled {
  readonly recoveryCodes: readonly string[];
  /** Null for somebody who was signed in already. */
  readonly signedIn: PageSignedIn | null;
}
const stepOf = (by: Enrolling): object => ('token' in by ? { token: by.token } : {});
const tokenOf = (by: Enrolling): string | undefined => ('token' in by ? undefined : by.signedIn.session.token);

/** The factor is set up: on with the sign-in, by way of the recovery codes where there are some. */
async function enrolled(page: Page, by: Enrolling, { recoveryCodes: codes, ...done }: Enrolled & { notice: keyof Texts }): Promise<void> {
  const signedIn = done.signedIn ?? ('signedIn' in by ? by.signedIn : null);
  if (signedIn === null) return;
  if (codes.length > 0) return page.replace({ view: 'recovery-codes', codes, signedIn });
  if ('signedIn' in by) return page.replace({ view: 'signed-in', signedIn, notice: done.notice });
  await page.finish(signedIn);
}

/** Gives the key to an authenticator app, and takes its first code. */
export function enrolTotpView(page: Page, { by, secret, uri }: StepOf<'enrol-totp'>): ViewContent {
  const { texts, api } = page;
  const form = createForm(page, {
    fields: [codeField(texts)],
    submit: texts.confirm,
    fieldOf: { code_invalid: 'code' },
    async send({ code = '' }) {
      const answer = await api.post<Enrolled>('/auth/mfa/totp/confirm', { ...stepOf(by), code: digitsOf(code) }, tokenOf(by));
      await enrolled(page, by, { ...answer, notice: 'totpAdded' });
    },
  });
  const back =
    'token' in by ? backLine(page) : linkLine(null, texts.back, () => page.replace({ view: 'signed-in', signedIn: by.signedIn }));
  return {
    title: 'token' in by ? texts.enrolTitle : texts.setUpTotp,
    parts: [
      explain(texts.enrolScan),
      qrImage(uri, texts.qrCode),
      element('p', { class: 'line' }, element('a', { href: uri }, texts.enrolOpen)),
      element('p', { class: 'line' }, texts.enrolSecret),
      element('p', { class: 'secret' }, secret.replace(/(.{4})/g, '$1 ').trim()),
      form,
      back,
    ],
  };
}

/** Shows the recovery codes, once. */
export function recoveryCodesView(page: Page, { codes, signedIn }: StepOf<'recovery-codes'>): ViewContent {
  const { texts } = page;
  const list = element('ul', { class: 'recovery' }, ...codes.map((code) => element('li', {}, code)));
  const copy = element('button', { type: 'button', class: 'way' }, texts.copy);
  copy.addEventListener('click', () => {
    void navigator.clipboard.writeText(codes.join('\n')).then(() => {
      copy.textContent = texts.copied;
    });
  });
  const form = createForm(page, { fields: [], submit: texts.kept, send: () => page.finish(signedIn) });
  return { title: texts.recoveryTitle, parts: [explain(texts.recoveryText), list, copy, form] };
}

const SVG = 'http://www.w3.org/2000/svg';

/** Dark squares on white, whatever the colours of the page: cameras want it so. */
function qrImage(text: string, label: string): Node {
  const rows = encodeQr(text);
  const size = rows.length + 2 * QUIET;
  const path = rows.flatMap((row, y) => row.flatMap((isDark, x) => (isDark ? [`M${x + QUIET} ${y + QUIET}h1v1h-1z`] : []))).join('');
  const drawing = document.createElementNS(SVG, 'svg');
  for (const [name, value] of Object.entries({ viewBox: `0 0 ${size} ${size}`, role: 'img', 'aria-label': label, class: 'qr' })) {
    drawing.setAttribute(name, value);
  }
  const squares = document.createElementNS(SVG, 'path');
  squares.setAttribute('d', path);
  drawing.append(squares);
  return drawing;
}
