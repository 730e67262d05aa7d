import { PageProblem } from './page-api.ts';

/** Loaded when somebody uses a passkey. */
const library = () => import('@simplewebauthn/browser');
type Library = Awaited<ReturnType<typeof library>>;
type Options = Parameters<Library['startAuthentication']>[0]['optionsJSON'];
type CreationOptions = Parameters<Library['startRegistration']>[0]['optionsJSON'];

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

/** Has the browser make a passkey. @throws PageProblem `passkey_failed` when the user or the browser makes none */
export async function makePasskey(options: unknown): Promise<unknown> {
  const { startRegistration } = await library();
  try {
    return await startRegistration({ optionsJSON: options as CreationOptions });
  } catch {
    throw new PageProblem({ code: 'passkey_failed' });
  }
}
