import { encodeQr } from '../design/encode-qr.ts';
import { createForm } from './create-form.ts';
import { element } from './element.ts';
import { backLine } from './link-line.ts';
import { codeField, digitsOf } from './own-fields.ts';
import type { Page, StepOf, ViewContent } from './page.ts';
import type { PageSignedIn } from './page-shapes.ts';
import { fillText } from './texts.ts';

const QUIET = 4;
const explain = (text: string): HTMLElement => element('p', { class: 'explain' }, text);

/** Says that a second factor has to be set up before the sign-in can end. */
export function enrolView(page: Page, { token }: StepOf<'enrol'>): ViewContent {
  const { texts, settings, api } = page;
  const form = createForm(page, {
    fields: [],
    submit: texts.goOn,
    async send() {
      const totp = await api.post<{ secret: string; uri: string }>('/auth/mfa/totp', { token });
      page.show({ view: 'enrol-totp', token, ...totp });
    },
  });
  return { title: texts.enrolTitle, parts: [explain(fillText(texts.enrolText, { app: settings.name })), form, backLine(page)] };
}

/** Gives the key to an authenticator app, and takes its first code. */
export function enrolTotpView(page: Page, { token, secret, uri }: StepOf<'enrol-totp'>): ViewContent {
  const { texts, api } = page;
  const form = createForm(page, {
    fields: [codeField(texts)],
    submit: texts.confirm,
    fieldOf: { code_invalid: 'code' },
    async send({ code = '' }) {
      const body = { token, code: digitsOf(code) };
      const answer = await api.post<{ recoveryCodes: readonly string[]; signedIn: PageSignedIn }>('/auth/mfa/totp/confirm', body);
      const { recoveryCodes: codes, signedIn } = answer;
      if (codes.length === 0) return page.finish(signedIn);
      page.replace({ view: 'recovery-codes', codes, signedIn });
    },
  });
  return {
    title: texts.enrolTitle,
    parts: [
      explain(texts.enrolScan),
      qrImage(uri, texts.qrCode),
      element('p', { class: 'line' }, element('a', { href: uri }, texts.enrolOpen)),
      element('p', { class: 'line' }, texts.enrolSecret),
      element('p', { class: 'secret' }, secret.replace(/(.{4})/g, '$1 ').trim()),
      form,
      backLine(page),
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
