import type { Copy, Fields, OutboxEntry } from './outbox-entry.ts';
import { applyEntry, fieldsOf, patchBetween } from './outbox-entry.ts';

/** A write that the server refused because the document had changed. */
export interface Conflict {
  readonly collection: string;
  readonly id: string;
  readonly op: OutboxEntry['op'];
  /** What the write was made on; null when there was nothing. */
  readonly base: Copy | null;
  /** What the app made of it; null when it was deleted. */
  readonly local: Copy | null;
  /** What is there now; null when it was deleted. */
  readonly server: Copy | null;
}

/**
 * `server-wins` drops what waits for the document. `client-wins` writes it over what is there. `field-merge` writes the fields that only the
 * app changed, and leaves those that the server's side changed; a deletion loses against a change, and a change against a deletion. A
 * function answers one of the first two, or the fields that the document shall have.
 */
export type ConflictStrategy = 'server-wins' | 'client-wins' | 'field-merge' | ((conflict: Conflict) => Resolution | Promise<Resolution>);
export type Resolution = 'server-wins' | 'client-wins' | Fields;

/** What to send instead; null when the server's document stays. */
export type NextWrite = Pick<OutboxEntry, 'op' | 'body'> | null;

/** What becomes of a refused write. */
export async function resolveConflict(entry: OutboxEntry, server: Copy | null, strategy: ConflictStrategy): Promise<NextWrite> {
  const { op, collection, documentId: id, base } = entry;
  const local = applyEntry(entry, base);
  const chosen = typeof strategy === 'function' ? await strategy({ collection, id, op, base, local, server }) : strategy;
  if (chosen === 'server-wins') return null;
  if (chosen === 'client-wins') return overwrite(entry, local, server);
  if (chosen === 'field-merge') return mergeFields(entry, local, server);
  return server === null ? { op: 'replace', body: fieldsOf(chosen) } : patch(patchBetween(server, chosen));
}

const patch = (body: Fields): NextWrite => (Object.keys(body).length === 0 ? null : { op: 'update', body });

function overwrite({ op, body }: OutboxEntry, local: Copy | null, server: Copy | null): NextWrite {
  if (op === 'delete') return server === null ? null : { op, body };
  if (server === null) return local === null ? null : { op: 'replace', body: fieldsOf(local) };
  return op === 'create' ? { op: 'replace', body } : { op, body };
}

function mergeFields({ op, base }: OutboxEntry, local: Copy | null, server: Copy | null): NextWrite {
  if (op === 'delete' || server === null || local === null) return null;
  const theirs = new Set(Object.keys(patchBetween(base, server)));
  const ours = Object.entries(patchBetween(base, local)).filter(([name]) => !theirs.has(name));
  return patch(Object.fromEntries(ours));
}
