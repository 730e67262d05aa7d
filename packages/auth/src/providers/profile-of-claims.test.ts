import { describe, expect, it } from '@jest/globals';
import { profileOfClaims } from './profile-of-claims.ts';

const claims = { iss: 'https://id.example', sub: 's-1', email: 'Ada@Example.com' };

describe('what the claims of an id token are worth', () => {
  it.each([
    ['the address where the provider has seen proof', 'oidc', { email_verified: true }, true],
    ['also where it writes its yes as text, as Apple did', 'apple', { email_verified: 'true' }, true],
    ['nothing where it says no', 'google', { email_verified: 'false' }, false],
    ['nothing where it says nothing', 'oidc', {}, false],
    ['nothing of Microsoft, where any tenant writes any address', 'microsoft', { email_verified: true }, false],
    ["the address where Microsoft's tenant owns the domain", 'microsoft', { xms_edov: true }, true],
  ] as const)('is %s', (_case, preset, more, emailVerified) => {
    expect(profileOfClaims({ preset }, { ...claims, ...more })).toMatchObject({ email: 'ada@example.com', emailVerified });
  });

  it("is the same person for all of a project's apps at Microsoft", () => {
    expect(profileOfClaims({ preset: 'microsoft' }, { ...claims, oid: 'o-1' })).toMatchObject({ subject: 'o-1' });
    expect(profileOfClaims({ preset: 'oidc' }, { ...claims, oid: 'o-1' })).toMatchObject({ subject: 's-1' });
  });

  it('is no address where there is none', () => {
    const odd = profileOfClaims({ preset: 'oidc' }, { ...claims, email: 'not an address', email_verified: true });
    expect(odd).toMatchObject({ email: null, emailVerified: false });
  });
});
