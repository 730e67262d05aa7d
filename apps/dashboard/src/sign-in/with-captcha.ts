import type { FormOptions } from './create-form.ts';
import { element } from './element.ts';
import type { Page } from './page.ts';
import { PageProblem } from './page-api.ts';
import type { PageCaptcha } from './page-shapes.ts';

/** What the three providers have in common (their documentation of explicit rendering). */
interface Widgets {
  render(box: HTMLElement, options: { sitekey: string; theme: 'light' | 'dark'; callback: (token: string) => void }): string | number;
  reset(widget: string | number): void;
  /** reCAPTCHA alone has to be waited for. */
  ready?(then: () => void): void;
}

const PROVIDERS: Readonly<Record<PageCaptcha['provider'], { readonly script: string; readonly name: string }>> = {
  hcaptcha: { script: 'https://js.hcaptcha.com/1/api.js?render=explicit', name: 'hcaptcha' },
  turnstile: { script: 'https://challenges.cloudflare.com/turnstile/v0/api.js?render=explicit', name: 'turnstile' },
  recaptcha: { script: 'https://www.google.com/recaptcha/api.js?render=explicit', name: 'grecaptcha' },
};

let loading: Promise<Widgets> | undefined;

function loadWidgets(provider: PageCaptcha['provider']): Promise<Widgets> {
  const { script: src, name } = PROVIDERS[provider];
  loading ??= new Promise((resolve, reject) => {
    const script = element('script', { src, async: true, onerror: reject });
    script.addEventListener('load', () => {
      const widgets = (window as unknown as Record<string, Widgets>)[name];
      if (widgets === undefined) reject(new Error('The captcha is not there.'));
      else if (widgets.ready === undefined) resolve(widgets);
      else widgets.ready(() => resolve(widgets));
    });
    document.head.append(script);
  });
  return loading;
}

/** Whether a captcha stands before an action. */
export function hasCaptcha({ settings: { captcha } }: Pick<Page, 'settings'>, action: string): boolean {
  return captcha?.appliesTo.includes(action) ?? false;
}

/** The form with the project's captcha, where it has one for the action. Its token goes with the values as `captchaToken`. */
export function withCaptcha(page: Page, action: string, options: FormOptions): FormOptions {
  const { captcha } = page.settings;
  if (captcha === null || !hasCaptcha(page, action)) return options;
  const box = element('div', { class: 'captcha' });
  let token = '';
  let reset = (): void => undefined;
  void loadWidgets(captcha.provider)
    .then((widgets) => {
      const theme = getComputedStyle(box).colorScheme === 'dark' ? 'dark' : 'light';
      const callback = (solved: string): void => {
        token = solved;
      };
      const widget = widgets.render(box, { sitekey: captcha.siteKey, theme, callback });
      reset = () => widgets.reset(widget);
    })
    .catch(() => box.append(page.texts.captchaMissing));
  return {
    ...options,
    extra: box,
    async send(values) {
      if (token === '') throw new PageProblem({ code: 'captcha_needed' });
      try {
        await options.send({ ...values, captchaToken: token });
      } finally {
        // Each serves once.
        token = '';
        reset();
      }
    },
  };
}
