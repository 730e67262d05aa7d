import type { CallOptions, Transport } from '../http/create-transport.ts';
import type { SecondFactorMethod, SecondStep } from '../http/second-step.ts';
import type { Passkey } from './create-passkeys.ts';
import type { CeremonyOptions } from './passkey-ceremony.ts';
import { showPasskey } from './passkey-ceremony.ts';
import type { SignedIn, User } from './session-types.ts';

/** The second factors of the own user. */
export interface SecondFactors {
  /** Whether the project asks this user for one. */
  readonly required: boolean;
  /** What a sign-in may be completed with; none where it needs no second factor. */
  readonly methods: readonly SecondFactorMethod[];
  readonly totp: { readonly createdAt: string } | null;
  readonly email: boolean;
  readonly passkey: boolean;
  readonly passkeys: readonly Passkey[];
  readonly recoveryCodesLeft: number;
  readonly factorAt: string | null;
  readonly fresh: boolean;
}

/** A code that the user typed. */
export interface FactorCode {
  readonly method: 'totp' | 'email' | 'recovery';
  readonly code: string;
}

/** What second factors work with. */
export interface SecondFactorParts {
  /** Calls a way in and takes over the session that it answers. */
  readonly enter: (path: string, body: unknown, options: CallOptions | undefined) => Promise<User>;
  readonly adopt: (signedIn: SignedIn) => Promise<void>;
}

/**
 * The second step of sign-in. Where one is needed, whatever signs in throws a `MainstayError` with the code `second_factor_needed` and
 * its `secondFactor`; with `second_factor_enrolment_needed` one has to be set up first, and with `step_up_needed` shown again.
 */
export function createSecondFactors(transport: Transport, { enter, adopt }: SecondFactorParts) {
  const send = <T>(path: string, body: unknown, options: CallOptions | undefined): Promise<T> =>
    transport.request<T>('POST', path, { ...options, body, isKeyless: true });

  /** Has a passkey shown for the step. */
  async function shown(token: string, factor: FactorCode | 'passkey', options: CallOptions | undefined): Promise<unknown> {
    if (factor !== 'passkey') return { token, ...factor };
    const { options: asked } = await send<{ options: CeremonyOptions }>('/auth/mfa/passkey-options', { token }, options);
    return { token, method: 'passkey', assertion: await showPasskey(asked) };
  }

  return {
    get: (options?: CallOptions): Promise<SecondFactors> => transport.request('GET', '/auth/mfa', options),

    /** Completes a sign-in with a code or a passkey. */
    complete: async ({ token }: Pick<SecondStep, 'token'>, factor: FactorCode | 'passkey', options?: CallOptions): Promise<User> =>
      enter('/auth/mfa/verify', await shown(token, factor, options), options),
    /** Sends the code for `method: 'email'`. */
    sendCode: async ({ token }: Pick<SecondStep, 'token'>, options?: CallOptions): Promise<void> => {
      await send('/auth/mfa/email-code', { token }, options);
    },

    /** Begins to show a factor again before something asks for it. */
    beginStepUp: (options?: CallOptions): Promise<SecondStep> => send('/auth/mfa/step-up/begin', undefined, options),
    /** Shows a factor again; then what threw `step_up_needed` can be repeated. */
    stepUp: async ({ token }: Pick<SecondStep, 'token'>, factor: FactorCode | 'passkey', options?: CallOptions): Promise<void> => {
      await send('/auth/mfa/step-up', await shown(token, factor, options), options);
    },

    /** Begins to set up an authenticator app: show `uri` as a QR code. `token` is that of `second_factor_enrolment_needed`. */
    beginApp: (
      step: { readonly token?: string } = {},
      options?: CallOptions,
    ): Promise<{ secret: string; uri: string; expiresAt: string }> => send('/auth/mfa/totp', tokenOf(step), options),
    /** Sets the app up by its first code. @returns recovery codes, shown this once; empty where the user has some */
    async confirmApp(attempt: { readonly code: string; readonly token?: string }, options?: CallOptions): Promise<readonly string[]> {
      const body = { code: attempt.code, ...tokenOf(attempt) };
      const answer = await send<{ recoveryCodes: string[]; signedIn: SignedIn | null }>('/auth/mfa/totp/confirm', body, options);
      if (answer.signedIn !== null) await adopt(answer.signedIn);
      return answer.recoveryCodes;
    },
    removeApp: (options?: CallOptions): Promise<void> => transport.request('DELETE', '/auth/mfa/totp', options),

    /** Switches codes by e-mail and passkeys after the password. @returns recovery codes for those who had none, shown this once */
    set: async (wish: { readonly email?: boolean; readonly passkey?: boolean }, options?: CallOptions): Promise<readonly string[]> =>
      (await transport.request<{ recoveryCodes: string[] }>('PATCH', '/auth/mfa', { ...options, body: wish, isKeyless: true }))
        .recoveryCodes,
    /** Replaces all recovery codes. */
    newRecoveryCodes: async (options?: CallOptions): Promise<readonly string[]> =>
      (await send<{ recoveryCodes: string[] }>('/auth/mfa/recovery-codes', undefined, options)).recoveryCodes,
  };
}

const tokenOf = ({ token }: { readonly token?: string }) => (token === undefined ? {} : { token });
