import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Resolvers } from '@mainstay/http';
import { createMailer, MailSettings } from '@mainstay/mail';
import type { OidcIssuer, TestServer } from '@mainstay/testing';
import { createOidcIssuer, createTestClient, startTestServer } from '@mainstay/testing';
import { createHash } from 'node:crypto';
import type { Auth } from '../index.ts';
import { AuthSettings, authModule, createAuth } from '../index.ts';

const TEN = Array.from({ length: 10 }, (_, position) => position);
const INVALID = { status: 401, body: { code: 'id_token_invalid' } };
const NONCE = 'made by the app';
const HOUR_MS = 3_600_000;

interface SignedIn {
  readonly user: { readonly id: string; readonly email: string | null };
  readonly session: { readonly token: string };
}

let server: TestServer;
let issuer: OidcIssuer;
let aheadMs = 0;
beforeAll(async () => {
  issuer = await createOidcIssuer();
  let auth: Auth;
  server = await startTestServer({
    modules: (frame) => {
      const clocked = { ...frame, clock: { now: () => Date.now() + aheadMs } };
      const mailer = createMailer(frame, { settings: MailSettings.parse({}), masterKey: Buffer.alloc(32, 3) });
      auth = createAuth(clocked, { settings: AuthSettings.parse({ allowPrivateIssuers: 'true' }), mailer, masterKey: Buffer.alloc(32, 4) });
      return [authModule(auth)];
    },
    resolvers: (): Partial<Resolvers> => ({ principal: (context, bearer) => auth.resolvePrincipal(context, bearer) }),
  });
  const provider = { preset: 'oidc', issuer: issuer.url, clientId: issuer.clientId, audiences: ['ios-app', 'android-app'] };
  for (const name of ['native', 'twin']) await server.as('server').put(`/auth/providers/${name}`, provider);
  await server.as('server').put('/auth/providers/github', { preset: 'github', issuer: issuer.url, clientId: issuer.clientId });
});
afterAll(async () => {
  await server.end();
  await issuer.stop();
});
beforeEach(() => {
  aheadMs = 0;
});

const bring = (idToken: string, nonce?: string, name = 'native') =>
  server.as('anonymous').post<SignedIn>(`/auth/providers/${name}/token`, { idToken, ...(nonce === undefined ? {} : { nonce }) });

describe('an id token of a native app', () => {
  it('signs in, and one of ten that bring the same one at once', async () => {
    const idToken = await issuer.idToken({ sub: 'native-1', email: 'native@example.com', email_verified: true, nonce: NONCE, jti: 'one' });
    const answers = await Promise.all(TEN.map(() => bring(idToken, NONCE)));
    const [first, ...more] = answers.filter(({ status }) => status === 200);
    expect(more).toEqual([]);
    expect(first?.body.user).toMatchObject({ email: 'native@example.com' });
    const again = await bring(await issuer.idToken({ sub: 'native-1', aud: 'ios-app', nonce: 'another' }), 'another');
    expect(again.body.user.id).toBe(first?.body.user.id);
  });

  it('works with the nonce as Apple hides it, and not without', async () => {
    const hidden = (nonce: string) => issuer.idToken({ sub: 'apple-1', nonce: createHash('sha256').update(nonce).digest('hex') });
    expect(await bring(await hidden('raw'), 'raw')).toMatchObject({ status: 200 });
    expect(await bring(await hidden('second'))).toMatchObject(INVALID);
    expect(await bring(await hidden('third'), 'wrong')).toMatchObject(INVALID);
    expect(await bring(await issuer.idToken({ sub: 'apple-1' }), 'not in the token')).toMatchObject(INVALID);
    expect(await bring(await hidden('raw'), 'raw')).toMatchObject(INVALID);
  });

  it('is used once also where nothing in it tells it from others', async () => {
    const idToken = await issuer.idToken({ sub: 'plain-1' });
    expect((await bring(idToken)).status).toBe(200);
    expect(await bring(idToken)).toMatchObject(INVALID);
    expect(await bring(idToken, undefined, 'twin')).toMatchObject(INVALID);
  });

  it.each([
    ['for another app', { aud: 'another-app' }, {}],
    ['for several apps, of a party that is none of ours', { aud: ['ios-app', 'another-app'], azp: 'another-app' }, {}],
    ['of another issuer', { iss: 'https://evil.example' }, {}],
    ['that has run out', { exp: 1_000 }, {}],
    ['without an end', { exp: undefined }, {}],
    ['without a subject', {}, {}],
    ['that begins later', { sub: 'a', nbf: 9_999_999_999 }, {}],
    ['without a signature', { sub: 'a' }, { isUnsigned: true }],
    [
      'signed with the public key as a secret',
      { sub: 'a' },
      { header: { alg: 'HS256' }, key: new TextEncoder().encode('a public key, as text') },
    ],
    ['that brings its own key', { sub: 'a' }, { header: { kid: 'other', jwk: { kty: 'oct', k: 'AAAA' } } }],
  ])('is refused %s', async (_case, claims, forgery) => {
    expect(await bring(await issuer.idToken(claims, forgery))).toMatchObject(INVALID);
  });

  it.each(['', 'a.b.c', 'a'.repeat(100), `${'a'.repeat(5_000)}.${'b'.repeat(5_000)}.`])('is refused as nonsense', async (idToken) => {
    expect(await bring(idToken)).toMatchObject(INVALID);
  });

  it('is refused of a provider without id tokens, of another project, and of a provider that is off', async () => {
    const idToken = await issuer.idToken({ sub: 'a' });
    expect(await bring(idToken, undefined, 'github')).toMatchObject(INVALID);
    const elsewhere = server.as('anonymous', server.otherProject);
    expect(await elsewhere.post('/auth/providers/native/token', { idToken })).toMatchObject({ status: 404 });
  });

  it('makes us ask for the keys once, however many name unknown ones', async () => {
    const before = issuer.requests('/jwks');
    const forged = await Promise.all(TEN.map((one) => issuer.idToken({ sub: 'a' }, { header: { kid: `unknown-${one}` } })));
    for (const answer of await Promise.all(forged.map((idToken) => bring(idToken)))) expect(answer).toMatchObject(INVALID);
    expect(issuer.requests('/jwks') - before).toBeLessThanOrEqual(1);
  });

  it('links an account to a user who is signed in', async () => {
    const { body } = await server.as('anonymous').post<SignedIn>('/auth/anonymous');
    const headers = { 'x-mainstay-key': 'pk_test', authorization: `Bearer ${body.session.token}` };
    const me = createTestClient(`${server.origin}/p/${server.project.id}/v1`, headers);
    const idToken = await issuer.idToken({ sub: 'linked-1' });
    expect(await me.post('/auth/identities', { provider: 'native', idToken })).toMatchObject({
      status: 201,
      body: { subject: 'linked-1' },
    });
    expect((await bring(await issuer.idToken({ sub: 'linked-1', jti: 'next' }))).body.user.id).toBe(body.user.id);
    expect(await me.post('/auth/identities', { provider: 'native', idToken })).toMatchObject(INVALID);
    expect(server.leaks).toEqual([]);
  });

  it('has run out when our clock says so', async () => {
    const idToken = await issuer.idToken({ sub: 'late' });
    aheadMs = HOUR_MS;
    expect(await bring(idToken)).toMatchObject(INVALID);
  });
});
