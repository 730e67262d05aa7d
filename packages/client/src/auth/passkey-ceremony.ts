/** What the server answers to begin a ceremony: the options of `navigator.credentials`, with bytes in base64url. */
export interface CeremonyOptions {
  readonly challenge: string;
  readonly user?: { readonly id: string };
  readonly excludeCredentials?: readonly { readonly id: string }[];
  readonly allowCredentials?: readonly { readonly id: string }[];
}

/** What a ceremony may be told besides. */
export interface CeremonyControl {
  /** Shows passkeys where the browser fills in forms, instead of asking at once. The field needs `autocomplete="username webauthn"`. */
  readonly isInForm?: boolean;
  readonly signal?: AbortSignal;
}

/** Has the browser make a passkey. @returns what the server takes @throws DOMException when the user declines */
export async function makePasskey(options: CeremonyOptions, { signal }: CeremonyControl = {}): Promise<unknown> {
  const publicKey = {
    ...options,
    challenge: toBytes(options.challenge),
    user: { ...options.user, id: toBytes(options.user?.id ?? '') },
    excludeCredentials: listed(options.excludeCredentials),
  } as unknown as PublicKeyCredentialCreationOptions;
  const made = (await navigator.credentials.create({ publicKey, ...(signal === undefined ? {} : { signal }) })) as PublicKeyCredential;
  const response = made.response as AuthenticatorAttestationResponse;
  return {
    ...describe(made),
    response: {
      clientDataJSON: toText(response.clientDataJSON),
      attestationObject: toText(response.attestationObject),
      transports: typeof response.getTransports === 'function' ? response.getTransports() : [],
    },
  };
}

/** Has the browser show a passkey. @returns what the server takes @throws DOMException when the user declines */
export async function showPasskey(options: CeremonyOptions, { isInForm = false, signal }: CeremonyControl = {}): Promise<unknown> {
  const publicKey = {
    ...options,
    challenge: toBytes(options.challenge),
    allowCredentials: listed(options.allowCredentials),
  } as unknown as PublicKeyCredentialRequestOptions;
  const shown = (await navigator.credentials.get({
    publicKey,
    ...(isInForm ? { mediation: 'conditional' as const } : {}),
    ...(signal === undefined ? {} : { signal }),
  })) as PublicKeyCredential;
  const response = shown.response as AuthenticatorAssertionResponse;
  return {
    ...describe(shown),
    response: {
      clientDataJSON: toText(response.clientDataJSON),
      authenticatorData: toText(response.authenticatorData),
      signature: toText(response.signature),
      userHandle: response.userHandle === null ? null : toText(response.userHandle),
    },
  };
}

const describe = ({ id, type, authenticatorAttachment }: PublicKeyCredential) => ({
  id,
  rawId: id,
  type,
  authenticatorAttachment: authenticatorAttachment ?? null,
  clientExtensionResults: {},
});

const listed = (credentials: readonly { readonly id: string }[] = []) => credentials.map((one) => ({ ...one, id: toBytes(one.id) }));

function toBytes(text: string): Uint8Array {
  return Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (letter) => letter.charCodeAt(0));
}

function toText(bytes: ArrayBuffer): string {
  const text = btoa(String.fromCharCode(...new Uint8Array(bytes)));
  return text.replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
}
