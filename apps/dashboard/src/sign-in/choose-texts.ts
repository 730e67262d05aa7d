import type { Texts } from './texts.ts';
import { ENGLISH } from './texts.ts';

/** Loaded only by those who read them. */
const SPOKEN = {
  en: { name: 'English', load: () => Promise.resolve<Texts>(ENGLISH) },
  de: { name: 'Deutsch', load: () => import('./texts-de.ts').then(({ TEXTS_DE }) => TEXTS_DE) },
  es: { name: 'Español', load: () => import('./texts-es.ts').then(({ TEXTS_ES }) => TEXTS_ES) },
  fr: { name: 'Français', load: () => import('./texts-fr.ts').then(({ TEXTS_FR }) => TEXTS_FR) },
  ja: { name: '日本語', load: () => import('./texts-ja.ts').then(({ TEXTS_JA }) => TEXTS_JA) },
};
export type SpokenLocale = keyof typeof SPOKEN;

/** The languages of the page, each by its own name. */
export const SPOKEN_LOCALES = Object.entries(SPOKEN).map(([locale, { name }]) => ({ locale: locale as SpokenLocale, name }));

function isSpoken(locale: string): locale is SpokenLocale {
  return Object.hasOwn(SPOKEN, locale);
}

/** The first of the wishes (`de-AT`, `fr`) that we speak; English where we speak none. */
export function chooseLocale(wishes: readonly (string | null)[]): SpokenLocale {
  for (const wish of wishes) {
    const language = wish?.toLowerCase().split(/[-_]/)[0] ?? '';
    if (isSpoken(language)) return language;
  }
  return 'en';
}

/** The texts of a language; the English ones where they can't be loaded. */
export function loadTexts(locale: SpokenLocale): Promise<Texts> {
  return SPOKEN[locale].load().catch(() => ENGLISH);
}
