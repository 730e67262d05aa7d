import './page.css';
import { applyTheme } from './apply-theme.ts';
import { chooseLocale, loadTexts } from './choose-texts.ts';
import { createPageApi, PageProblem } from './page-api.ts';
import type { PageSettings } from './page-shapes.ts';
import { readPlace } from './read-place.ts';
import { startPage } from './start-page.ts';
import { stopView } from './end-views.ts';
import { problemText } from './problem-text.ts';
import { renderPage } from './render-page.ts';

const root = document.getElementById('page');
if (root === null) throw new Error('The document has no place for the page.');
const place = readPlace(location);
// What a link in a mail or a provider carries must not stay in the address, where it would be seen, kept and passed on.
if (location.hash !== '' || place.code !== null || place.error !== null) history.replaceState(null, '', location.pathname + place.search);
const api = createPageApi(place.api);
const asked = place.redirectTo === null ? '' : `?redirectTo=${encodeURIComponent(place.redirectTo)}`;
const wishes = [place.locale, ...navigator.languages];

try {
  const settings = await api.get<PageSettings>(`/auth/ui/settings${asked}`);
  applyTheme(root, settings.theme);
  const locale = chooseLocale([...wishes, settings.locale]);
  await startPage(root, { settings, place, api, locale, texts: await loadTexts(locale) });
} catch (error) {
  const problem = error instanceof PageProblem ? error : new PageProblem({});
  await sayWhy(root, problem);
}

/** The project is not there, or its page is off: there is nothing to show but that. */
async function sayWhy(page: HTMLElement, problem: PageProblem): Promise<void> {
  const locale = chooseLocale(wishes);
  const texts = await loadTexts(locale);
  const text =
    problem.code === 'project_not_found' || problem.code === 'not_found'
      ? texts.notFound
      : problem.code === 'sign_in_way_off'
        ? texts.switchedOff
        : problemText(texts, problem);
  document.documentElement.lang = locale;
  document.title = texts.problemTitle;
  const settings = { name: '', theme: { logoUrl: null } };
  renderPage(page, stopView(texts, text), { settings, texts, locale, onLocale: () => location.reload() });
}
