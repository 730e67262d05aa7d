import type { KeyObject } from 'node:crypto';
import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto';

/** What an authenticator is asked for: the options of `navigator.credentials.create` and `get`, in JSON. */
interface Ceremony {
  readonly challenge: string;
  readonly rp?: { readonly id?: string };
  readonly rpId?: string;
  readonly user?: { readonly id: string };
  readonly allowCredentials?: readonly { readonly id: string }[];
}

/** How it strays from what an honest browser and authenticator do. */
export interface AuthenticatorQuirks {
  readonly origin?: string;
  readonly rpId?: string;
  /** What the signature counter says instead of one more. */
  readonly counter?: number;
  /** False: nobody showed a face, a finger or a PIN. */
  readonly userVerified?: boolean;
  readonly crossOrigin?: boolean;
}

interface Held {
  readonly id: string;
  readonly rpId: string;
  readonly userHandle: string;
  readonly key: KeyObject;
  counter: number;
}

const USER_PRESENT = 0x01;
const USER_VERIFIED = 0x04;
const HAS_CREDENTIAL = 0x40;
const sha256 = (bytes: string | Buffer): Buffer => createHash('sha256').update(bytes).digest();

/**
 * A passkey authenticator with its browser (WebAuthn Level 2): ES256, attestation `none`, discoverable. What it makes is accepted
 * by the same code as what the virtual authenticator of Chromium makes.
 */
export function createPasskeyAuthenticator({ origin }: { origin: string }) {
  const held: Held[] = [];

  return {
    /** How many passkeys it holds. */
    get size(): number {
      return held.length;
    },

    /** Makes a passkey. */
    create(options: object, quirks: AuthenticatorQuirks = {}) {
      const { challenge, rp, user } = options as Ceremony;
      const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
      const rpId = quirks.rpId ?? rp?.id ?? '';
      const rawId = randomBytes(32);
      const passkey: Held = { id: rawId.toString('base64url'), rpId, userHandle: user?.id ?? '', key: privateKey, counter: 0 };
      held.push(passkey);
      const length = Buffer.alloc(2);
      length.writeUInt16BE(rawId.length);
      const authData = Buffer.concat([
        authenticatorData(rpId, HAS_CREDENTIAL, { counter: 0, ...quirks }),
        Buffer.alloc(16),
        length,
        rawId,
        coseKey(publicKey),
      ]);
      return {
        ...credentialOf(passkey),
        response: {
          clientDataJSON: clientData('webauthn.create', challenge, { origin, ...quirks }).toString('base64url'),
          attestationObject: attestationObject(authData).toString('base64url'),
          transports: ['internal'],
        },
      };
    },

    /** Shows the newest passkey that fits. @throws Error when it holds none */
    get(options: object, quirks: AuthenticatorQuirks = {}) {
      const { challenge, rpId: asked = '', allowCredentials = [] } = options as Ceremony;
      const passkey = held.findLast(
        ({ id, rpId }) => rpId === asked && (allowCredentials.length === 0 || allowCredentials.some((one) => one.id === id)),
      );
      if (passkey === undefined) throw new Error('the authenticator holds no passkey that fits');
      passkey.counter += 1;
      const data = clientData('webauthn.get', challenge, { origin, ...quirks });
      const authData = authenticatorData(quirks.rpId ?? passkey.rpId, 0, { counter: passkey.counter, ...quirks });
      return {
        ...credentialOf(passkey),
        response: {
          clientDataJSON: data.toString('base64url'),
          authenticatorData: authData.toString('base64url'),
          signature: sign('sha256', Buffer.concat([authData, sha256(data)]), passkey.key).toString('base64url'),
          userHandle: passkey.userHandle,
        },
      };
    },
  };
}
export type PasskeyAuthenticator = ReturnType<typeof createPasskeyAuthenticator>;

const credentialOf = ({ id }: Held) => ({
  id,
  rawId: id,
  type: 'public-key' as const,
  authenticatorAttachment: 'platform' as const,
  clientExtensionResults: {},
});

function clientData(type: string, challenge: string, { origin, crossOrigin = false }: AuthenticatorQuirks): Buffer {
  return Buffer.from(JSON.stringify({ type, challenge, origin, crossOrigin }));
}

function authenticatorData(rpId: string, flags: number, { counter = 0, userVerified = true }: AuthenticatorQuirks): Buffer {
  const head = Buffer.alloc(5);
  head.writeUInt8(flags | USER_PRESENT | (userVerified ? USER_VERIFIED : 0), 0);
  head.writeUInt32BE(counter, 1);
  return Buffer.concat([sha256(rpId), head]);
}

const cborBytes = (bytes: Buffer): Buffer =>
  bytes.length < 256
    ? Buffer.concat([Buffer.from([0x58, bytes.length]), bytes])
    : Buffer.concat([Buffer.from([0x59, bytes.length >> 8, bytes.length & 0xff]), bytes]);
const cborText = (text: string): Buffer => Buffer.concat([Buffer.from([0x60 + text.length]), Buffer.from(text)]);

/** CBOR of `{1: 2, 3: -7, -1: 1, -2: x, -3: y}`: an EC2 key on P-256 for ES256 (RFC 9053). */
function coseKey(key: KeyObject): Buffer {
  const { x = '', y = '' } = key.export({ format: 'jwk' });
  const start = Buffer.from([0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21]);
  return Buffer.concat([start, cborBytes(Buffer.from(x, 'base64url')), Buffer.from([0x22]), cborBytes(Buffer.from(y, 'base64url'))]);
}

/** CBOR of `{fmt: 'none', attStmt: {}, authData}`. */
function attestationObject(authData: Buffer): Buffer {
  return Buffer.concat([
    Buffer.from([0xa3]),
    cborText('fmt'),
    cborText('none'),
    cborText('attStmt'),
    Buffer.from([0xa0]),
    cborText('authData'),
    cborBytes(authData),
  ]);
}
