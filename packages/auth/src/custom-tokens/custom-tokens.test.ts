import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Resolvers } from '@mainstay/http';
import { createMailer, MailSettings } from '@mainstay/mail';
import type { TestServer } from '@mainstay/testing';
import { startTestServer } from '@mainstay/testing';
import type { KeyObject } from 'node:crypto';
import { generateKeyPairSync } from 'node:crypto';
import { SignJWT } from 'jose';
import type { Auth } from '../index.ts';
import { AuthSettings, authModule, createAuth } from '../index.ts';

const TEN = Array.from({ length: 10 }, (_, position) => position);
const INVALID = { status: 401, body: { code: 'custom_token_invalid' } };
const MINUTES_10 = 600;

interface SignedIn {
  readonly user: { readonly id: string; readonly name: string | null; readonly email: string | null; readonly anonymous: boolean };
}

let server: TestServer;
beforeAll(async () => {
  let auth: Auth;
  server = await startTestServer({
    modules: (frame) => {
      const mailer = createMailer(frame, { settings: MailSettings.parse({}), masterKey: Buffer.alloc(32, 3) });
      auth = createAuth(frame, { settings: AuthSettings.parse({}), mailer, masterKey: Buffer.alloc(32, 4) });
      return [authModule(auth)];
    },
    resolvers: (): Partial<Resolvers> => ({ principal: (context, bearer) => auth.resolvePrincipal(context, bearer) }),
  });
});
afterAll(() => server.end());

const KEYS = {
  ES256: generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  RS256: generateKeyPairSync('rsa', { modulusLength: 2_048 }),
  EdDSA: generateKeyPairSync('ed25519'),
};
type Algorithm = keyof typeof KEYS;

const pemOf = (key: KeyObject): string => key.export({ type: 'spki', format: 'pem' }) as string;
const register = async (publicKey: unknown, project = server.project) =>
  server.as('server', project).post<{ id: string }>('/auth/token-keys', { name: 'our server', publicKey });
const bring = (token: string, project = server.project) => server.as('anonymous', project).post<SignedIn>('/auth/custom-token', { token });

interface Token {
  readonly kid: string;
  readonly algorithm?: string;
  readonly key?: KeyObject | Uint8Array;
  readonly claims?: Record<string, unknown>;
}
async function sign({ kid, algorithm = 'ES256', key = KEYS.ES256.privateKey, claims = {} }: Token): Promise<string> {
  const seconds = Math.floor(Date.now() / 1_000);
  const payload = { sub: 'customer-1', aud: server.project.id, iat: seconds, exp: seconds + MINUTES_10, ...claims };
  return new SignJWT(payload).setProtectedHeader({ alg: algorithm, kid }).sign(key);
}

describe('a key for custom tokens', () => {
  it.each(Object.keys(KEYS) as Algorithm[])('is taken as PEM and as JWK (%s)', async (algorithm) => {
    const { publicKey } = KEYS[algorithm];
    expect(await register(pemOf(publicKey))).toMatchObject({ status: 201, body: { algorithm } });
    expect(await register(publicKey.export({ format: 'jwk' }))).toMatchObject({ status: 201, body: { algorithm } });
  });

  it('is refused where it is private, weak, shared or none', async () => {
    const { privateKey } = KEYS.ES256;
    const refused = { status: 422, body: { code: 'invalid_input' } };
    const weak = generateKeyPairSync('rsa', { modulusLength: 1_024 }).publicKey;
    const other = generateKeyPairSync('ec', { namedCurve: 'P-384' }).publicKey;
    const wrong = [
      privateKey.export({ type: 'pkcs8', format: 'pem' }),
      privateKey.export({ format: 'jwk' }),
      { kty: 'oct', k: 'c2VjcmV0' },
      pemOf(weak),
      pemOf(other),
      'nonsense',
      {},
    ];
    for (const key of wrong) expect(await register(key)).toMatchObject(refused);
    expect(await server.as('anonymous').get('/auth/token-keys')).toMatchObject({ status: 403 });
  });
});

