import { element } from './element.ts';
import type { Page } from './page.ts';

/** A line with a button that looks like a link. */
export function linkLine(text: string | null, label: string, onclick: () => void): HTMLElement {
  return element(
    'p',
    { class: 'line' },
    text === null ? null : `${text} `,
    element('button', { type: 'button', class: 'link', onclick }, label),
  );
}

/** Back to the sign-in. */
export function backLine(page: Page): HTMLElement {
  return linkLine(null, page.texts.back, () => page.show({ view: 'sign-in' }));
}
