import type { SpokenLocale } from './choose-texts.ts';
import { loadTexts } from './choose-texts.ts';
import type { Page, PageParts, Step } from './page.ts';
import type { PageSignedIn } from './page-shapes.ts';
import type { MailLink } from './read-place.ts';
import { readLink } from './read-place.ts';
import { renderPage } from './render-page.ts';
import { viewOf } from './view-of.ts';

/** Runs the page: shows its views, follows the browser's back button, and brings the signed-in user back to the app. */
export async function startPage(root: HTMLElement, parts: Omit<PageParts, 'texts'>): Promise<void> {
  const { settings, place, api } = parts;
  let { locale } = parts;
  let texts = await loadTexts(locale);
  const steps: Step[] = [firstStep(parts)];
  let position = 0;

  function draw(): void {
    const step = steps[position];
    if (step === undefined) return;
    const page: Page = { settings, place, api, texts, locale, show, replace, finish };
    const content = viewOf(page, step);
    document.documentElement.lang = locale;
    document.title = content.title;
    renderPage(root, content, { settings, texts, locale, onLocale: (next) => void speak(next) });
    focusFirst(root);
  }

  function show(step: Step): void {
    steps.splice(position + 1, steps.length, step);
    position += 1;
    history.pushState({ position }, '');
    draw();
  }

  function replace(step: Step): void {
    steps.splice(0, steps.length, step);
    position = 0;
    history.replaceState({ position }, '');
    draw();
  }

  async function finish(signedIn: PageSignedIn): Promise<void> {
    const { redirectTo, codeChallenge, state } = place;
    if (redirectTo === null) return replace({ view: 'signed-in', signedIn });
    const { code, redirectTo: destination } = await api.post<{ code: string; redirectTo: string }>(
      '/auth/ui/codes',
      { redirectTo, codeChallenge },
      signedIn.session.token,
    );
    const href = withCode(destination, { code, state });
    replace({ view: 'leaving', href });
    location.replace(href);
  }

  async function speak(next: SpokenLocale): Promise<void> {
    texts = await loadTexts(next);
    locale = next;
    draw();
    root.querySelector<HTMLElement>('.languages')?.focus();
  }

  followBrowser({
    onLink: (link) => replace({ view: 'link', link }),
    onBack: (to) => {
      position = Math.min(to, steps.length - 1);
      draw();
    },
  });
  draw();
}

function withCode(destination: string, { code, state }: { code: string; state: string | null }): string {
  const url = new URL(destination);
  url.searchParams.set('code', code);
  if (state !== null) url.searchParams.set('state', state);
  return url.href;
}

/** Hears of the back button, and of a link out of a mail that is opened where the page is open already. */
function followBrowser({ onLink, onBack }: { onLink: (link: MailLink) => void; onBack: (position: number) => void }): void {
  window.addEventListener('hashchange', () => {
    const link = readLink(location.hash);
    if (link === null) return;
    history.replaceState(null, '', location.pathname + location.search);
    onLink(link);
  });
  window.addEventListener('popstate', (event) => onBack((event.state as { position?: number } | null)?.position ?? 0));
}

/** Where the page begins: with why it can't, with the link out of a mail, or as the app asked. */
function firstStep({ settings, place }: Pick<PageParts, 'settings' | 'place'>): Step {
  const { redirectTo, codeChallenge, link, entry, email } = place;
  if (settings.redirectAllowed === false) return { view: 'stop', text: 'redirectRefused' };
  if (redirectTo !== null && codeChallenge === null) return { view: 'stop', text: 'challengeMissing' };
  if (link !== null) return { view: 'link', link };
  if (entry === 'sign-up' && settings.ways.signUp) return { view: 'sign-up' };
  if (entry === 'forgot' && settings.ways.passwordReset) return { view: 'forgot', email };
  return { view: 'sign-in' };
}

/** The first empty field, or the heading, so that screen readers begin with it. */
function focusFirst(root: HTMLElement): void {
  const fields = [...root.querySelectorAll<HTMLInputElement>('form input')];
  const target = fields.find(({ value }) => value === '') ?? root.querySelector<HTMLElement>('h1');
  target?.focus();
}
