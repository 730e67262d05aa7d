import type { Clock, ProjectContext } from '@mainstay/kernel';
import type { JWTPayload } from 'jose';
import { decodeProtectedHeader, importJWK, jwtVerify } from 'jose';
import { customTokenInvalid } from '../auth.problems.ts';
import type { UsedTokens } from '../providers/create-used-tokens.ts';
import { signedTextOfToken } from '../providers/create-used-tokens.ts';
import type { ProviderProfile } from '../providers/provider-profile.ts';
import { profileEmail, profileName } from '../providers/provider-profile.ts';
import { Claims } from '../users/claims.schema.ts';
import type { TokenKeyRow } from './custom-tokens.model.ts';
import type { TokenKeys } from './token-keys.service.ts';

/** Under this name users are known by the ids of the project's own server. */
export const CUSTOM_TOKEN = 'custom-token';
const MAX_LIFE_SECONDS = 3_600;
const TOLERANCE_SECONDS = 30;
const SUBJECT = /^[^\p{C}]{1,128}$/u;

/** What checking tokens needs. */
export interface CustomTokensDependencies {
  readonly clock: Clock;
  readonly tokenKeys: TokenKeys;
  readonly usedTokens: UsedTokens;
}

/** What the project's own server says. */
export interface Vouch {
  readonly profile: ProviderProfile;
  /** What conditions see as `user.claims` from now on; undefined leaves it as it is. */
  readonly claims: Claims | undefined;
}

/** Tokens by which a project's own server vouches for a user: JWTs of a registered key, for this project, for an hour at most, once. */
export function createCustomTokens({ clock, tokenKeys, usedTokens }: CustomTokensDependencies) {
  async function claimsOf(context: ProjectContext, token: string): Promise<JWTPayload> {
    const key = await tokenKeys.find(context, kidOf(token));
    if (key === null) throw customTokenInvalid();
    return verified(token, key, new Date(clock.now())).catch((error: unknown) => {
      throw customTokenInvalid(undefined, { cause: error });
    });
  }

  return {
    /** Whom the token is about; it works once. @throws customTokenInvalid */
    async use(context: ProjectContext, token: string): Promise<Vouch> {
      const { aud, sub = '', iat = 0, exp = 0, jti, ...claims } = await claimsOf(context, token);
      const isShort = exp - iat <= MAX_LIFE_SECONDS;
      const given = Claims.optional().safeParse(claims['claims']);
      if (aud !== context.project.id || !isShort || !SUBJECT.test(sub) || !given.success) throw customTokenInvalid();
      const mark = typeof jti === 'string' ? `jti ${jti}` : signedTextOfToken(token);
      if (!(await usedTokens.isFirstUse(context, { issuer: CUSTOM_TOKEN, mark, expiresAtMs: exp * 1_000 }))) throw customTokenInvalid();
      const address = profileEmail(claims['email'], claims['email_verified'] === true);
      const profile = { issuer: CUSTOM_TOKEN, subject: sub, ...address, name: profileName(claims['name']) };
      return { profile, claims: given.data };
    },
  };
}
export type CustomTokens = ReturnType<typeof createCustomTokens>;

/** The key that the token names; no header can bring a key of its own, or say where one lies. */
function kidOf(token: string): string {
  try {
    return String(decodeProtectedHeader(token).kid ?? '');
  } catch (error) {
    throw customTokenInvalid(undefined, { cause: error });
  }
}

async function verified(token: string, { algorithm, publicKey }: TokenKeyRow, currentDate: Date): Promise<JWTPayload> {
  const { payload } = await jwtVerify(token, await importJWK({ ...publicKey }, algorithm), {
    algorithms: [algorithm],
    requiredClaims: ['sub', 'aud', 'iat', 'exp'],
    maxTokenAge: MAX_LIFE_SECONDS,
    clockTolerance: TOLERANCE_SECONDS,
    currentDate,
  });
  return payload;
}
