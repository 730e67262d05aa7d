import { createForm } from './create-form.ts';
import { element } from './element.ts';
import type { Page, StepOf, ViewContent } from './page.ts';
import type { Texts } from './texts.ts';
import { fillText } from './texts.ts';

/** Where no app waits for its user: who is signed in, and the way out. The session lives as long as the page is open. */
export function signedInView(page: Page, { signedIn: { user, session } }: StepOf<'signed-in'>): ViewContent {
  const { texts, settings, api } = page;
  const who = user.email ?? user.username;
  const values = { app: settings.name, who: who ?? '' };
  const form = createForm(page, {
    fields: [],
    submit: texts.signOut,
    async send() {
      await api.post('/auth/logout', undefined, session.token);
      page.replace({ view: 'sign-in', notice: 'signedOut' });
    },
  });
  const text = fillText(who === null ? texts.signedInAnonymously : texts.signedInText, values);
  return { title: texts.signedInTitle, parts: [element('p', { class: 'explain' }, text), form] };
}

/** On the way back to the app; the link is for browsers that open apps only when somebody asks for it. */
export function leavingView({ texts, settings }: Page, { href }: StepOf<'leaving'>): ViewContent {
  const app = { app: settings.name };
  return {
    title: texts.signedInTitle,
    parts: [
      element('p', { class: 'explain', role: 'status' }, fillText(texts.leavingText, app)),
      element('a', { href, class: 'primary' }, fillText(texts.leavingLink, app)),
    ],
  };
}

/** Says why this can't go on. */
export function stopView(texts: Texts, text: string): ViewContent {
  return { title: texts.problemTitle, parts: [element('p', { class: 'explain', role: 'alert' }, text)] };
}
