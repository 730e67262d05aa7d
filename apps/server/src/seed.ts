import { createSecret } from '@mainstay/kernel';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { demoCollections, demoDocuments, demoEvents, demoRule, demoTelemetry } from './demo-content.ts';

/** What the demo project is reached with; kept beside the data so that a second start can print it again. */
export interface Demo {
  readonly account: { readonly email: string; readonly password: string };
  readonly user: { readonly email: string; readonly password: string };
  readonly project: string;
  readonly publishableKey: string;
  readonly secretKey: string;
  readonly device: { readonly id: string; readonly token: string };
}

const ACCOUNT_EMAIL = 'demo@example.com';
const USER_EMAIL = 'ada@example.com';
const EVENTS_PER_BATCH = 500;

/** Makes the demo project through the public API, as anybody would; at later starts reads what it made. */
export async function seedDemo({ origin, directory }: { origin: string; directory: string }): Promise<Demo> {
  const file = join(directory, 'demo.json');
  const known = await readFile(file, 'utf8').catch(() => null);
  if (known !== null) return JSON.parse(known) as Demo;
  const account = { email: ACCOUNT_EMAIL, password: createSecret(12) };
  const dashboard = await signUp(origin, account);
  const created = await dashboard('POST', '/platform/v1/projects', { name: 'demo' });
  const { project, keys } = created as { project: { id: string }; keys: Record<'publishable' | 'secret', { key: string }> };
  const api = caller(`${origin}/p/${project.id}/v1`, { 'x-mainstay-key': keys.secret.key });
  const user = { email: USER_EMAIL, password: createSecret(12) };
  const device = await fill(api, user);
  const demo = { account, user, project: project.id, publishableKey: keys.publishable.key, secretKey: keys.secret.key, device };
  await mkdir(directory, { recursive: true });
  await writeFile(file, JSON.stringify(demo), { mode: 0o600 });
  return demo;
}

type Caller = (method: string, path: string, body?: unknown) => Promise<unknown>;

async function fill(api: Caller, user: { email: string; password: string }): Promise<Demo['device']> {
  for (const [name, definition] of Object.entries(demoCollections)) await api('PUT', `/schema/${name}`, definition);
  const { user: ada } = (await api('POST', '/auth/signup', user)) as { user: { id: string } };
  const operations = demoDocuments(ada.id).map(({ collection, document }) => ({ op: 'create', collection, document }));
  await api('POST', '/data/batch', { operations });
  const { device, credentials } = (await api('POST', '/devices', { name: 'greenhouse', profile: 'default' })) as {
    device: { id: string };
    credentials: { token: string };
  };
  await api('POST', '/device-rules', demoRule);
  await api('POST', `/devices/${device.id}/telemetry`, demoTelemetry(Date.now()));
  const events = demoEvents(Date.now());
  for (let start = 0; start < events.length; start += EVENTS_PER_BATCH)
    await api('POST', '/batch', { batch: events.slice(start, start + EVENTS_PER_BATCH) });
  return { id: device.id, token: credentials.token };
}

async function signUp(origin: string, account: Demo['account']): Promise<Caller> {
  const response = await fetch(`${origin}/platform/v1/signup`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ ...account, name: 'Demo' }),
  });
  if (!response.ok) throw new Error(`the demo account could not be made: ${await response.text()}`);
  const { csrfToken } = (await response.json()) as { csrfToken: string };
  const cookie = response.headers
    .getSetCookie()
    .map((line) => line.split(';')[0] ?? '')
    .join('; ');
  return caller(origin, { cookie, 'x-csrf-token': csrfToken });
}

function caller(base: string, headers: Record<string, string>): Caller {
  return async (method, path, body) => {
    const response = await fetch(base + path, {
      method,
      headers: { ...headers, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`seeding failed at ${method} ${path}: ${await response.text()}`);
    return response.json();
  };
}
