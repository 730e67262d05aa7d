import { describe, expect, it } from '@jest/globals';
import { chooseLocale, loadTexts, SPOKEN_LOCALES } from './choose-texts.ts';
import { ENGLISH } from './texts.ts';

const names = Object.keys(ENGLISH) as (keyof typeof ENGLISH)[];
const gapsIn = (text: string): string[] => [...text.matchAll(/\{\w+\}/g)].map(([gap]) => gap).sort();

describe('the texts of the sign-in page', () => {
  it.each(SPOKEN_LOCALES.map(({ locale }) => [locale]))('are all there in %s, with the same gaps', async (locale) => {
    const texts = await loadTexts(locale);
    expect(Object.keys(texts).sort()).toEqual([...names].sort());
    for (const name of names) {
      expect({ name, isEmpty: texts[name].trim() === '' }).toEqual({ name, isEmpty: false });
      expect({ name, gaps: gapsIn(texts[name]) }).toEqual({ name, gaps: gapsIn(ENGLISH[name]) });
    }
  });

  it('are translated', async () => {
    for (const { locale } of SPOKEN_LOCALES.filter((one) => one.locale !== 'en')) {
      const texts = await loadTexts(locale);
      const same = names.filter((name) => texts[name] === ENGLISH[name]);
      expect(same.filter((name) => name !== 'code')).toEqual([]);
    }
  });

  it.each([
    [['de-AT'], 'de'],
    [[null, 'nl', 'fr-CA', 'en'], 'fr'],
    [['JA'], 'ja'],
    [['constructor', 'xx'], 'en'],
    [[], 'en'],
  ])('are chosen for %j', (wishes, locale) => {
    expect(chooseLocale(wishes)).toBe(locale);
  });
});
