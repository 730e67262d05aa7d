import { createForm } from './create-form.ts';
import type { Page } from './page.ts';
import type { PageSettings, PageSignedIn } from './page-shapes.ts';
import { fillsInPasskeys, hasPasskeys, showPasskey } from './show-passkey.ts';
import { stepAfter } from './step-after.ts';
import { PageProblem } from './page-api.ts';

interface Ceremony {
  readonly token: string;
  readonly options: unknown;
}

/** Whether the project's passkeys can be used on this page in this browser. */
export function canUsePasskeys({ passkeys }: Pick<PageSettings, 'passkeys'>): boolean {
  return hasPasskeys() && passkeys.origins.includes(location.origin);
}

async function signInWith({ api }: Page, fromAutofill: boolean): Promise<PageSignedIn> {
  const { token, options } = await api.post<Ceremony>('/auth/passkeys/sign-in/options', undefined);
  return api.post<PageSignedIn>('/auth/passkeys/sign-in', { token, assertion: await showPasskey(options, fromAutofill) });
}

/** A button that signs in with a passkey. */
export function passkeyForm(page: Page): HTMLFormElement {
  return createForm(page, {
    fields: [],
    submit: page.texts.byPasskey,
    look: 'way',
    send: async () => page.finish(await signInWith(page, false)),
  });
}

/** Offers passkeys in the list of the name field, for as long as the view is there. Whoever does not want one notices nothing. */
export async function offerPasskeys(page: Page, root: HTMLElement): Promise<void> {
  const { passkeys } = page.settings;
  if (!passkeys.signIn || !canUsePasskeys(page.settings) || !(await fillsInPasskeys())) return;
  const view = root.firstElementChild;
  try {
    const signedIn = await signInWith(page, true);
    if (view?.isConnected === true) await page.finish(signedIn);
  } catch (error) {
    const next = error instanceof PageProblem ? stepAfter(error) : null;
    if (next !== null && view?.isConnected === true) page.show(next);
  }
}
