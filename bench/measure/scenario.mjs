/** What every target is measured with: the same documents, the same questions, the same user. */

export const OPERATIONS = ['create', 'get', 'query', 'create_acl', 'get_acl', 'query_acl', 'batch'];

/** Documents that one `batch` creates, and how many of them are under way: each is as much work as 50 requests. */
export const PER_BATCH = 50;
export const BATCH_CONNECTIONS = 16;

export const DOCUMENTS = 100_000;
/** A query asks for one shelf, so it finds exactly this many documents of all. */
export const PER_SHELF = 20;
export const SHELVES = DOCUMENTS / PER_SHELF;

const TEXT = 'The quick brown fox jumps over the lazy dog, again and again, until somebody measures how often it can do that.';

/** Document `n` of the seed. All targets store these five fields beside their own timestamps. */
export function seededDocument(n) {
  return { title: `Document ${n}`, text: TEXT, shelf: n % SHELVES, score: (n % 1000) / 4, done: n % 2 === 0 };
}

/** A document that `create` sends. Its shelf is one that no query asks for, so that queries keep finding `PER_SHELF`. */
export function newDocument(n) {
  return { title: `New document ${n}`, text: TEXT, shelf: SHELVES + (n % SHELVES), score: (n % 1000) / 4, done: false };
}

/** The id of document `n`, as long as the target wants it (Parse: 10, PocketBase: 15). */
export const seededId = (n, length) => `d${String(n).padStart(length - 1, '0')}`;

/** `create_acl` → the kind of request and whether it is made by the signed-in user. */
export function partsOf(operation) {
  const [kind, acl] = operation.split('_');
  return { kind, signedIn: acl === 'acl' };
}

/** The status that counts as success. PocketBase answers a create with 200, everybody else with 201. */
export const isSuccess = (status) => status === 200 || status === 201;
