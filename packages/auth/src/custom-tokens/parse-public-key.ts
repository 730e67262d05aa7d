import type { JsonWebKey, KeyObject } from 'node:crypto';
import { createPublicKey } from 'node:crypto';
import type { TokenKeyRow } from './custom-tokens.model.ts';

const MIN_RSA_BITS = 2_048;
const MAX_RSA_BITS = 8_192;

/** A public key, and the only algorithm that it is good for; null for what is no such key, and for a private one. */
export function parsePublicKey(given: string | Readonly<Record<string, unknown>>): Pick<TokenKeyRow, 'algorithm' | 'publicKey'> | null {
  const key = typeof given === 'string' ? keyOfPem(given) : keyOfJwk(given);
  const algorithm = key === null ? null : algorithmOf(key);
  return key === null || algorithm === null ? null : { algorithm, publicKey: key.export({ format: 'jwk' }) };
}

function keyOfPem(pem: string): KeyObject | null {
  // node makes a public key of a private one; whoever sends that by mistake has to learn of it.
  return pem.includes('-----BEGIN PUBLIC KEY-----') && !pem.includes('PRIVATE') ? tried(() => createPublicKey(pem)) : null;
}

function keyOfJwk(jwk: Readonly<Record<string, unknown>>): KeyObject | null {
  if ('d' in jwk || 'k' in jwk) return null;
  return tried(() => createPublicKey({ key: jwk as JsonWebKey, format: 'jwk' }));
}

function tried(make: () => KeyObject): KeyObject | null {
  try {
    return make();
  } catch {
    return null;
  }
}

function algorithmOf({ asymmetricKeyType, asymmetricKeyDetails: details }: KeyObject): TokenKeyRow['algorithm'] | null {
  if (asymmetricKeyType === 'ed25519') return 'EdDSA';
  if (asymmetricKeyType === 'ec') return details?.namedCurve === 'prime256v1' ? 'ES256' : null;
  const bits = details?.modulusLength ?? 0;
  return asymmetricKeyType === 'rsa' && bits >= MIN_RSA_BITS && bits <= MAX_RSA_BITS ? 'RS256' : null;
}
