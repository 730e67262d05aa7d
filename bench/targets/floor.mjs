import { join } from 'node:path';
import { bench } from '../measure/bench-run.mjs';
import { fillCollection, withMongo } from '../measure/fill-collection.mjs';
import { answers } from '../measure/http-json.mjs';
import { DOCUMENTS, PER_BATCH, PER_SHELF, seededDocument, seededId } from '../measure/scenario.mjs';

export const label = 'floor (express + driver)';

/** Starts bare express on a mongod of its own. */
export async function start(run) {
  const mongo = await run.startMongo('floor-mongo');
  const port = await run.freePort();
  const server = await run.startServer({
    name: 'floor',
    command: process.execPath,
    args: [join(bench, 'servers', 'floor.mjs')],
    env: { MONGO_URL: mongo.url, PORT: String(port) },
    ready: () => answers(`http://127.0.0.1:${port}/documents/none`),
  });
  return { processes: { server: server.pid, mongod: mongo.pid }, port, mongo };
}

/** Fills both collections; the answer is what `requestFor` needs. */
export async function seed({ port, mongo }) {
  const user = 'user1';
  const token = 'floor-session-token';
  await withMongo(mongo.url, 'floor', async (db) => {
    await db.collection('sessions').insertOne({ _id: token, user });
    const now = new Date();
    const document = (n) => ({ _id: seededId(n, 10), ...seededDocument(n), createdAt: now, updatedAt: now });
    for (const name of ['documents', 'guarded']) await db.collection(name).createIndex({ shelf: 1 });
    await fillCollection(db.collection('documents'), DOCUMENTS, document);
    await fillCollection(db.collection('guarded'), DOCUMENTS, (n) => ({ ...document(n), _rperm: [user], _wperm: [user] }));
  });
  return { port, token };
}

/** The request of one operation. Called in the driver, which checks it, and in the load generator. */
export function requestFor({ token }, { kind, signedIn, n, shelf, document }) {
  const base = signedIn ? '/guarded' : '/documents';
  const headers = signedIn ? { authorization: `Bearer ${token}` } : {};
  if (kind === 'create') return { method: 'POST', path: base, headers, body: document };
  if (kind === 'batch')
    return { method: 'POST', path: '/batch', headers, body: { documents: Array.from({ length: PER_BATCH }, () => document) } };
  if (kind === 'get') return { method: 'GET', path: `${base}/${seededId(n, 10)}`, headers };
  return { method: 'GET', path: `${base}?shelf=${shelf}&limit=${PER_SHELF}`, headers };
}

/** How many documents the answer to `batch` says were made. */
export const madeBy = (body) => body.items.length;

/** The documents in the body of an answer to `query`, and the title of one. */
export const itemsOf = (body) => body.items;

/** The same request as a caller who may not: nobody. */
export const asNobody = ({ headers: { authorization: _, ...headers }, ...request }) => ({ ...request, headers });
