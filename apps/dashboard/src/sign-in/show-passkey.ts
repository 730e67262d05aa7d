import { PageProblem } from './page-api.ts';

/** Loaded when somebody uses a passkey. */
const library = () => import('@simplewebauthn/browser');
type Options = Awaited<ReturnType<typeof library>>['startAuthentication'] extends (options: { optionsJSON: infer Json }) => unknown
  ? Json
  : never;

/** Whether this browser has passkeys at all. */
export function hasPasskeys(): boolean {
  return window.isSecureContext && typeof window.PublicKeyCredential === 'function';
}

/** Asks the browser for a passkey. @throws PageProblem `passkey_failed` when the user or the browser gives none */
export async function showPasskey(options: unknown, fromAutofill = false): Promise<unknown> {
  const { startAuthentication } = await library();
  try {
    return await startAuthentication({ optionsJSON: options as Options, useBrowserAutofill: fromAutofill });
  } catch {
    throw new PageProblem({ code: 'passkey_failed' });
  }
}

/** Whether the browser offers passkeys in the list of a field. */
export async function fillsInPasskeys(): Promise<boolean> {
  return hasPasskeys() && (await library()).browserSupportsWebAuthnAutofill();
}

/** Ends a wait for a passkey out of the list of a field. */
export async function stopPasskeys(): Promise<void> {
  (await library()).WebAuthnAbortService.cancelCeremony();
}
