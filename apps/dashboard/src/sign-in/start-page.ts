import { createPager } from './create-pager.ts';
import type { Page, PageParts, Step } from './page.ts';
import { PageProblem } from './page-api.ts';
import type { PageSignedIn } from './page-shapes.ts';
import { knownText } from './problem-text.ts';
import { goToProvider, takeVerifier } from './provider-flow.ts';
import { stepAfter } from './step-after.ts';

/** Runs the page: begins where its address says, perhaps back from a provider or on the way to one. */
export async function startPage(root: HTMLElement, parts: PageParts): Promise<void> {
  const { settings, place } = parts;
  const stop = reasonToStop(parts);
  const isProvider = settings.providers.some(({ name }) => name === place.provider);
  if (stop === null && place.provider !== null && isProvider) return goToProvider(parts, place.provider, place.email);
  const pager = createPager(root, parts);
  if (stop !== null) return pager.replace(stop);
  if (place.code === null) return pager.replace(firstStep(parts));
  const next = await arrive({ ...parts, ...pager }, place.code);
  if (next !== null) pager.replace(next);
}

/** Why no sign-in can begin here. */
function reasonToStop({ settings, place: { redirectTo, codeChallenge } }: PageParts): Step | null {
  if (settings.redirectAllowed === false) return { view: 'stop', text: 'redirectRefused' };
  if (redirectTo !== null && codeChallenge === null) return { view: 'stop', text: 'challengeMissing' };
  return null;
}

/** Where the page begins: with the link out of a mail, or as the app asked. */
function firstStep({ settings: { ways }, place: { link, entry, error, email } }: PageParts): Step {
  if (error !== null) return { view: 'sign-in', warning: knownText(error) ?? 'providerFailed' };
  if (link !== null) return { view: 'link', link };
  if (entry === 'sign-up' && ways.signUp) return { view: 'sign-up' };
  if (entry === 'forgot' && ways.passwordReset) return { view: 'forgot', email };
  return { view: 'sign-in' };
}

/** Back from a provider. @returns the step that comes next where that is not the app */
async function arrive({ api, finish }: Pick<Page, 'api' | 'finish'>, code: string): Promise<Step | null> {
  try {
    await finish(await api.post<PageSignedIn>('/auth/providers/exchange', { code, codeVerifier: takeVerifier() ?? '' }));
    return null;
  } catch (error) {
    const problem = error instanceof PageProblem ? error : new PageProblem({});
    return stepAfter(problem) ?? { view: 'sign-in', warning: knownText(problem.code) ?? 'providerFailed' };
  }
}
