import { useEffect, useRef } from 'react';
import { applyTheme } from '../../sign-in/apply-theme.ts';
import styles from '../../sign-in/page.css?inline';
import type { Page } from '../../sign-in/page.ts';
import type { PageSettings } from '../../sign-in/page-shapes.ts';
import { readPlace } from '../../sign-in/read-place.ts';
import { renderPage } from '../../sign-in/render-page.ts';
import { signInView } from '../../sign-in/sign-in-view.ts';
import { signUpView } from '../../sign-in/sign-up-view.ts';
import { ENGLISH } from '../../sign-in/texts.ts';

/** A picture fills its frame, not the window. */
const PICTURE = ':host { display: block; } .page { min-height: 620px; border: 1px solid var(--soft); border-radius: 8px; }';

export interface PagePreviewProps {
  readonly settings: PageSettings;
  readonly view: 'sign-in' | 'sign-up';
}

/** The sign-in page as it would look, drawn by its own code, in a place that the console's styles do not reach. Nothing in it can be used. */
export function PagePreview({ settings, view }: PagePreviewProps) {
  const frame = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (frame.current !== null) draw(frame.current, { settings, view });
  }, [settings, view]);
  return (
    <div role="img" aria-label="Preview of the sign-in page">
      <div ref={frame} inert />
    </div>
  );
}

const nowhere = () => undefined;

function draw(frame: HTMLElement, { settings, view }: PagePreviewProps): void {
  const shadow = frame.shadowRoot ?? frame.attachShadow({ mode: 'open' });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(styles + PICTURE);
  shadow.adoptedStyleSheets = [sheet];
  const root = document.createElement('div');
  root.className = 'page';
  const still = () => Promise.resolve(undefined as never);
  const page: Page = {
    // A picture of the page has no use for what it would load.
    settings: { ...settings, captcha: null },
    texts: ENGLISH,
    locale: 'en',
    place: readPlace({ pathname: '', search: '', hash: '' }),
    api: { get: still, post: still },
    show: nowhere,
    replace: nowhere,
    finish: still,
  };
  const content = view === 'sign-in' ? signInView(page, { view }) : signUpView(page);
  renderPage(root, content, { settings, texts: ENGLISH, locale: 'en', onLocale: nowhere });
  applyTheme(root, settings.theme);
  shadow.replaceChildren(root);
}
