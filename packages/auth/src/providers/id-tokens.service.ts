import type { Clock, ProjectContext } from '@mainstay/kernel';
import type { JWTPayload, JWTVerifyGetKey } from 'jose';
import { errors, jwtVerify } from 'jose';
import { createHash } from 'node:crypto';
import { idTokenInvalid, providerUnreachable } from '../auth.problems.ts';
import type { ProviderClients } from './create-provider-clients.ts';
import type { UsedTokens } from './create-used-tokens.ts';
import { signedTextOfToken } from './create-used-tokens.ts';
import { presetOf } from './preset-of.ts';
import { profileOfClaims } from './profile-of-claims.ts';
import type { ProviderProfile } from './provider-profile.ts';
import type { ProviderRow } from './providers.model.ts';

/** Signatures of a key pair, and none that a public key could make. */
const ALGORITHMS = ['RS256', 'PS256', 'ES256', 'EdDSA'];
const TOLERANCE_SECONDS = 30;
const MAX_SUBJECT = 255;
const TENANT = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** What checking id tokens needs. */
export interface IdTokensDependencies {
  readonly clock: Clock;
  readonly clients: ProviderClients;
  readonly keySetOf: (address: string) => JWTVerifyGetKey;
  readonly usedTokens: UsedTokens;
}

/** An id token as the provider's library in a native app gave it. */
export interface IdTokenAttempt {
  readonly idToken: string;
  /** What the app made for this sign-in; needed where the token has one. */
  readonly nonce?: string | undefined;
}

/** Checks id tokens (OpenID Connect Core 3.1.3.7) that native apps bring. */
export function createIdTokens({ clock, clients, keySetOf, usedTokens }: IdTokensDependencies) {
  async function metadataOf(context: ProjectContext, provider: ProviderRow) {
    try {
      return (await clients.get(context, provider)).serverMetadata();
    } catch (error) {
      throw providerUnreachable(undefined, { cause: error });
    }
  }

  async function claimsOf(
    context: ProjectContext,
    provider: ProviderRow,
    idToken: string,
  ): Promise<JWTPayload & { sub: string; exp: number }> {
    const { issuer, jwks_uri: address } = await metadataOf(context, provider);
    if (address === undefined) throw idTokenInvalid();
    const audience = [provider.clientId, ...provider.audiences];
    const { payload } = await jwtVerify(idToken, keySetOf(address), {
      algorithms: ALGORITHMS,
      audience,
      requiredClaims: ['iss', 'sub', 'iat', 'exp'],
      clockTolerance: TOLERANCE_SECONDS,
      currentDate: new Date(clock.now()),
    }).catch((error: unknown) => {
      throw isOfToken(error) ? idTokenInvalid(undefined, { cause: error }) : providerUnreachable(undefined, { cause: error });
    });
    const { sub, exp } = payload;
    const isForUs = !Array.isArray(payload.aud) || payload.aud.length === 1 || audience.includes(String(payload['azp']));
    if (!isIssuer(provider, issuer, payload) || !isForUs || typeof sub !== 'string' || sub === '' || exp === undefined)
      throw idTokenInvalid();
    if (sub.length > MAX_SUBJECT) throw idTokenInvalid();
    return { ...payload, iss: provider.preset === 'google' ? issuer : (payload.iss ?? ''), sub, exp };
  }

  return {
    /** Who the token is about; it works once. @throws idTokenInvalid, providerUnreachable */
    async use(context: ProjectContext, provider: ProviderRow, { idToken, nonce }: IdTokenAttempt): Promise<ProviderProfile> {
      if (presetOf(provider).oauth2 !== undefined) throw idTokenInvalid();
      const claims = await claimsOf(context, provider, idToken);
      if (!isNonce(claims['nonce'], nonce)) throw idTokenInvalid();
      const marks = [claims['nonce'], claims.jti].filter((mark) => typeof mark === 'string');
      const mark = marks[0] ?? signedTextOfToken(idToken);
      // Of the issuer, not of the provider: a project may have set the same one up twice.
      const issuer = claims.iss ?? '';
      if (!(await usedTokens.isFirstUse(context, { issuer, mark, expiresAtMs: claims.exp * 1_000 }))) throw idTokenInvalid();
      return profileOfClaims(provider, { ...claims, iss: issuer });
    },
  };
}
export type IdTokens = ReturnType<typeof createIdTokens>;

/** Whether an error says something of the token, not of the way to the keys. */
function isOfToken(error: unknown): boolean {
  return error instanceof errors.JOSEError && !(error instanceof errors.JWKSTimeout) && error.code !== 'ERR_JOSE_GENERIC';
}

/** Microsoft's issuer names the tenant of each user; Google's comes with and without its scheme. */
function isIssuer({ preset }: ProviderRow, expected: string, { iss, tid }: JWTPayload): boolean {
  if (preset === 'google' && iss === 'accounts.google.com') return true;
  if (!expected.includes('{tenantid}')) return iss === expected;
  return typeof tid === 'string' && TENANT.test(tid) && iss === expected.replace('{tenantid}', tid);
}

/** Apple's library puts the SHA-256 of what the app made into the token, others what the app made. */
function isNonce(claim: unknown, made: string | undefined): boolean {
  if (claim === undefined || made === undefined) return claim === made;
  return claim === made || claim === createHash('sha256').update(made).digest('hex');
}
