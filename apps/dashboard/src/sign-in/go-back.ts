import type { Page } from './page.ts';
import type { PageSignedIn } from './page-shapes.ts';

/** Brings the user back to the app: with a code that only the app can use, never with a token. Where no app waits, says who is signed in. */
export async function goBack({ place, api, replace }: Pick<Page, 'place' | 'api' | 'replace'>, signedIn: PageSignedIn): Promise<void> {
  const { redirectTo, codeChallenge, state } = place;
  if (redirectTo === null) return replace({ view: 'signed-in', signedIn });
  const body = { redirectTo, codeChallenge };
  const answer = await api.post<{ code: string; redirectTo: string }>('/auth/ui/codes', body, signedIn.session.token);
  const url = new URL(answer.redirectTo);
  url.searchParams.set('code', answer.code);
  if (state !== null) url.searchParams.set('state', state);
  replace({ view: 'leaving', href: url.href });
  location.replace(url.href);
}
