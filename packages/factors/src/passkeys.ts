import type { AuthenticationResponseJSON, RegistrationResponseJSON } from '@simplewebauthn/server';
import { randomBytes } from 'node:crypto';
import type { PasskeyAssertion, PasskeyAttestation } from './passkeys.schema.ts';

const CHALLENGE_BYTES = 32;

/** Where passkeys are made and shown. */
export interface PasskeySite {
  /** The relying party: a domain without scheme and port, such as `example.com`. Passkeys belong to it for good. */
  readonly rpId: string;
  /** What the browser calls it. */
  readonly name: string;
  /** The origins whose pages may ask for them, such as `https://app.example.com`; native apps have some of their own kind. */
  readonly origins: readonly string[];
}

/** What is kept of a passkey. */
export interface KeptPasskey {
  /** Base64url, chosen by the authenticator; unique in the world. */
  readonly id: string;
  /** COSE key in base64url. */
  readonly publicKey: string;
  /** How often the authenticator says that it was used; 0 for those that do not count. */
  readonly counter: number;
  readonly transports: readonly string[];
}

/** A passkey that was made. */
export interface NewPasskey extends KeptPasskey {
  /** Whether it lies on several devices of its owner. */
  readonly backedUp: boolean;
  /** Whether its owner showed a face, a finger or a PIN. */
  readonly userVerified: boolean;
  /** The make of the authenticator, as a UUID; zeros where it does not say. */
  readonly aaguid: string;
}

/** A passkey that was shown. */
export interface ShownPasskey {
  /** To be kept, with the condition that the one kept is still the one that was checked. */
  readonly counter: number;
  readonly userVerified: boolean;
  readonly backedUp: boolean;
}

/** The library takes 150 ms to load: only those who use passkeys wait for it. */
const library = () => import('@simplewebauthn/server');

/** A fresh challenge in base64url: kept for some minutes and good for one answer. */
export function createPasskeyChallenge(): string {
  return randomBytes(CHALLENGE_BYTES).toString('base64url');
}

/** What the browser needs to make a passkey. `handle` says whose it is: 1 to 64 bytes that tell nothing about a person. */
export async function passkeyCreationOptions(
  site: PasskeySite,
  wish: {
    challenge: string;
    user: { handle: string; name: string; displayName: string };
    /** The owner's passkeys: an authenticator that holds one makes no other. */
    known: readonly Pick<KeptPasskey, 'id' | 'transports'>[];
    /** Whether it must be able to ask for a face, a finger or a PIN: then it is two factors. */
    needsVerification?: boolean;
  },
) {
  const { generateRegistrationOptions } = await library();
  return generateRegistrationOptions({
    rpID: site.rpId,
    rpName: site.name,
    challenge: Buffer.from(wish.challenge, 'base64url'),
    userID: new Uint8Array(Buffer.from(wish.user.handle, 'utf8')),
    userName: wish.user.name,
    userDisplayName: wish.user.displayName,
    excludeCredentials: listed(wish.known),
    attestationType: 'none',
    authenticatorSelection: {
      residentKey: 'required',
      requireResidentKey: true,
      userVerification: wish.needsVerification === true ? 'required' : 'preferred',
    },
  });
}

/** The new passkey; null when the answer is not one to this challenge at this site. */
export async function checkPasskeyCreation(
  site: PasskeySite,
  { challenge, attestation }: { challenge: string; attestation: PasskeyAttestation },
): Promise<NewPasskey | null> {
  const { verifyRegistrationResponse } = await library();
  if (isFramed(attestation.response.clientDataJSON)) return null;
  try {
    const { verified, registrationInfo } = await verifyRegistrationResponse({
      response: attestation as RegistrationResponseJSON,
      expectedChallenge: challenge,
      expectedOrigin: [...site.origins],
      expectedRPID: site.rpId,
      requireUserVerification: false,
    });
    if (!verified) return null;
    const { credential, credentialBackedUp, userVerified, aaguid } = registrationInfo;
    return {
      id: credential.id,
      publicKey: Buffer.from(credential.publicKey).toString('base64url'),
      counter: credential.counter,
      transports: [...(credential.transports ?? [])],
      backedUp: credentialBackedUp,
      userVerified,
      aaguid,
    };
  } catch {
    // The library throws for whatever is wrong with what the client sent.
    return null;
  }
}

/** What the browser needs to show a passkey: one of `allowed`, or any of the site's where that is left out. */
export async function passkeyRequestOptions(
  site: PasskeySite,
  wish: {
    challenge: string;
    allowed?: readonly Pick<KeptPasskey, 'id' | 'transports'>[];
    /** Whether the owner has to show a face, a finger or a PIN: then the passkey alone is two factors. */
    needsVerification: boolean;
  },
) {
  const { generateAuthenticationOptions } = await library();
  return generateAuthenticationOptions({
    rpID: site.rpId,
    challenge: Buffer.from(wish.challenge, 'base64url'),
    ...(wish.allowed === undefined ? {} : { allowCredentials: listed(wish.allowed) }),
    userVerification: wish.needsVerification ? 'required' : 'preferred',
  });
}

/** What was shown; null when it is not this passkey, not an answer to this challenge at this site, or its counter went back (a copy). */
export async function checkPasskeyRequest(
  site: PasskeySite,
  shown: { challenge: string; assertion: PasskeyAssertion; passkey: KeptPasskey; needsVerification: boolean },
): Promise<ShownPasskey | null> {
  const { verifyAuthenticationResponse } = await library();
  const { assertion, passkey } = shown;
  if (assertion.id !== passkey.id || isFramed(assertion.response.clientDataJSON)) return null;
  try {
    const { verified, authenticationInfo } = await verifyAuthenticationResponse({
      response: assertion as AuthenticationResponseJSON,
      expectedChallenge: shown.challenge,
      expectedOrigin: [...site.origins],
      expectedRPID: site.rpId,
      credential: {
        id: passkey.id,
        publicKey: new Uint8Array(Buffer.from(passkey.publicKey, 'base64url')),
        counter: passkey.counter,
      },
      requireUserVerification: shown.needsVerification,
    });
    if (!verified) return null;
    const { newCounter, userVerified, credentialBackedUp } = authenticationInfo;
    return { counter: newCounter, userVerified, backedUp: credentialBackedUp };
  } catch {
    return null;
  }
}

function listed(passkeys: readonly Pick<KeptPasskey, 'id' | 'transports'>[]) {
  return passkeys.map(({ id, transports }) => ({ id, transports: [...transports] }));
}

/** Whether a page of another site framed the one that asked: the library lets that pass where the browser does not name the other. */
function isFramed(clientData: string): boolean {
  try {
    const data: unknown = JSON.parse(Buffer.from(clientData, 'base64url').toString('utf8'));
    return typeof data !== 'object' || data === null || ('crossOrigin' in data && data.crossOrigin !== false);
  } catch {
    return true;
  }
}
