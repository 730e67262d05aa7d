import { element } from './element.ts';
import type { Page, StepOf, ViewContent } from './page.ts';
import type { Texts } from './texts.ts';
import { fillText } from './texts.ts';

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
