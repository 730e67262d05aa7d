import type { CallOptions, Transport } from '../http/create-transport.ts';
import type { User } from './session-types.ts';

/** Whom to write to, and where the link in the mail leads. */
export interface MailRequest {
  readonly email: string;
  /** A page of the app; the project lists those that are allowed. */
  readonly redirectTo?: string;
  /** e.g. `en` or `de-AT`. */
  readonly locale?: string;
}

/** What signing in by mail works with. */
export interface MailSignInParts {
  /** Calls a way in and takes over the session that it answers. */
  readonly enter: (path: string, body: unknown, options: CallOptions | undefined) => Promise<User>;
  readonly setUser: (user: User) => Promise<User>;
}

/** Links and codes by e-mail. Whoever asks for one learns nothing about who has an account. */
export function createMailSignIn(transport: Transport, { enter, setUser }: MailSignInParts) {
  const ask = async (path: string, body: unknown, options: CallOptions | undefined): Promise<void> => {
    await transport.request('POST', path, { ...options, body, isKeyless: true });
  };

  return {
    /** Sends a link that signs in; the page that it leads to calls `signInByLink`. */
    sendLink: (mail: MailRequest, options?: CallOptions): Promise<void> => ask('/auth/magic-link', mail, options),
    signInByLink: (token: string, options?: CallOptions): Promise<User> => enter('/auth/magic-link/verify', { token }, options),

    /** Sends a code of six digits. @returns the handle that belongs to it */
    sendCode: async (mail: Omit<MailRequest, 'redirectTo'>, options?: CallOptions): Promise<string> =>
      (await transport.request<{ handle: string }>('POST', '/auth/otp', { ...options, body: mail, isKeyless: true })).handle,
    signInByCode: (attempt: { readonly handle: string; readonly code: string }, options?: CallOptions): Promise<User> =>
      enter('/auth/otp/verify', attempt, options),

    /** Sends a link that sets a new password; the page that it leads to calls `resetPassword`. */
    forgotPassword: (mail: MailRequest, options?: CallOptions): Promise<void> => ask('/auth/password/forgot', mail, options),
    resetPassword: (reset: { readonly token: string; readonly password: string }, options?: CallOptions): Promise<void> =>
      ask('/auth/password/reset', reset, options),

    /** Sends a link that confirms an address: the own one, or where nobody is signed in the one that is named. */
    sendVerification: (mail: Partial<MailRequest> = {}, options?: CallOptions): Promise<void> =>
      ask('/auth/verify-email/request', mail, options),
    verifyEmail: (token: string, options?: CallOptions): Promise<User> =>
      transport.request('POST', '/auth/verify-email', { ...options, body: { token }, isKeyless: true }),

    /** Sends a link to a new address of the own user, which counts once `confirmEmail` was called with its token. */
    changeEmail: (change: MailRequest & { readonly currentPassword?: string }, options?: CallOptions): Promise<void> =>
      transport.request('POST', '/auth/email/change', { ...options, body: change }),
    confirmEmail: (token: string, options?: CallOptions): Promise<User> =>
      transport.request('POST', '/auth/email/confirm', { ...options, body: { token }, isKeyless: true }),

    /** Gives an anonymous user an address and a password. */
    upgrade: async (account: { readonly email: string; readonly password: string }, options?: CallOptions): Promise<User> =>
      setUser(await transport.request<User>('POST', '/auth/anonymous/upgrade', { ...options, body: account })),
  };
}
