import type { KeyObject } from 'node:crypto';
import { createHash, randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { CryptoKey, JWK } from 'jose';
import { exportJWK, generateKeyPair, jwtVerify, SignJWT } from 'jose';
import type { Person } from './account-answer.ts';
import { accountAnswer } from './account-answer.ts';

/** What an id token is changed to before it is signed. */
export interface Forgery {
  readonly claims?: Readonly<Record<string, unknown>>;
  readonly header?: Readonly<Record<string, unknown>>;
  /** Another key than the one that is published. */
  readonly key?: CryptoKey | Uint8Array;
  /** No signature at all (`alg: none`). */
  readonly isUnsigned?: boolean;
}

/** An identity provider on loopback. */
export interface OidcIssuer {
  /** The issuer; the discovery document lies below it. */
  readonly url: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** As Apple does it: the secret is a JWT that this key verifies. */
  clientKey: KeyObject | null;
  /** Who signs in from now on; null denies. */
  person: Person | null;
  /** Whether the page of the issuer asks first, for real browsers. */
  asks: boolean;
  /** What its next id tokens say instead. */
  forgery: Forgery;
  /** The `iss` parameter of its answers. */
  answersAs: string;
  /** Where its discovery document says that the keys lie. */
  keysUrl: string;
  /** An id token as a native app gets it. */
  idToken(claims: Readonly<Record<string, unknown>>, forgery?: Forgery): Promise<string>;
  /** Signs with another key from now on; the old one is published no more. */
  rotateKey(): Promise<void>;
  /** The public key that is published. */
  publicKey(): JWK;
  /** How often a path was asked for. */
  requests(path: string): number;
  stop(): Promise<void>;
}

interface Grant {
  readonly person: Person;
  readonly redirectUri: string;
  readonly challenge: string;
  readonly nonce: string | null;
  readonly isOpenId: boolean;
}
interface SigningKey {
  readonly id: string;
  readonly privateKey: CryptoKey;
  readonly publicKey: JWK;
}

const TOKEN_SECONDS = 600;

/**
 * Starts a provider that speaks OpenID Connect (Core 1.0, Discovery 1.0, RFC 7636, RFC 9207), and OAuth 2.0 as GitHub, Facebook and Discord
 * do. It checks what a real one checks: client, secret, redirect address, challenge; a code works once.
 */
export async function createOidcIssuer({ host = '127.0.0.1' }: { host?: string } = {}): Promise<OidcIssuer> {
  const state = {
    key: await createKey(),
    asked: new Map<string, number>(),
    grants: new Map<string, Grant>(),
    tokens: new Map<string, Person>(),
  };
  const server = createServer((request, response) => void serve(request, response).catch(() => response.writeHead(500).end()));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://${host}:${(server.address() as AddressInfo).port}`;

  async function idToken(claims: Readonly<Record<string, unknown>>, forgery: Forgery = {}): Promise<string> {
    const seconds = Math.floor(Date.now() / 1_000);
    const payload = { iss: url, aud: issuer.clientId, iat: seconds, exp: seconds + TOKEN_SECONDS, ...claims, ...forgery.claims };
    if (forgery.isUnsigned === true) return unsigned(payload);
    const header = { alg: 'RS256', kid: state.key.id, ...forgery.header };
    return new SignJWT(payload).setProtectedHeader(header).sign(forgery.key ?? state.key.privateKey);
  }

  function authorize(query: URLSearchParams, path: string): { status: number; headers: Record<string, string>; body: string } {
    const redirect = new URL(query.get('redirect_uri') ?? 'about:blank');
    const isWrong = query.get('client_id') !== issuer.clientId || query.get('response_type') !== 'code';
    if (isWrong || query.get('code_challenge_method') !== 'S256') return { status: 400, headers: {}, body: 'invalid_request' };
    if (issuer.asks && !query.has('approved')) return page(path, query);
    const answer = new URLSearchParams({ state: query.get('state') ?? '', ...(path === '/authorize' ? { iss: issuer.answersAs } : {}) });
    if (issuer.person === null) answer.set('error', 'access_denied');
    else {
      const code = randomBytes(16).toString('hex');
      const isOpenId = (query.get('scope') ?? '').split(' ').includes('openid');
      const challenge = query.get('code_challenge') ?? '';
      state.grants.set(code, { person: issuer.person, redirectUri: redirect.href, challenge, nonce: query.get('nonce'), isOpenId });
      answer.set('code', code);
    }
    if (query.get('response_mode') === 'form_post') return form(redirect.href, answer);
    for (const [name, value] of answer) redirect.searchParams.set(name, value);
    return { status: 302, headers: { location: redirect.href }, body: '' };
  }

  async function token(request: IncomingMessage): Promise<{ status: number; body: unknown }> {
    const form = new URLSearchParams(await readText(request));
    const [id, secret] = clientOf(request, form);
    const isSecret = issuer.clientKey === null ? secret === issuer.clientSecret : await isSignedSecret(secret, issuer.clientKey);
    if (id !== issuer.clientId || !isSecret) return { status: 401, body: { error: 'invalid_client' } };
    const code = form.get('code') ?? '';
    const grant = state.grants.get(code);
    state.grants.delete(code);
    const challenge = createHash('sha256')
      .update(form.get('code_verifier') ?? '')
      .digest('base64url');
    if (grant === undefined || grant.redirectUri !== form.get('redirect_uri') || grant.challenge !== challenge) {
      return { status: 400, body: { error: 'invalid_grant' } };
    }
    const accessToken = randomBytes(16).toString('hex');
    state.tokens.set(accessToken, grant.person);
    const answer = { access_token: accessToken, token_type: 'bearer', expires_in: TOKEN_SECONDS };
    if (!grant.isOpenId) return { status: 200, body: answer };
    const claims = { ...claimsOf(grant.person), ...(grant.nonce === null ? {} : { nonce: grant.nonce }) };
    return { status: 200, body: { ...answer, id_token: await idToken(claims, issuer.forgery) } };
  }

  async function answer(request: IncomingMessage, path: string): Promise<{ status: number; body: unknown }> {
    if (path === '/.well-known/openid-configuration') return { status: 200, body: metadata(url, issuer.keysUrl) };
    if (path === '/jwks') return { status: 200, body: { keys: [state.key.publicKey] } };
    if (path.endsWith('token')) return token(request);
    const person = state.tokens.get(/^bearer (.+)$/i.exec(request.headers.authorization ?? '')?.[1] ?? '');
    if (person === undefined) return { status: 401, body: { error: 'invalid_token' } };
    return path === '/userinfo' ? { status: 200, body: claimsOf(person) } : accountAnswer(path, person);
  }

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url ?? '/', url);
    state.asked.set(pathname, (state.asked.get(pathname) ?? 0) + 1);
    if (/\/(authorize|oauth)$/.test(pathname)) {
      const { status, headers, body } = authorize(searchParams, pathname);
      response.writeHead(status, { 'content-type': 'text/html', ...headers }).end(body);
      return;
    }
    const { status, body } = await answer(request, pathname);
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  }

  const issuer: OidcIssuer = {
    url,
    clientId: 'app-at-issuer',
    clientSecret: 'secret-at-issuer',
    clientKey: null,
    person: null,
    asks: false,
    forgery: {},
    answersAs: url,
    keysUrl: `${url}/jwks`,
    idToken,
    async rotateKey() {
      state.key = await createKey();
    },
    publicKey: () => state.key.publicKey,
    requests: (path) => state.asked.get(path) ?? 0,
    stop: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
  return issuer;
}

