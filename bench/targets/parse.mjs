import { randomBytes } from 'node:crypto';
import { cpSync, existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { runCommand } from '../../scripts/run-command.mjs';
import { bench, say, work } from '../measure/bench-run.mjs';
import { fillCollection, withMongo } from '../measure/fill-collection.mjs';
import { answers, httpJson } from '../measure/http-json.mjs';
import { DOCUMENTS, PER_BATCH, PER_SHELF, seededDocument, seededId } from '../measure/scenario.mjs';

export const label = 'Parse Server 9.10.0';

/** An ACL says who may read and change a document, not who may make one. */
export const anybodyCreates = true;

const DATABASE = 'parse';
const FIELDS = {
  title: { type: 'String' },
  text: { type: 'String' },
  shelf: { type: 'Number' },
  score: { type: 'Number' },
  done: { type: 'Boolean' },
};

/** Installs Parse Server when it is not there yet, and starts it on a mongod of its own. */
export async function start(run, more = {}) {
  const tree = await install();
  const mongo = await run.startMongo('parse-mongo');
  const port = await run.freePort();
  const masterKey = randomBytes(24).toString('base64url');
  const url = new URL(mongo.url);
  url.pathname = `/${DATABASE}`;
  const server = await run.startServer({
    name: 'parse',
    command: process.execPath,
    args: [join(bench, 'servers', 'parse', 'parse.mjs')],
    env: { PARSE_TREE: join(tree, 'package.json'), MONGO_URL: url.href, MASTER_KEY: masterKey, PORT: String(port), ...more },
    // It writes a folder of logs into the current directory whatever its options say.
    cwd: run.directoryFor('parse'),
    ready: () => answers(`http://127.0.0.1:${port}/parse/health`),
    seconds: 90,
  });
  return { processes: { server: server.pid, mongod: mongo.pid }, port, mongo, masterKey };
}

async function install() {
  const tree = join(work, 'parse');
  if (existsSync(join(tree, 'node_modules', 'parse-server', 'package.json'))) return tree;
  say('Installing Parse Server …');
  mkdirSync(tree, { recursive: true });
  for (const file of ['package.json', 'package-lock.json']) cpSync(join(bench, 'servers', 'parse', file), join(tree, file));
  const args = ['ci', '--prefix', tree, '--ignore-scripts', '--no-audit', '--no-fund'];
  const { code, output, why } = await runCommand('npm', args, { timeoutSeconds: 300 });
  if (code !== 0) throw new Error(`npm ci of Parse Server failed: ${why ?? output}`);
  return tree;
}

/** Makes the classes and the user through the API, and the documents in the form that Parse stores. */
export async function seed({ port, mongo, masterKey }) {
  const api = `http://127.0.0.1:${port}/parse`;
  const app = { 'x-parse-application-id': 'bench' };
  const master = { ...app, 'x-parse-master-key': masterKey };
  for (const className of ['Document', 'Guarded']) {
    await httpJson(`${api}/schemas/${className}`, { method: 'POST', headers: master, body: { className, fields: FIELDS } });
  }
  const account = { username: 'bench', password: randomBytes(12).toString('base64url') };
  const { body: user } = await httpJson(`${api}/users`, { method: 'POST', headers: app, body: account });
  const owner = user.objectId;
  await withMongo(mongo.url, DATABASE, async (db) => {
    const now = new Date();
    const document = (n) => ({ _id: seededId(n, 10), ...seededDocument(n), _created_at: now, _updated_at: now });
    const acl = { _rperm: [owner], _wperm: [owner], _acl: { [owner]: { r: true, w: true } } };
    for (const name of ['Document', 'Guarded']) await db.collection(name).createIndex({ shelf: 1 });
    await fillCollection(db.collection('Document'), DOCUMENTS, document);
    await fillCollection(db.collection('Guarded'), DOCUMENTS, (n) => ({ ...document(n), ...acl }));
  });
  return { port, owner, token: user.sessionToken };
}

export function requestFor({ owner, token }, { kind, signedIn, n, shelf, document }) {
  const base = signedIn ? '/parse/classes/Guarded' : '/parse/classes/Document';
  const headers = { 'x-parse-application-id': 'bench', ...(signedIn ? { 'x-parse-session-token': token } : {}) };
  const acl = signedIn ? { ACL: { [owner]: { read: true, write: true } } } : {};
  if (kind === 'create') return { method: 'POST', path: base, headers, body: { ...document, ...acl } };
  if (kind === 'batch') {
    const requests = Array.from({ length: PER_BATCH }, () => ({ method: 'POST', path: base, body: document }));
    return { method: 'POST', path: '/parse/batch', headers, body: { requests } };
  }
  if (kind === 'get') return { method: 'GET', path: `${base}/${seededId(n, 10)}`, headers };
  return { method: 'GET', path: `${base}?where=${encodeURIComponent(JSON.stringify({ shelf }))}&limit=${PER_SHELF}`, headers };
}

export const madeBy = (body) => body.filter(({ success }) => success?.objectId).length;

export const itemsOf = (body) => body.results;

export const asNobody = ({ headers: { 'x-parse-session-token': _, ...headers }, ...request }) => ({ ...request, headers });
