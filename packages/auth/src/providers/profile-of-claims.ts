import type { ProviderRow } from './providers.model.ts';
import type { ProviderProfile } from './provider-profile.ts';
import { profileEmail, profileName } from './provider-profile.ts';

/** The claims of an id token whose signature was checked. */
export interface IdClaims {
  readonly iss: string;
  readonly sub: string;
  readonly [claim: string]: unknown;
}

/** Some providers write the yes of a claim as text. */
const isYes = (claim: unknown): boolean => claim === true || claim === 'true' || claim === 1 || claim === '1';

/**
 * Who an id token is about. Of Microsoft only `xms_edov` says that the owner of the domain vouches for the address: `email` there is
 * whatever an administrator of any tenant writes.
 */
export function profileOfClaims({ preset }: Pick<ProviderRow, 'preset'>, claims: IdClaims): ProviderProfile {
  const isVerified = isYes(preset === 'microsoft' ? claims['xms_edov'] : claims['email_verified']);
  return {
    issuer: claims.iss,
    // Microsoft's `sub` is another one for every app of the same project.
    subject: preset === 'microsoft' && typeof claims['oid'] === 'string' ? claims['oid'] : claims.sub,
    ...profileEmail(claims['email'], isVerified),
    name: profileName(claims['name']),
  };
}
