import { httpJson } from './http-json.mjs';
import { isSuccess, newDocument, OPERATIONS, partsOf, PER_BATCH, PER_SHELF, seededDocument, SHELVES } from './scenario.mjs';

const EVERY_STATUS = Array.from({ length: 500 }, (_, i) => 100 + i);

/**
 * Asks each operation once before it is measured, and that nobody gets in without signing in where there are permissions: a wrong answer can be fast.
 *
 * @throws an Error that names the operation and shows the answer
 */
export async function checkTarget(name, target, session) {
  for (const operation of OPERATIONS) {
    const { kind, signedIn } = partsOf(operation);
    const n = 4242;
    const request = target.requestFor(session, { kind, signedIn, n, shelf: n % SHELVES, document: newDocument(n) });
    const answer = await ask(session, request);
    const wrong = (what) => new Error(`${name} ${operation}: ${what}: ${answer.status} ${JSON.stringify(answer.body).slice(0, 600)}`);
    if (!isSuccess(answer.status)) throw wrong('refused');
    if (kind === 'get' && !isSeeded(answer.body, n)) throw wrong('not the document that was asked for');
    if (kind === 'query') {
      const items = target.itemsOf(answer.body);
      if (items.length !== PER_SHELF || items.some(({ shelf }) => shelf !== n % SHELVES))
        throw wrong('not the documents that were asked for');
    }
    if (kind === 'batch') {
      const made = target.madeBy(answer.body);
      if (made !== PER_BATCH) throw wrong(`made ${made} documents instead of ${PER_BATCH}`);
    }
    if (signedIn && (await nobodyMay(target, session, kind, request))) throw wrong('somebody who is not signed in may as well');
  }
}

function isSeeded(body, n) {
  return Object.entries(seededDocument(n)).every(([field, value]) => body[field] === value);
}

async function nobodyMay(target, session, kind, request) {
  if (kind === 'create' && target.anybodyCreates) return false;
  const { status, body } = await ask(session, target.asNobody(request));
  return isSuccess(status) && (kind !== 'query' || target.itemsOf(body).length > 0);
}

const ask = ({ port }, { method, path, headers, body }) =>
  httpJson(`http://127.0.0.1:${port}${path}`, { method, headers, body, expect: EVERY_STATUS });
