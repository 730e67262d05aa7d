import type { TemplateParts } from '../mail.schema.ts';

const VARIABLE = /\{\{\s*([A-Za-z][A-Za-z0-9]{0,39})\s*\}\}/g;
const MAX_SUBJECT = 300;
const ESCAPED: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** What stands for the variables of a template. */
export type TemplateValues = Readonly<Record<string, string>>;

/** The names of the variables that the texts use, each once. */
export function variablesOf({ subject, text, html }: TemplateParts): string[] {
  const names = [subject, text, html].flatMap((part) => [...part.matchAll(VARIABLE)].map(([, name = '']) => name));
  return [...new Set(names)];
}

/**
 * Puts values for `{{variables}}`, escaped in the HTML. A value is one line: with line ends, a name could begin a header or a text of its own.
 * A value is never read as a template again; a variable without value becomes nothing.
 */
export function renderTemplate(template: TemplateParts, values: TemplateValues): TemplateParts {
  const fill = (part: string, write: (value: string) => string): string =>
    part.replace(VARIABLE, (_, name: string) => write(Object.hasOwn(values, name) ? oneLine(values[name] ?? '') : ''));
  return {
    subject: fill(template.subject, (value) => value).slice(0, MAX_SUBJECT),
    text: fill(template.text, (value) => value),
    html: fill(template.html, (value) => value.replace(/[&<>"']/g, (letter) => ESCAPED[letter] ?? '')),
  };
}

const oneLine = (value: string): string => value.replace(/[\p{C}\p{Zl}\p{Zp}]+/gu, ' ');
