import type { Field, FieldOptions } from './create-field.ts';
import { createField } from './create-field.ts';
import { element } from './element.ts';
import type { Page } from './page.ts';
import { PageProblem } from './page-api.ts';
import { problemText, waitText } from './problem-text.ts';
import { stepAfter } from './step-after.ts';

/** What a form asks for, and what it does with the answers. */
export interface FormOptions {
  readonly fields: readonly FieldOptions[];
  readonly submit: string;
  /** A way among others, or what the page is there for. */
  readonly look?: 'way' | 'primary';
  /** Stands between the fields and the button. */
  readonly extra?: Node;
  /** Sends the values by the fields' names. What it throws is shown. */
  readonly send: (values: Readonly<Record<string, string>>) => Promise<void>;
  /** Fields that problems belong to, by their codes. */
  readonly fieldOf?: Readonly<Record<string, string>>;
}

/** A form with its errors. It sends nothing by itself: the page's script does. */
export function createForm(
  page: Page,
  { fields: asked, submit, look = 'primary', extra, send, fieldOf = {} }: FormOptions,
): HTMLFormElement {
  const fields = asked.map((field) => createField(page.texts, field));
  const alert = element('p', { class: 'alert', role: 'alert', hidden: true });
  const button = element('button', { type: 'submit', class: look }, submit);
  // Without fields it is a button, and no place that people look for.
  const name = asked.length > 0 ? { 'aria-labelledby': 'title' } : {};
  const form = element('form', { novalidate: true, ...name }, alert, ...fields.map(({ root }) => root), extra, button);
  const tell = createTeller(page, alert);
  let isBusy = false;

  async function run(): Promise<void> {
    const wrong = fields.filter((field) => field.check());
    tell(null);
    if (wrong.length > 0) return wrong[0]?.input.focus();
    isBusy = true;
    form.setAttribute('aria-busy', 'true');
    try {
      await send(Object.fromEntries(fields.map((field) => [field.name, field.value()])));
    } catch (error) {
      show(error instanceof PageProblem ? error : new PageProblem({}));
    } finally {
      isBusy = false;
      form.removeAttribute('aria-busy');
    }
  }

  function show(problem: PageProblem): void {
    const next = stepAfter(problem);
    if (next !== null) return page.show(next);
    const field = findField(fields, fieldOf[problem.code] ?? problem.paths[0]);
    if (field === undefined || problem.retryAfterSeconds !== null) return tell(problem);
    field.fail(problemText(page.texts, problem));
    field.input.focus();
  }

  form.addEventListener('submit', (event) => {
    event.preventDefault();
    if (!isBusy) void run();
  });
  return form;
}

const findField = (fields: readonly Field[], name: string | undefined): Field | undefined => fields.find((field) => field.name === name);

/** Shows a problem in the alert; how long to wait is counted down there. */
function createTeller({ texts, locale }: Page, alert: HTMLElement): (problem: PageProblem | null) => void {
  let clock: number | undefined;
  const say = (text: string | null): void => {
    alert.hidden = text === null;
    alert.textContent = text;
  };
  return (problem) => {
    window.clearInterval(clock);
    const { retryAfterSeconds } = problem ?? {};
    if (problem === null || retryAfterSeconds === null || retryAfterSeconds === undefined) {
      return say(problem === null ? null : problemText(texts, problem));
    }
    const endsAt = Date.now() + retryAfterSeconds * 1_000;
    say(waitText(texts, locale, retryAfterSeconds));
    // Said once; the counting is for the eyes only.
    alert.setAttribute('aria-live', 'off');
    clock = window.setInterval(() => {
      const left = Math.ceil((endsAt - Date.now()) / 1_000);
      if (left > 0 && alert.isConnected) return say(waitText(texts, locale, left));
      window.clearInterval(clock);
      alert.setAttribute('aria-live', 'assertive');
      say(texts.throttleOver);
    }, 1_000);
  };
}
