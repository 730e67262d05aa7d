import type { Attributes } from './element.ts';
import { element } from './element.ts';
import type { Texts } from './texts.ts';

/** What a field asks for. */
export interface FieldOptions {
  readonly name: string;
  readonly label: string;
  readonly hint?: string;
  /** Attributes of the input: type, autocomplete, inputmode, value … */
  readonly input: Attributes;
  /** What is wrong with a value; null when nothing is. */
  readonly check?: (value: string) => string | null;
}

/** A labelled input that says what is wrong with it. */
export interface Field {
  readonly name: string;
  readonly root: HTMLElement;
  readonly input: HTMLInputElement;
  value(): string;
  /** Shows or clears what is wrong. @returns whether anything is */
  check(): boolean;
  fail(message: string | null): void;
}

/** Makes a field. Passwords get a button that shows what was typed. */
export function createField(texts: Texts, { name, label, hint, input: attributes, check }: FieldOptions): Field {
  const id = `field-${name}`;
  const hintId = `${id}-hint`;
  const errorId = `${id}-error`;
  const input = element('input', { id, name, required: true, type: 'text', ...attributes });
  const error = element('p', { id: errorId, class: 'field-error', hidden: true });
  const described = hint === undefined ? '' : hintId;
  if (described !== '') input.setAttribute('aria-describedby', described);

  const fail = (message: string | null): void => {
    error.hidden = message === null;
    error.textContent = message ?? '';
    if (message === null) input.removeAttribute('aria-invalid');
    else input.setAttribute('aria-invalid', 'true');
    input.setAttribute('aria-describedby', [described, message === null ? '' : errorId].filter(Boolean).join(' '));
  };
  const value = (): string => (attributes['type'] === 'password' ? input.value : input.value.trim());
  input.addEventListener('input', () => fail(null));

  const isPassword = attributes['type'] === 'password';
  const box = element('div', { class: 'field-box' }, input, isPassword && revealButton(texts, input));
  const root = element(
    'div',
    { class: 'field' },
    element('label', { for: id }, label),
    box,
    hint !== undefined && element('p', { id: hintId, class: 'field-hint' }, hint),
    error,
  );
  return {
    name,
    root,
    input,
    value,
    check() {
      const message = value() === '' ? texts.fillIn : (check?.(value()) ?? null);
      fail(message);
      return message !== null;
    },
    fail,
  };
}

function revealButton(texts: Texts, input: HTMLInputElement): HTMLElement {
  const button = element('button', { type: 'button', class: 'reveal', 'aria-label': texts.showPassword, 'aria-pressed': 'false' }, eye());
  button.addEventListener('click', () => {
    const isShown = input.type === 'password';
    input.type = isShown ? 'text' : 'password';
    button.setAttribute('aria-pressed', String(isShown));
    button.setAttribute('aria-label', isShown ? texts.hidePassword : texts.showPassword);
  });
  return button;
}

const SVG = 'http://www.w3.org/2000/svg';
const EYE = ['M2 12s3.6-7 10-7 10 7 10 7-3.6 7-10 7-10-7-10-7Z', 'M12 9a3 3 0 1 0 0 6 3 3 0 0 0 0-6Z'];

function eye(): SVGElement {
  const drawing = document.createElementNS(SVG, 'svg');
  drawing.setAttribute('viewBox', '0 0 24 24');
  drawing.setAttribute('aria-hidden', 'true');
  for (const line of EYE) {
    const path = document.createElementNS(SVG, 'path');
    path.setAttribute('d', line);
    drawing.append(path);
  }
  return drawing;
}
