/** A document as the server last told it. */
export type Copy = { readonly id: string; readonly version: number } & Readonly<Record<string, unknown>>;
export type Fields = Readonly<Record<string, unknown>>;

/** A write that waits for the server. */
export interface OutboxEntry {
  /** Sorts by the time of the write, and is its Idempotency-Key as long as it is sent unchanged. */
  readonly id: string;
  readonly key: string;
  readonly op: 'create' | 'update' | 'replace' | 'delete';
  readonly collection: string;
  readonly documentId: string;
  readonly body: Fields;
  /** What the write was made on: the server's document; null when there was none. */
  readonly base: Copy | null;
  /** How often it met a conflict. */
  readonly conflicts: number;
  readonly at: string;
}

const SYSTEM_FIELDS: ReadonlySet<string> = new Set(['id', 'createdAt', 'updatedAt', 'version']);

/** The document as it would be after the write; null when it would be gone, or never was. */
export function applyEntry(entry: OutboxEntry, document: Copy | null): Copy | null {
  const { op, documentId: id, body, at } = entry;
  if (op === 'delete') return null;
  if (op === 'update') return document === null ? null : ({ ...merge(document, body), updatedAt: at } as unknown as Copy);
  return { ...body, id, createdAt: document?.['createdAt'] ?? at, updatedAt: at, version: document?.version ?? 0 };
}

/** One level, as the server merges: null takes a field away. */
function merge(document: Fields, patch: Fields): Fields {
  return Object.fromEntries(Object.entries({ ...document, ...patch }).filter(([name, value]) => value !== null || !(name in patch)));
}

/** What is the document's own, without what the platform sets. */
export function fieldsOf(document: Fields | null): Fields {
  return Object.fromEntries(Object.entries(document ?? {}).filter(([name]) => !SYSTEM_FIELDS.has(name)));
}

/** The merge patch that makes `after` of `before`. */
export function patchBetween(before: Fields | null, after: Fields): Fields {
  const [old, next] = [fieldsOf(before), fieldsOf(after)];
  const names = new Set([...Object.keys(old), ...Object.keys(next)]);
  return Object.fromEntries(Array.from(names).flatMap((name) => (isSame(old[name], next[name]) ? [] : [[name, next[name] ?? null]])));
}

function isSame(left: unknown, right: unknown): boolean {
  return canonical(left) === canonical(right);
}

/** JSON with its keys in order: the server may keep another one. */
function canonical(value: unknown): string {
  return JSON.stringify(value ?? null, (_name, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([one], [other]) => (one < other ? -1 : 1)))
      : inner,
  );
}
