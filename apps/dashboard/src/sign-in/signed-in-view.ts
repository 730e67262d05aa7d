import { createForm } from './create-form.ts';
import { element } from './element.ts';
import { addPasskeyForm, totpForm } from './enrol-views.ts';
import type { Page, StepOf, ViewContent } from './page.ts';
import { canUsePasskeys } from './passkey-sign-in.ts';
import { fillText } from './texts.ts';

/** Where no app waits for its user: who is signed in, what may be set up, and the way out. The session lives as long as the page is open. */
export function signedInView(page: Page, { signedIn, notice }: StepOf<'signed-in'>): ViewContent {
  const { texts, settings, api } = page;
  const { user, session } = signedIn;
  const who = user.email ?? user.username;
  const signOut = createForm(page, {
    fields: [],
    submit: texts.signOut,
    async send() {
      await api.post('/auth/logout', undefined, session.token);
      page.replace({ view: 'sign-in', notice: 'signedOut' });
    },
  });
  const { factors, passkeys } = settings;
  const hasPasskeys = passkeys.signIn || factors.includes('passkey');
  const setUps = [
    hasPasskeys && canUsePasskeys(settings) ? addPasskeyForm(page, { signedIn }) : null,
    factors.includes('totp') ? totpForm(page, { signedIn }, { submit: texts.setUpTotp, look: 'way' }) : null,
  ].filter((form) => form !== null);
  const text = fillText(who === null ? texts.signedInAnonymously : texts.signedInText, { app: settings.name, who: who ?? '' });
  return {
    title: texts.signedInTitle,
    parts: [
      notice === undefined ? null : element('p', { class: 'notice', role: 'status' }, texts[notice]),
      element('p', { class: 'explain' }, text),
      who === null || setUps.length === 0 ? null : element('div', { class: 'ways above' }, ...setUps),
      signOut,
    ],
  };
}
