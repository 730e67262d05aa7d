import { httpJson } from '../measure/http-json.mjs';
import { DOCUMENTS, PER_BATCH, PER_SHELF, seededDocument, seededId } from '../measure/scenario.mjs';
import { startMainstay } from '../measure/start-mainstay.mjs';

export const label = 'Mainstay';

const FIELDS = {
  title: { type: 'string', required: true, max: 200 },
  text: { type: 'string' },
  shelf: { type: 'integer' },
  score: { type: 'number' },
  done: { type: 'boolean', default: false },
};
const INDEXES = [{ fields: [['shelf', 1]] }];
const OPEN = { list: true, get: true, create: true };
const OWNED = { owner: { $var: 'user.id' } };
const PER_FILL = 100;
const BATCHES_AT_ONCE = 4;

/** Starts the built server, with all roles in one process, on a mongod and a Redis of its own. */
export async function start(run) {
  const mainstay = await startMainstay(run);
  return { ...mainstay, port: Number(new URL(mainstay.ready.origin).port) };
}

/** Everything through the public API: collections, a user, and the documents in batches. */
export async function seed({ port, ready }) {
  const secret = { 'x-mainstay-key': ready.secretKey };
  const publishable = { 'x-mainstay-key': ready.publishableKey };
  const put = (collection, body) => httpJson(`${ready.api}/schema/${collection}`, { method: 'PUT', headers: secret, body });
  await put('documents', { fields: FIELDS, indexes: INDEXES, rules: OPEN });
  const owner = { type: 'reference', collection: 'users' };
  await put('guarded', { fields: { ...FIELDS, owner }, indexes: INDEXES, rules: { list: OWNED, get: OWNED, create: OWNED } });
  const account = { email: 'bench@example.com', password: `bench-${crypto.randomUUID()}` };
  const { body } = await httpJson(`${ready.api}/auth/signup`, { method: 'POST', headers: publishable, body: account });
  await fill({ api: ready.api, secret, collection: 'documents', extra: {} });
  await fill({ api: ready.api, secret, collection: 'guarded', extra: { owner: body.user.id } });
  const path = new URL(ready.api).pathname;
  return { port, path, key: ready.publishableKey, owner: body.user.id, token: body.session.token };
}

async function fill({ api, secret, collection, extra }) {
  let next = 0;
  const sender = async () => {
    while (next < DOCUMENTS) {
      const start = next;
      next += PER_FILL;
      const operations = Array.from({ length: Math.min(PER_FILL, DOCUMENTS - start) }, (_, i) => ({
        op: 'create',
        collection,
        document: { id: seededId(start + i, 10), ...seededDocument(start + i), ...extra },
      }));
      const { body } = await httpJson(`${api}/data/batch`, { method: 'POST', headers: secret, body: { operations } });
      const refused = body.results.find(({ status }) => status >= 400);
      if (refused) throw new Error(`Seeding ${collection}: ${JSON.stringify(refused)}`);
    }
  };
  await Promise.all(Array.from({ length: BATCHES_AT_ONCE }, sender));
}

export function requestFor({ path, key, owner, token }, { kind, signedIn, n, shelf, document }) {
  const base = `${path}/data/${signedIn ? 'guarded' : 'documents'}`;
  const headers = { 'x-mainstay-key': key, ...(signedIn ? { authorization: `Bearer ${token}` } : {}) };
  if (kind === 'create') return { method: 'POST', path: base, headers, body: signedIn ? { ...document, owner } : document };
  if (kind === 'batch') {
    const operations = Array.from({ length: PER_BATCH }, () => ({ op: 'create', collection: 'documents', document }));
    return { method: 'POST', path: `${path}/data/batch`, headers, body: { operations } };
  }
  if (kind === 'get') return { method: 'GET', path: `${base}/${seededId(n, 10)}`, headers };
  return { method: 'GET', path: `${base}?where=${encodeURIComponent(JSON.stringify({ shelf }))}&limit=${PER_SHELF}`, headers };
}

/** How many documents the answer to `batch` says were made. */
export const madeBy = (body) => body.results.filter(({ status }) => status === 201).length;

export const itemsOf = (body) => body.items;

export const asNobody = ({ headers: { authorization: _, ...headers }, ...request }) => ({ ...request, headers });