describe('a custom token', () => {
  it('signs in a user by the id that the server knows, made at the first time, even where nobody may sign up', async () => {
    await server.as('server').patch('/auth/settings', { signUp: false });
    const { id: kid } = (await register(pemOf(KEYS.ES256.publicKey))).body;
    const claims = { sub: 'known-1', name: 'Ada', email: 'ada@example.com', email_verified: true, claims: { plan: 'gold' } };
    const first = await bring(await sign({ kid, claims }));
    expect(first).toMatchObject({ status: 200, body: { user: { name: 'Ada', email: 'ada@example.com', anonymous: false } } });
    const second = await bring(await sign({ kid, claims: { sub: 'known-1' } }));
    expect(second.body.user.id).toBe(first.body.user.id);
    const other = await bring(await sign({ kid, claims: { sub: 'known-2' } }));
    expect(other.body.user.id).not.toBe(first.body.user.id);
    await server.as('server').patch('/auth/settings', { signUp: true });
  });

  it('works once, for one of ten, and with its own id also in another dress', async () => {
    const { id: kid } = (await register(pemOf(KEYS.EdDSA.publicKey))).body;
    const token = await sign({ kid, algorithm: 'EdDSA', key: KEYS.EdDSA.privateKey, claims: { jti: 'ticket-1' } });
    const answers = await Promise.all(TEN.map(() => bring(token)));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    const again = await sign({ kid, algorithm: 'EdDSA', key: KEYS.EdDSA.privateKey, claims: { jti: 'ticket-1', sub: 'somebody else' } });
    expect(await bring(again)).toMatchObject(INVALID);
  });

  it('is refused where anything about it is wrong', async () => {
    const { id: kid } = (await register(pemOf(KEYS.RS256.publicKey))).body;
    const rsa = { kid, algorithm: 'RS256', key: KEYS.RS256.privateKey };
    const seconds = Math.floor(Date.now() / 1_000);
    const secret = new TextEncoder().encode(pemOf(KEYS.RS256.publicKey));
    const tokens = [
      await sign({ ...rsa, claims: { aud: server.otherProject.id } }),
      await sign({ ...rsa, claims: { aud: [server.project.id, 'another'] } }),
      await sign({ ...rsa, claims: { exp: seconds - 60 } }),
      await sign({ ...rsa, claims: { exp: seconds + 7_200 } }),
      await sign({ ...rsa, claims: { iat: seconds + 3_000, exp: seconds + 3_600 } }),
      await sign({ ...rsa, claims: { sub: '' } }),
      await sign({ ...rsa, claims: { sub: undefined } }),
      await sign({ ...rsa, claims: { claims: { $where: 'x' } } }),
      await sign({ ...rsa, kid: 'unknown' }),
      await sign({ ...rsa, algorithm: 'PS256' }),
      await sign({ kid, algorithm: 'HS256', key: secret }),
      await sign({ kid }),
      'nonsense',
      '',
      `${Buffer.from('{"alg":"none"}').toString('base64url')}.e30.`,
    ];
    for (const token of tokens) expect(await bring(token)).toMatchObject(INVALID);
    expect(await bring(await sign(rsa))).toMatchObject({ status: 200 });
  });

  it('of another project, or of a key that was taken, is refused', async () => {
    const { id: foreign } = (await register(pemOf(KEYS.ES256.publicKey), server.otherProject)).body;
    expect(await bring(await sign({ kid: foreign }))).toMatchObject(INVALID);
    const { id: kid } = (await register(pemOf(KEYS.ES256.publicKey))).body;
    expect((await server.as('server').delete(`/auth/token-keys/${kid}`)).status).toBe(204);
    expect(await bring(await sign({ kid }))).toMatchObject(INVALID);
    expect((await server.as('server').delete(`/auth/token-keys/${kid}`)).status).toBe(404);
    expect(server.leaks).toEqual([]);
  });
});
