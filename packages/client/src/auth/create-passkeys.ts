import type { CallOptions, Transport } from '../http/create-transport.ts';
import type { CeremonyControl, CeremonyOptions } from './passkey-ceremony.ts';
import { makePasskey, showPasskey } from './passkey-ceremony.ts';
import type { SignedIn, User } from './session-types.ts';

/** A passkey of the own user. */
export interface Passkey {
  readonly id: string;
  readonly name: string;
  /** Whether it lies on several devices. */
  readonly backedUp: boolean;
  readonly createdAt: string;
  readonly lastUsedAt: string | null;
}

/** A passkey that was added, and what it completed. */
export interface PasskeySetUp {
  readonly passkey: Passkey;
  /** Shown this once; empty where the user has some or needs none. */
  readonly recoveryCodes: readonly string[];
}

/** What passkeys work with. */
export interface PasskeyParts {
  /** Calls a way in and takes over the session that it answers. */
  readonly enter: (path: string, body: unknown, options: CallOptions | undefined) => Promise<User>;
  readonly adopt: (signedIn: SignedIn) => Promise<void>;
}

interface Ceremony {
  readonly token: string;
  readonly options: CeremonyOptions;
}

/** Passkeys, in browsers: each call asks the user, and throws the browser's `DOMException` when the user declines. */
export function createPasskeys(transport: Transport, { enter, adopt }: PasskeyParts) {
  const begin = (path: string, body: unknown, options: CallOptions | undefined): Promise<Ceremony> =>
    transport.request<Ceremony>('POST', path, { ...options, body, isKeyless: true });

  return {
    /** Whether this browser has passkeys at all. */
    isSupported: (): boolean => typeof PublicKeyCredential === 'function',

    /** Signs in, without a name. */
    async signIn(control: CeremonyControl = {}, options?: CallOptions): Promise<User> {
      const { token, options: asked } = await begin('/auth/passkeys/sign-in/options', undefined, options);
      return enter('/auth/passkeys/sign-in', { token, assertion: await showPasskey(asked, control) }, options);
    },

    /** Makes a user without a password. */
    async signUp(
      user: { readonly email?: string; readonly username?: string; readonly name?: string },
      options?: CallOptions,
    ): Promise<User> {
      const { token, options: asked } = await begin('/auth/passkeys/sign-up/options', user, options);
      return enter('/auth/passkeys/sign-up', { token, attestation: await makePasskey(asked) }, options);
    },

    /** Adds a passkey to the own user, or with the token of `second_factor_enrolment_needed` to the one who signs in. */
    async add(
      { name, stepToken }: { readonly name?: string; readonly stepToken?: string } = {},
      options?: CallOptions,
    ): Promise<PasskeySetUp> {
      const step = stepToken === undefined ? {} : { stepToken };
      const { token, options: asked } = await begin('/auth/passkeys/options', step, options);
      const body = { token, attestation: await makePasskey(asked), ...(name === undefined ? {} : { name }), ...step };
      const { signedIn, ...setUp } = await transport.request<PasskeySetUp & { signedIn: SignedIn | null }>('POST', '/auth/passkeys', {
        ...options,
        body,
        isKeyless: true,
      });
      if (signedIn !== null) await adopt(signedIn);
      return setUp;
    },

    list: async (options?: CallOptions): Promise<readonly Passkey[]> =>
      (await transport.request<{ items: Passkey[] }>('GET', '/auth/passkeys', options)).items,
    rename: (id: string, name: string, options?: CallOptions): Promise<Passkey> =>
      transport.request('PATCH', `/auth/passkeys/${encodeURIComponent(id)}`, { ...options, body: { name } }),
    /** The last way in stays: `last_way_in`. */
    remove: (id: string, options?: CallOptions): Promise<void> =>
      transport.request('DELETE', `/auth/passkeys/${encodeURIComponent(id)}`, options),
  };
}
