import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { bench, say, work } from '../measure/bench-run.mjs';
import { answers, httpJson } from '../measure/http-json.mjs';
import { DOCUMENTS, PER_BATCH, PER_SHELF, seededDocument, seededId, SHELVES } from '../measure/scenario.mjs';

export const label = 'PocketBase 0.36.8';

const EMAIL = 'bench@example.com';
const OWNED = 'owner = @request.auth.id';
const FIELDS = [
  { name: 'title', type: 'text' },
  { name: 'text', type: 'text' },
  { name: 'shelf', type: 'number' },
  { name: 'score', type: 'number' },
  { name: 'done', type: 'bool' },
  { name: 'created', type: 'autodate', onCreate: true },
  { name: 'updated', type: 'autodate', onCreate: true, onUpdate: true },
];

/** Builds PocketBase when it is not there yet, and starts it with its defaults on SQLite. */
export async function start(run) {
  const program = await build();
  const port = await run.freePort();
  const directory = run.directoryFor('pocketbase');
  const password = randomBytes(12).toString('base64url');
  // Without --dev=false a program that was started from a temporary directory prints every SQL statement.
  const common = ['--dev=false', `--dir=${join(directory, 'data')}`];
  const command = async (...args) => promisify(execFile)(program, [...args, ...common], { cwd: directory, timeout: 120_000 });
  await command('superuser', 'upsert', EMAIL, password);
  const server = await run.startServer({
    name: 'pocketbase',
    command: program,
    args: ['serve', `--http=127.0.0.1:${port}`, ...common],
    cwd: directory,
    ready: () => answers(`http://127.0.0.1:${port}/api/health`),
  });
  return { processes: { server: server.pid }, port, password, sql: (statement) => command('sql', statement) };
}

async function build() {
  const program = join(work, 'pocketbase', 'pocketbase');
  if (existsSync(program)) return program;
  say('Building PocketBase (takes a minute or two) …');
  const cwd = join(bench, 'servers', 'pocketbase');
  await promisify(execFile)('go', ['build', '-o', program, '.'], { cwd, timeout: 900_000 });
  return program;
}

/** Makes collections and the user through the API, and the documents by one statement each. */
export async function seed(started) {
  const { port, password, sql } = started;
  const api = `http://127.0.0.1:${port}/api`;
  const superuser = await signInAsSuperuser(started);
  const batch = { enabled: true, maxRequests: PER_BATCH, timeout: 10 };
  await httpJson(`${api}/settings`, { method: 'PATCH', headers: superuser, body: { batch } });
  const account = { email: 'user@example.com', password, passwordConfirm: password };
  await httpJson(`${api}/collections/users/records`, { method: 'POST', headers: superuser, body: account });
  const user = await signIn(api, 'users', account);
  const owner = { name: 'owner', type: 'relation', collectionId: user.record.collectionId, maxSelect: 1 };
  await makeCollection({ api, superuser, name: 'documents', fields: FIELDS, rule: '' });
  await makeCollection({ api, superuser, name: 'guarded', fields: [...FIELDS, owner], rule: OWNED });
  await sql(seedStatement('documents', {}));
  await sql(seedStatement('guarded', { owner: user.record.id }));
  return { port, owner: user.record.id, token: user.token };
}

/** The headers of somebody who may make collections. */
export async function signInAsSuperuser({ port, password }) {
  const { token } = await signIn(`http://127.0.0.1:${port}/api`, '_superusers', { email: EMAIL, password });
  return { authorization: token };
}

async function signIn(api, collection, { email, password }) {
  const body = { identity: email, password };
  return (await httpJson(`${api}/collections/${collection}/auth-with-password`, { method: 'POST', body })).body;
}

async function makeCollection({ api, superuser, name, fields, rule }) {
  const rules = { listRule: rule, viewRule: rule, createRule: rule, updateRule: rule, deleteRule: rule };
  const indexes = [`CREATE INDEX idx_${name}_shelf ON ${name} (shelf)`];
  await httpJson(`${api}/collections`, { method: 'POST', headers: superuser, body: { name, type: 'base', fields, indexes, ...rules } });
}

/** The documents of `seededDocument`, counted out by SQLite itself. */
function seedStatement(table, extra) {
  const quote = (text) => `'${text.replaceAll("'", "''")}'`;
  const now = `strftime('%Y-%m-%d %H:%M:%fZ')`;
  const columns = {
    id: `printf('d%014d', n)`,
    title: `'Document ' || n`,
    text: quote(seededDocument(0).text),
    shelf: `n % ${SHELVES}`,
    score: `(n % 1000) / 4.0`,
    done: `n % 2 = 0`,
    created: now,
    updated: now,
    ...(extra.owner ? { owner: quote(extra.owner) } : {}),
  };
  return (
    `WITH RECURSIVE numbers(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM numbers WHERE n + 1 < ${DOCUMENTS}) ` +
    `INSERT INTO ${table} (${Object.keys(columns).join(', ')}) SELECT ${Object.values(columns).join(', ')} FROM numbers`
  );
}

export function requestFor({ owner, token }, { kind, signedIn, n, shelf, document }) {
  const base = `/api/collections/${signedIn ? 'guarded' : 'documents'}/records`;
  const headers = signedIn ? { authorization: token } : {};
  if (kind === 'create') return { method: 'POST', path: base, headers, body: signedIn ? { ...document, owner } : document };
  if (kind === 'batch') {
    const requests = Array.from({ length: PER_BATCH }, () => ({ method: 'POST', url: base, body: document }));
    return { method: 'POST', path: '/api/batch', headers, body: { requests } };
  }
  if (kind === 'get') return { method: 'GET', path: `${base}/${seededId(n, 15)}`, headers };
  // skipTotal: nobody else counts all matches either.
  return { method: 'GET', path: `${base}?filter=${encodeURIComponent(`shelf=${shelf}`)}&perPage=${PER_SHELF}&skipTotal=1`, headers };
}

export const madeBy = (body) => body.filter(({ status }) => status === 200).length;

export const itemsOf = (body) => body.items;

export const asNobody = ({ headers: { authorization: _, ...headers }, ...request }) => ({ ...request, headers });
