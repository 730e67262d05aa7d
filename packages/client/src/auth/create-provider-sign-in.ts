import type { CallOptions, Transport } from '../http/create-transport.ts';
import { MainstayError } from '../http/mainstay-error.ts';
import type { AuthSettings } from './create-auth.ts';
import { challengeOf, goTo, ownAddress, randomText } from './create-page-sign-in.ts';
import type { User } from './session-types.ts';

/** How many sign-ins may be under way, in several tabs or given up. */
const KEPT = 5;
const FLOW = 'flow';

/** Where the provider leads back to in the end. */
export interface ProviderSignInOptions {
  /** One of the project's `redirectUrls`, which may not name parameters; the address of this page by default. */
  readonly redirectTo?: string;
  /** The address that the provider may fill in. */
  readonly loginHint?: string;
  /** Opens the provider; by default this page gives way to it. */
  readonly open?: (url: string) => void;
}

/** An account elsewhere that signs the own user in. */
export interface Identity {
  readonly id: string;
  readonly provider: string;
  readonly subject: string;
  readonly email: string | null;
  readonly name: string | null;
  readonly createdAt: string;
  readonly lastUsedAt: string;
}

interface Begun {
  readonly flow: string;
  readonly verifier: string;
  readonly isLink: boolean;
}

/** What signing in with providers works with. */
export interface ProviderSignInParts extends AuthSettings {
  /** Calls a way in and takes over the session that it answers. */
  readonly enter: (path: string, body: unknown, options: CallOptions | undefined) => Promise<User>;
  readonly setUser: (user: User) => Promise<User>;
}

/** Signs in by what others vouch for, in the browser with PKCE: what comes back in the address is worth nothing to anybody else. */
export function createProviderSignIn(transport: Transport, { storage, storageKey, enter, setUser }: ProviderSignInParts) {
  const key = `${storageKey}:providers`;
  const pathOf = (name: string, step: string): string => `/auth/providers/${encodeURIComponent(name)}/${step}`;

  async function readBegun(): Promise<readonly Begun[]> {
    try {
      const begun: unknown = JSON.parse((await storage.getItem(key)) ?? '[]');
      return Array.isArray(begun) ? (begun as Begun[]) : [];
    } catch {
      return [];
    }
  }

  /** Notes what only this app knows. @returns what the server has to know */
  async function begin(redirectTo: string | undefined, isLink: boolean): Promise<{ redirectTo: string; codeChallenge: string }> {
    const [flow, verifier] = [randomText(), randomText()];
    const codeChallenge = await challengeOf(verifier);
    await storage.setItem(key, JSON.stringify([{ flow, verifier, isLink }, ...(await readBegun())].slice(0, KEPT)));
    const url = new URL(redirectTo ?? ownAddress());
    url.searchParams.set(FLOW, flow);
    return { redirectTo: url.href, codeChallenge };
  }

  async function finish({ verifier, isLink }: Begun, code: string, options: CallOptions | undefined): Promise<User> {
    const body = { code, codeVerifier: verifier };
    if (!isLink) return enter('/auth/providers/exchange', body, options);
    await transport.request('POST', '/auth/identities', { ...options, body });
    return setUser(await transport.request<User>('GET', '/auth/me', options));
  }

  return {
    /** Goes to a provider such as `google`. The page that it leads back to calls `complete`. */
    async signIn(name: string, { redirectTo, loginHint, open = goTo }: ProviderSignInOptions = {}): Promise<void> {
      const parameters = new URLSearchParams(await begin(redirectTo, false));
      if (loginHint !== undefined) parameters.set('loginHint', loginHint);
      open(`${transport.base}${pathOf(name, 'authorize')}?${parameters.toString()}`);
    },

    /** Goes to a provider whose account shall sign the own user in from now on; ends like a sign-in. */
    async link(name: string, { redirectTo, open = goTo }: Omit<ProviderSignInOptions, 'loginHint'> = {}): Promise<void> {
      const body = await begin(redirectTo, true);
      open((await transport.request<{ url: string }>('POST', pathOf(name, 'link'), { body, isKeyless: true })).url);
    },

    /**
     * Ends what `signIn` or `link` began here. @returns null when the address is not one that they lead back to
     * @throws MainstayError `access_denied` when the person refused, `provider_failed`, `sign_in_not_begun` when this app began no such flow
     */
    async complete(address?: string, options?: CallOptions): Promise<User | null> {
      const url = new URL(address ?? globalThis.location.href);
      const { flow, code, error } = Object.fromEntries(url.searchParams);
      if (flow === undefined || (code === undefined && error === undefined)) return null;
      if (address === undefined) forgetFlow(url);
      const begun = await readBegun();
      const own = begun.find((one) => one.flow === flow);
      if (own === undefined) {
        throw new MainstayError({ status: 0, code: 'sign_in_not_begun', detail: 'This app began no such sign-in.' });
      }
      await storage.setItem(key, JSON.stringify(begun.filter((one) => one !== own)));
      if (code !== undefined) return finish(own, code, options);
      throw new MainstayError({ status: 0, code: error ?? 'provider_failed', detail: 'The provider did not sign anybody in.' });
    },

    /** Signs in by the id token that a provider's own library gave to a native app. */
    signInByIdToken: (name: string, token: { readonly idToken: string; readonly nonce?: string }, options?: CallOptions): Promise<User> =>
      enter(pathOf(name, 'token'), token, options),

    /** The accounts elsewhere that sign the own user in. */
    identities: async (options?: CallOptions): Promise<readonly Identity[]> =>
      (await transport.request<{ items: Identity[] }>('GET', '/auth/identities', options)).items,
    /** Takes one of them, unless it is the last way in. */
    unlink: (id: string, options?: CallOptions): Promise<void> =>
      transport.request('DELETE', `/auth/identities/${encodeURIComponent(id)}`, options),
  };
}

/** The code is good once: it need not stay in the address and the history. */
function forgetFlow(url: URL): void {
  for (const name of [FLOW, 'code', 'error']) url.searchParams.delete(name);
  globalThis.history.replaceState(globalThis.history.state, '', url.href);
}
