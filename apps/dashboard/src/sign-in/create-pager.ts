import type { SpokenLocale } from './choose-texts.ts';
import { loadTexts } from './choose-texts.ts';
import { goBack } from './go-back.ts';
import type { Page, PageParts, Step } from './page.ts';
import type { PageSignedIn } from './page-shapes.ts';
import { offerPasskeys } from './passkey-sign-in.ts';
import type { MailLink } from './read-place.ts';
import { readLink } from './read-place.ts';
import { renderPage } from './render-page.ts';
import { viewOf } from './view-of.ts';

/** Shows the steps in the page and follows the browser's back button. */
export function createPager(root: HTMLElement, parts: PageParts): Pick<Page, 'show' | 'replace' | 'finish'> {
  let { locale, texts } = parts;
  const steps: Step[] = [];
  let position = 0;

  function draw(): void {
    const step = steps[position];
    if (step === undefined) return;
    const page = { ...parts, texts, locale, show, replace, finish };
    const content = viewOf(page, step);
    document.documentElement.lang = locale;
    document.title = content.title;
    renderPage(root, content, { settings: parts.settings, texts, locale, onLocale: (next) => void speak(next) });
    focusFirst(root);
    if (step.view === 'sign-in') void offerPasskeys(page, root);
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

  const finish = (signedIn: PageSignedIn): Promise<void> => goBack({ ...parts, replace }, signedIn);

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
  return { show, replace, finish };
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

/** The first empty field, or the heading, so that screen readers begin with it. */
function focusFirst(root: HTMLElement): void {
  const fields = [...root.querySelectorAll<HTMLInputElement>('form input')];
  const target = fields.find(({ value }) => value === '') ?? root.querySelector<HTMLElement>('h1');
  target?.focus();
}
