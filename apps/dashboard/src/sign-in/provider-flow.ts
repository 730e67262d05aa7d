import { createChallenge } from './create-challenge.ts';
import type { Page } from './page.ts';

/** Of this tab alone: whoever comes back with a code must be who went away. */
const KEY = 'mainstay:provider-verifier';
const LABELS: Readonly<Record<string, string>> = {
  google: 'Google',
  apple: 'Apple',
  microsoft: 'Microsoft',
  github: 'GitHub',
  facebook: 'Facebook',
  discord: 'Discord',
};

/** What a provider is called: by its owner's name for it, where it is no well-known one. */
export function providerLabel({ name, preset }: { readonly name: string; readonly preset: string }): string {
  return LABELS[preset] ?? name.charAt(0).toUpperCase() + name.slice(1).replaceAll('-', ' ');
}

/** Leaves for a provider, which leads back to this very page with a code. */
export async function goToProvider({ place, settings }: Pick<Page, 'place' | 'settings'>, name: string, email = ''): Promise<void> {
  // A provider leads back to the one address that it knows, and this tab keeps its secret for one address.
  if (settings.origin !== location.origin && location.hostname === 'localhost') {
    const kept = new URLSearchParams(place.search);
    kept.set('provider', name);
    location.replace(`${settings.origin}${location.pathname}?${kept.toString()}`);
    return;
  }
  const { verifier, challenge } = await createChallenge();
  sessionStorage.setItem(KEY, verifier);
  const query = new URLSearchParams({ redirectTo: place.search, codeChallenge: challenge, ...(email === '' ? {} : { loginHint: email }) });
  location.assign(`${place.api}/auth/providers/${encodeURIComponent(name)}/authorize?${query.toString()}`);
}

/** The secret that this tab kept when it left; null where it did not leave. It serves once. */
export function takeVerifier(): string | null {
  const verifier = sessionStorage.getItem(KEY);
  sessionStorage.removeItem(KEY);
  return verifier;
}
