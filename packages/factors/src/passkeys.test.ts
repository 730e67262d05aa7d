import { beforeAll, describe, expect, it } from '@jest/globals';
import type { AuthenticatorQuirks } from '@mainstay/testing';
import { createPasskeyAuthenticator } from '@mainstay/testing';
import type { NewPasskey, PasskeySite } from './index.ts';
import {
  checkPasskeyCreation,
  checkPasskeyRequest,
  createPasskeyChallenge,
  PasskeyAssertion,
  PasskeyAttestation,
  passkeyCreationOptions,
  passkeyRequestOptions,
} from './index.ts';

const site: PasskeySite = { rpId: 'example.com', name: 'Example', origins: ['https://app.example.com', 'https://example.com'] };
const USER = { handle: 'u1', name: 'ann@example.com', displayName: 'Ann' };
const authenticator = createPasskeyAuthenticator({ origin: 'https://app.example.com' });

async function create(quirks: AuthenticatorQuirks = {}, { stale = false } = {}): Promise<NewPasskey | null> {
  const challenge = createPasskeyChallenge();
  const options = await passkeyCreationOptions(site, { challenge, user: USER, known: [] });
  const attestation = PasskeyAttestation.parse(authenticator.create(options, quirks));
  return checkPasskeyCreation(site, { challenge: stale ? createPasskeyChallenge() : challenge, attestation });
}

describe('a new passkey', () => {
  it('can be kept', async () => {
    const made = await create();
    expect(made).toMatchObject({ counter: 0, transports: ['internal'], userVerified: true, backedUp: false });
    expect(made?.publicKey.length).toBeGreaterThan(80);
  });

  it('is discoverable, and the authenticator is asked for no attestation', async () => {
    const known = [{ id: 'AAAA', transports: ['internal'] }];
    const options = await passkeyCreationOptions(site, { challenge: 'AQID', user: USER, known });
    expect(options).toMatchObject({
      challenge: 'AQID',
      rp: { id: 'example.com', name: 'Example' },
      user: { id: Buffer.from('u1').toString('base64url'), name: 'ann@example.com' },
      attestation: 'none',
      authenticatorSelection: { residentKey: 'required' },
      excludeCredentials: [{ id: 'AAAA' }],
    });
  });

  it.each([
    ['of another origin', { origin: 'https://app.example.com.evil.test' }],
    ['of another relying party', { rpId: 'evil.test' }],
    ['made in a frame', { crossOrigin: true }],
  ])('is refused when %s', async (_case, quirks) => {
    expect(await create(quirks)).toBeNull();
  });

  it('is refused when it answers another challenge', async () => {
    expect(await create({}, { stale: true })).toBeNull();
  });

  it('is refused when what was sent is no attestation', async () => {
    const challenge = createPasskeyChallenge();
    const options = await passkeyCreationOptions(site, { challenge, user: USER, known: [] });
    const attestation = PasskeyAttestation.parse(authenticator.create(options));
    for (const attestationObject of ['', 'AAAA', Buffer.alloc(9_000, 0x9f).toString('base64url')]) {
      const broken = { ...attestation, response: { ...attestation.response, attestationObject } };
      expect(await checkPasskeyCreation(site, { challenge, attestation: broken })).toBeNull();
    }
  });
});

describe('a passkey that is shown', () => {
  let passkey: NewPasskey;
  beforeAll(async () => {
    const made = await create();
    if (made === null) throw new Error('no passkey was made');
    passkey = made;
  });

  async function show(quirks: AuthenticatorQuirks = {}, { needsVerification = true, kept = passkey, stale = false } = {}) {
    const challenge = createPasskeyChallenge();
    const options = await passkeyRequestOptions(site, { challenge, allowed: [kept], needsVerification });
    const assertion = PasskeyAssertion.parse(authenticator.get(options, quirks));
    return checkPasskeyRequest(site, {
      challenge: stale ? createPasskeyChallenge() : challenge,
      assertion,
      passkey: kept,
      needsVerification,
    });
  }

  it('tells the next counter', async () => {
    const first = await show();
    expect(first?.counter).toBeGreaterThan(0);
    expect(first?.userVerified).toBe(true);
  });

  it.each([
    ['of another origin', { origin: 'https://evil.test' }],
    ['of another relying party', { rpId: 'evil.test' }],
    ['in a frame', { crossOrigin: true }],
    ['without the verification that is needed', { userVerified: false }],
  ])('is refused when %s', async (_case, quirks) => {
    expect(await show(quirks)).toBeNull();
  });

  it('needs no verification as a second factor', async () => {
    expect(await show({ userVerified: false }, { needsVerification: false })).toMatchObject({ userVerified: false });
  });

  it('is refused when its counter does not go forward: somebody has a copy', async () => {
    const kept = { ...passkey, counter: 7 };
    expect(await show({ counter: 7 }, { kept })).toBeNull();
    expect(await show({ counter: 3 }, { kept })).toBeNull();
    expect(await show({ counter: 8 }, { kept })).toMatchObject({ counter: 8 });
  });

  it('is refused for another challenge, and with the key of another passkey', async () => {
    expect(await show({}, { stale: true })).toBeNull();
    const other = await create();
    expect(await show({}, { kept: { ...passkey, publicKey: other?.publicKey ?? '' } })).toBeNull();
  });
});
