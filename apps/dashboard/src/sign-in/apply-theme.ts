import type { PageTheme } from './page-shapes.ts';
import { readableColor, textColorOn } from './readable-color.ts';

/** The surfaces of page.css, on which the project's colour has to be read. */
const LIGHT_SURFACE = '#ffffff';
const DARK_SURFACE = '#1b1f24';

/** Gives the page the project's look. Through the style object, which the content security policy allows, unlike style attributes. */
export function applyTheme(page: HTMLElement, theme: PageTheme): void {
  page.dataset['scheme'] = theme.scheme;
  const values: Record<string, string | null> = {
    '--accent': theme.color,
    '--on-accent': textColorOn(theme.color),
    '--accent-on-light': readableColor(theme.color, LIGHT_SURFACE),
    '--accent-on-dark': readableColor(theme.color, DARK_SURFACE),
    '--corner': `${theme.radius}px`,
    '--own-background': theme.background,
    '--on-background': theme.background === null ? null : textColorOn(theme.background),
  };
  for (const [name, value] of Object.entries(values)) {
    if (value === null) page.style.removeProperty(name);
    else page.style.setProperty(name, value);
  }
}
