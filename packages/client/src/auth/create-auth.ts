import { createEmitter } from '../client/create-emitter.ts';
import type { CallOptions, Transport } from '../http/create-transport.ts';
import { MainstayError } from '../http/mainstay-error.ts';
import { createMailSignIn } from './create-mail-sign-in.ts';
import { createPageSignIn } from './create-page-sign-in.ts';
import { createPasskeys } from './create-passkeys.ts';
import { createSecondFactors } from './create-second-factors.ts';
import { createProviderSignIn } from './create-provider-sign-in.ts';
import { createTeams } from './create-teams.ts';
import type { KeyValueStorage } from './key-value-storage.ts';
import type { AuthEvent, SessionInfo, SessionTokens, SignedIn, SignedUp, SignOutReason, User } from './session-types.ts';

/** Where sessions are kept. */
export interface AuthSettings {
  readonly storage: KeyValueStorage;
  /** Under which name. */
  readonly storageKey: string;
}

/** What a sign-up takes. */
export interface NewUser {
  readonly email: string;
  readonly password: string;
  readonly name?: string;
}

/** Signs users in and out, keeps their session between starts, and renews it once for all requests that wait. */
export function createAuth(transport: Transport, { storage, storageKey }: AuthSettings) {
  const events = createEmitter<AuthEvent>();
  let current: SignedIn | null = null;
  let renewal: Promise<boolean> | undefined;
  const loaded = readStored().then((stored) => {
    current ??= stored;
  });

  async function readStored(): Promise<SignedIn | null> {
    try {
      const text = await storage.getItem(storageKey);
      const stored = text === null ? null : (JSON.parse(text) as Partial<SignedIn> | null);
      return typeof stored?.session?.token === 'string' && typeof stored.user?.id === 'string' ? (stored as SignedIn) : null;
    } catch {
      // Unreadable is as good as absent: the user signs in again.
      return null;
    }
  }

  async function keep(next: SignedIn | null): Promise<void> {
    current = next;
    try {
      await (next === null ? storage.removeItem(storageKey) : storage.setItem(storageKey, JSON.stringify(next)));
    } catch {
      // A full or blocked storage costs the session its persistence, not the sign-in.
    }
  }

  async function enter(path: string, body: unknown, options: CallOptions | undefined): Promise<User> {
    await loaded;
    const { user, session } = await transport.request<SignedUp>('POST', path, { ...options, body, isKeyless: true, isAnonymous: true });
    if (session !== null) await adopt({ user, session });
    return user;
  }

  async function adopt(signedIn: SignedIn): Promise<void> {
    await loaded;
    await keep({ user: signedIn.user, session: signedIn.session });
    events.emit({ type: 'signed-in', user: signedIn.user });
  }

  async function end(reason: SignOutReason): Promise<void> {
    if (current === null) return;
    await keep(null);
    events.emit({ type: 'signed-out', reason });
  }

  async function setUser(user: User): Promise<User> {
    if (current === null) return user;
    // What a sign-in does not tell, such as the profile, is no change when it is first read.
    const told = (one: User): string => JSON.stringify(Object.keys(current?.user ?? {}).map((key) => one[key as keyof User]));
    const isOther = told(user) !== told(current.user);
    await keep({ ...current, user });
    if (isOther) events.emit({ type: 'user-changed', user });
    return user;
  }

  async function renewOnce(refused: string): Promise<boolean> {
    if (current === null) return false;
    if (current.session.token !== refused) return true;
    const { user, session: old } = current;
    // Another page of this app may have renewed it: a refresh token serves once.
    const stored = await readStored();
    if (stored !== null && stored.user.id === user.id && stored.session.token !== refused) {
      current = stored;
      return true;
    }
    try {
      const { session } = await transport.request<{ session: SessionTokens }>('POST', '/auth/refresh', {
        body: { refreshToken: old.refreshToken },
        // The server answers the same client the same for a while, should its answer get lost.
        isRepeatable: true,
        isAnonymous: true,
      });
      if (current?.session.id !== old.id) return false;
      await keep({ user, session });
      events.emit({ type: 'refreshed', user });
      return true;
    } catch (error) {
      if (!(error instanceof MainstayError) || error.status !== 401) throw error;
      await end('ended');
      return false;
    }
  }

  const renew = (refused: string): Promise<boolean> => {
    renewal ??= renewOnce(refused).finally(() => {
      renewal = undefined;
    });
    return renewal;
  };

  const token = async (): Promise<string | null> => {
    await loaded;
    return current?.session.token ?? null;
  };
  transport.identify({ token, renew });

  const auth = {
    /** Settles when a session that was kept has been read; requests wait for it by themselves. */
    ready: (): Promise<void> => loaded,
    /** Who is signed in, as known to this client. */
    user: (): User | null => current?.user ?? null,
    /** The session's token, e.g. for a request of your own. */
    token,
    /** Hears of sign-ins, sign-outs and renewed sessions. @returns what ends it */
    onChange: events.on,

    /** Where the project wants an address confirmed first, nobody is signed in yet: `auth.user()` stays null. */
    signUp: (user: NewUser, options?: CallOptions): Promise<User> => enter('/auth/signup', user, options),
    logIn: (credentials: { email: string; password: string }, options?: CallOptions): Promise<User> =>
      enter('/auth/login', credentials, options),
    /** A user without e-mail and password. */
    signInAnonymously: (options?: CallOptions): Promise<User> => enter('/auth/anonymous', undefined, options),
    ...createMailSignIn(transport, { enter, setUser }),
    /** The second step of sign-in, and setting it up. */
    secondFactors: createSecondFactors(transport, { enter, adopt }),
    /** Passkeys: as a way in and as a second factor. */
    teams: createTeams(transport),
    passkeys: createPasskeys(transport, { enter, adopt }),
    ...createPageSignIn(transport, { storage, storageKey, enter }),
    /** Accounts elsewhere, such as Google's: as a way in, and linked to the own user. */
    providers: createProviderSignIn(transport, { storage, storageKey, enter, setUser }),
    /** Signs in by a token that your own server signed with a registered key. */
    signInByCustomToken: (token: string, options?: CallOptions): Promise<User> => enter('/auth/custom-token', { token }, options),
    /** A short token by which your other services know the user; they find the keys at `/auth/jwks.json`. */
    accessToken: (options?: CallOptions): Promise<{ readonly accessToken: string; readonly expiresAt: string }> =>
      transport.request('POST', '/auth/access-token', { ...options, isKeyless: true }),
    /** Takes over a session that any other request answered, e.g. of an external provider. */
    adopt,

    /** Ends the session here and on the server. Here it has ended even when the server can't be reached, which is thrown. */
    async logOut(options?: CallOptions): Promise<void> {
      await loaded;
      const ended = current;
      if (ended === null) return;
      try {
        await transport.request('POST', '/auth/logout', { ...options, isKeyless: true, isRepeatable: true });
      } catch (error) {
        if (!(error instanceof MainstayError) || error.status !== 401) throw error;
      } finally {
        if (current?.user.id === ended.user.id) await end('log-out');
      }
    },

    /** Replaces the session's tokens now. @returns false when the session has ended. */
    async refresh(): Promise<boolean> {
      await loaded;
      return current === null ? false : renew(current.session.token);
    },

    /** Reads the own user again. */
    me: async (options?: CallOptions): Promise<User> => setUser(await transport.request<User>('GET', '/auth/me', options)),
    /** Changes the own user. */
    update: async (change: { name?: string | null }, options?: CallOptions): Promise<User> =>
      setUser(await transport.request<User>('PATCH', '/auth/me', { ...options, body: change })),
    changePassword: (change: { currentPassword: string; newPassword: string }, options?: CallOptions): Promise<void> =>
      transport.request('POST', '/auth/password/change', { ...options, body: change }),
    /** Deletes the own user with everything that is only theirs. */
    async deleteUser(options?: CallOptions): Promise<void> {
      await transport.request('DELETE', '/auth/me', options);
      await end('log-out');
    },
    /** The own sessions, on all devices. */
    sessions: async (options?: CallOptions): Promise<readonly SessionInfo[]> =>
      (await transport.request<{ items: SessionInfo[] }>('GET', '/auth/sessions', options)).items,
    endSession: (id: string, options?: CallOptions): Promise<void> =>
      transport.request('DELETE', `/auth/sessions/${encodeURIComponent(id)}`, options),
  };
  return { auth, stopListening: followOtherPages() };

  /** Sign-ins and sign-outs on other pages of the same origin count here too. */
  function followOtherPages(): () => void {
    const page = globalThis as Partial<Pick<Window, 'addEventListener' | 'removeEventListener' | 'localStorage'>>;
    if (typeof page.addEventListener !== 'function' || storage !== (page.localStorage as KeyValueStorage | undefined))
      return () => undefined;
    const hear = ({ key }: StorageEvent): void => {
      if (key !== storageKey && key !== null) return;
      void readStored().then((stored) => {
        const before = current;
        current = stored;
        if (stored === null && before !== null) events.emit({ type: 'signed-out', reason: 'other-page' });
        else if (stored !== null && stored.user.id !== before?.user.id) events.emit({ type: 'signed-in', user: stored.user });
      });
    };
    page.addEventListener('storage', hear);
    return () => page.removeEventListener?.('storage', hear);
  }
}
export type Auth = ReturnType<typeof createAuth>['auth'];
