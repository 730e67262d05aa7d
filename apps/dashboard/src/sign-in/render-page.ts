import { SPOKEN_LOCALES } from './choose-texts.ts';
import type { SpokenLocale } from './choose-texts.ts';
import { element } from './element.ts';
import type { ViewContent } from './page.ts';
import type { PageSettings, PageTheme } from './page-shapes.ts';
import type { Texts } from './texts.ts';

/** What stands around a view. */
export interface FrameOptions {
  readonly settings: Pick<PageSettings, 'name'> & { readonly theme: Pick<PageTheme, 'logoUrl'> };
  readonly texts: Texts;
  readonly locale: SpokenLocale;
  readonly onLocale: (locale: SpokenLocale) => void;
}

/** Draws a view: the project's logo or name, a heading, the view's parts, and the choice of languages. */
export function renderPage(root: HTMLElement, { title, parts }: ViewContent, { settings, texts, locale, onLocale }: FrameOptions): void {
  const { name, theme } = settings;
  const { logoUrl } = theme;
  const brand =
    logoUrl === null
      ? !title.includes(name) && element('p', { class: 'brand' }, name)
      : element('p', { class: 'brand' }, element('img', { src: logoUrl, alt: name, class: 'logo', referrerpolicy: 'no-referrer' }));
  const card = element('main', { class: 'card' }, brand, element('h1', { id: 'title', tabindex: -1 }, title));
  card.append(...parts.filter((part) => part !== null));
  const languages = element('select', { 'aria-label': texts.language, class: 'languages' });
  for (const { locale: one, name: label } of SPOKEN_LOCALES) {
    languages.append(element('option', { value: one, selected: one === locale, lang: one }, label));
  }
  languages.addEventListener('change', () => onLocale(languages.value as SpokenLocale));
  root.replaceChildren(card, element('footer', {}, languages));
}