async function createKey(): Promise<SigningKey> {
  const id = randomBytes(6).toString('hex');
  const { privateKey, publicKey } = await generateKeyPair('RS256', { extractable: true });
  return { id, privateKey, publicKey: { ...(await exportJWK(publicKey)), kid: id, use: 'sig', alg: 'RS256' } };
}

function metadata(url: string, keysUrl: string): Record<string, unknown> {
  return {
    issuer: url,
    authorization_endpoint: `${url}/authorize`,
    token_endpoint: `${url}/token`,
    userinfo_endpoint: `${url}/userinfo`,
    jwks_uri: keysUrl,
    response_types_supported: ['code'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['RS256', 'none', 'HS256'],
    code_challenge_methods_supported: ['S256'],
    authorization_response_iss_parameter_supported: true,
  };
}

function claimsOf({ subject, email, emailVerified, name }: Person): Record<string, unknown> {
  return {
    sub: subject,
    ...(email === undefined ? {} : { email, email_verified: emailVerified ?? false }),
    ...(name === undefined ? {} : { name }),
  };
}

/** The client's id and secret, in a header or in the form. */
function clientOf(request: IncomingMessage, form: URLSearchParams): readonly [string, string] {
  const basic = /^basic (.+)$/i.exec(request.headers.authorization ?? '')?.[1];
  if (basic === undefined) return [form.get('client_id') ?? '', form.get('client_secret') ?? ''];
  const [id = '', secret = ''] = Buffer.from(basic, 'base64').toString().split(':').map(decodeURIComponent);
  return [id, secret];
}

/** Whether a client's secret is one that Apple would take. */
async function isSignedSecret(secret: string, key: KeyObject): Promise<boolean> {
  const expected = { audience: 'https://appleid.apple.com', algorithms: ['ES256'], requiredClaims: ['iss', 'sub', 'iat', 'exp'] };
  return jwtVerify(secret, key, expected).then(
    () => true,
    () => false,
  );
}

function unsigned(payload: Record<string, unknown>): string {
  const encode = (part: unknown): string => Buffer.from(JSON.stringify(part)).toString('base64url');
  return `${encode({ alg: 'none' })}.${encode(payload)}.`;
}

function page(path: string, query: URLSearchParams) {
  const approved = new URLSearchParams(query);
  approved.set('approved', 'yes');
  const href = `${path}?${approved.toString()}`.replaceAll('&', '&amp;');
  return { status: 200, headers: {}, body: `<!doctype html><title>Issuer</title><a id="approve" href="${href}">Continue</a>` };
}

function form(action: string, answer: URLSearchParams) {
  const inputs = [...answer].map(([name, value]) => `<input type="hidden" name="${name}" value="${value}">`).join('');
  const body = `<!doctype html><form method="post" action="${action}">${inputs}</form><script>document.forms[0].submit()</script>`;
  return { status: 200, headers: {}, body };
}

async function readText(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}
