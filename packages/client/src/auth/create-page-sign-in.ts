import type { CallOptions, Transport } from '../http/create-transport.ts';
import { MainstayError } from '../http/mainstay-error.ts';
import type { AuthSettings } from './create-auth.ts';
import type { User } from './session-types.ts';

/** How many sign-ins may be under way, in several tabs or given up. */
const KEPT = 5;
const SECRET_BYTES = 32;

/** Where the page leads back to, and how it begins. */
export interface PageSignInOptions {
  /** One of the project's `redirectUrls`; the address of this page by default. */
  readonly redirectTo?: string;
  readonly view?: 'sign-in' | 'sign-up' | 'forgot';
  /** Goes on to this provider at once. */
  readonly provider?: string;
  /** e.g. `en` or `de-AT`; what the browser prefers by default. */
  readonly locale?: string;
  /** Filled in already. */
  readonly email?: string;
  /** Opens the page; by default this page gives way to it. */
  readonly open?: (url: string) => void;
}

interface Begun {
  readonly state: string;
  readonly verifier: string;
}

/** What signing in on the server's own page works with. */
export interface PageSignInParts extends AuthSettings {
  /** Calls a way in and takes over the session that it answers. */
  readonly enter: (path: string, body: unknown, options: CallOptions | undefined) => Promise<User>;
}

/** Signs in on the page that the server has for it, with PKCE: what comes back in the address is worth nothing to anybody else. */
export function createPageSignIn(transport: Transport, { storage, storageKey, enter }: PageSignInParts) {
  const key = `${storageKey}:page`;

  async function readBegun(): Promise<readonly Begun[]> {
    try {
      const begun: unknown = JSON.parse((await storage.getItem(key)) ?? '[]');
      return Array.isArray(begun) ? (begun as Begun[]) : [];
    } catch {
      return [];
    }
  }

  return {
    /** Goes to the server's sign-in page. The page that it leads back to calls `completeSignIn`. */
    async signInWithPage({ redirectTo, open = goTo, ...wishes }: PageSignInOptions = {}): Promise<void> {
      const [state, verifier] = [randomText(), randomText()];
      await storage.setItem(key, JSON.stringify([{ state, verifier }, ...(await readBegun())].slice(0, KEPT)));
      const parameters = new URLSearchParams({ redirectTo: redirectTo ?? ownAddress(), codeChallenge: await challengeOf(verifier), state });
      for (const [name, value] of Object.entries(wishes)) if (value !== undefined) parameters.set(name, value);
      open(`${transport.base.replace(/\/v1$/, '/auth/ui')}?${parameters.toString()}`);
    },

    /**
     * Ends a sign-in that `signInWithPage` began here. @returns null when the address is not one that the sign-in page leads back to
     * @throws MainstayError `sign_in_not_begun` when this app began none with this state: somebody else's sign-in, or used up already
     */
    async completeSignIn(address?: string, options?: CallOptions): Promise<User | null> {
      const url = new URL(address ?? globalThis.location.href);
      const [code, state] = [url.searchParams.get('code'), url.searchParams.get('state')];
      if (code === null || state === null) return null;
      if (address === undefined) forgetCode(url);
      const begun = await readBegun();
      const own = begun.find((one) => one.state === state);
      if (own === undefined) {
        throw new MainstayError({ status: 0, code: 'sign_in_not_begun', detail: 'This app began no sign-in with this state.' });
      }
      await storage.setItem(key, JSON.stringify(begun.filter((one) => one !== own)));
      return enter('/auth/ui/exchange', { code, codeVerifier: own.verifier }, options);
    },
  };
}

/** Leaves this page for another. */
export const goTo = (url: string): void => globalThis.location.assign(url);

/** The address of this page, without what it was asked. */
export function ownAddress(): string {
  const { origin, pathname } = globalThis.location;
  return origin + pathname;
}

/** The code is good once: it need not stay in the address and the history. */
function forgetCode(url: URL): void {
  url.searchParams.delete('code');
  url.searchParams.delete('state');
  globalThis.history.replaceState(globalThis.history.state, '', url.href);
}

/** 32 random bytes as text. */
export const randomText = (): string => base64Url(crypto.getRandomValues(new Uint8Array(SECRET_BYTES)));

const base64Url = (bytes: Uint8Array): string =>
  btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replace(/=+$/, '');

/** S256 of RFC 7636. @throws MainstayError `insecure_page` where the browser hashes nothing: on plain http */
export async function challengeOf(verifier: string): Promise<string> {
  const { subtle } = crypto as Partial<Pick<Crypto, 'subtle'>>;
  if (subtle === undefined) {
    throw new MainstayError({ status: 0, code: 'insecure_page', detail: 'Signing in needs https, or http on the own machine.' });
  }
  return base64Url(new Uint8Array(await subtle.digest('SHA-256', new TextEncoder().encode(verifier))));
}
