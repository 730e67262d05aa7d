import type { TestClient } from '@mainstay/testing';
import { createTestClient } from '@mainstay/testing';
import { request } from 'node:http';
import type { StartedServer } from './start-server.ts';
import { startServer } from './start-server.ts';

/** Somebody with an organization and a project. */
export interface Tenant {
  readonly project: string;
  readonly organization: string;
  readonly publishableKey: string;
  readonly secretKey: string;
  /** At the platform API, signed in at the dashboard. */
  readonly owner: TestClient;
  readonly email: string;
  /** What their browser sends. */
  readonly cookie: Record<string, string>;
  /** At the project API. */
  readonly server: TestClient;
  app(token?: string): TestClient;
  signUp(name: string): Promise<AppUser>;
}

/** A user of an app. */
export interface AppUser {
  readonly id: string;
  readonly email: string;
  readonly token: string;
  readonly refreshToken: string;
  readonly client: TestClient;
}

/** An answer as it came, for comparing bytes. */
export interface RawAnswer {
  readonly status: number;
  readonly text: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

/** A request that no client library has tidied up. */
export interface RawRequest {
  readonly method?: string;
  /** Sent exactly like this. */
  readonly path: string;
  readonly headers?: Record<string, string>;
  readonly body?: string | Buffer;
}

/** The program, with tenants who know nothing of each other. */
export interface Tenants {
  readonly server: StartedServer;
  readonly attacker: Tenant;
  readonly victim: Tenant;
  /** Another account with an organization and a project. */
  join(name: string): Promise<Tenant>;
  send(asked: RawRequest): Promise<RawAnswer>;
}

export const PASSWORD = 'correct horse battery';

/** Starts the program with two tenants: `attacker` tries, `victim` must not notice. */
export async function startTenants(environment: Record<string, string> = {}): Promise<Tenants> {
  const server = await startServer({ MAINSTAY_SEED: 'true', MAINSTAY_PLATFORM_SIGN_UPS_PER_IP_HOUR: '1000', ...environment });
  const join = (name: string): Promise<Tenant> => createTenant(server.ready.origin, name);
  const [attacker, victim] = [await join('attacker'), await join('victim')];
  return { server, attacker, victim, join, send: (asked) => sendRaw(server.ready.origin, asked) };
}

async function createTenant(origin: string, name: string): Promise<Tenant> {
  const platform = `${origin}/platform/v1`;
  const email = `${name}@tenants.example.com`;
  const signedUp = await createTestClient(platform, {}).post<{ csrfToken: string }>('/signup', { email, password: PASSWORD, name });
  if (signedUp.status !== 201) throw new Error(`the sign-up of ${name} was answered with ${JSON.stringify(signedUp.body)}`);
  const cookie = {
    cookie: signedUp.headers.getSetCookie()[0]?.split(';')[0] ?? '',
    'x-csrf-token': signedUp.body.csrfToken,
  };
  const owner = createTestClient(platform, cookie);
  const { body } = await owner.post<{
    project: { id: string; organizationId: string };
    keys: Record<'publishable' | 'secret', { key: string }>;
  }>('/projects', { name });
  const { project, keys } = body;
  const api = `${origin}/p/${project.id}/v1`;
  const app = (token?: string): TestClient =>
    createTestClient(api, {
      'x-mainstay-key': keys.publishable.key,
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    });
  return {
    project: project.id,
    organization: project.organizationId,
    publishableKey: keys.publishable.key,
    secretKey: keys.secret.key,
    owner,
    email,
    cookie,
    server: createTestClient(api, { 'x-mainstay-key': keys.secret.key }),
    app,
    signUp: (who) => signUpAt(app, who),
  };
}

async function signUpAt(app: Tenant['app'], name: string): Promise<AppUser> {
  const email = `${name}@app.example.com`;
  const { status, body } = await app().post<{ user: { id: string }; session: { token: string; refreshToken: string } }>('/auth/signup', {
    email,
    password: PASSWORD,
  });
  if (status !== 201) throw new Error(`the sign-up of ${name} was answered with ${JSON.stringify(body)}`);
  const { token, refreshToken } = body.session;
  return { id: body.user.id, email, token, refreshToken, client: app(token) };
}

function sendRaw(origin: string, { method = 'GET', path, headers = {}, body }: RawRequest): Promise<RawAnswer> {
  const { hostname, port } = new URL(origin);
  return new Promise((resolve, reject) => {
    const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
    const sent = request({ hostname, port, method, path, headers: { ...length, ...headers } }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString(), headers: response.headers }),
      );
    });
    sent.on('error', reject);
    sent.end(body);
  });
}
