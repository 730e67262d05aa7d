import type { Client } from '../client/create-client.ts';
import { createKey } from '../http/create-key.ts';
import { MainstayError } from '../http/mainstay-error.ts';
import type { LocalCopy } from './local-copy.ts';
import type { Copy, OutboxEntry } from './outbox-entry.ts';
import type { ConflictStrategy } from './resolve-conflict.ts';
import { resolveConflict } from './resolve-conflict.ts';

/** A write that was given up, and why. */
export interface Rejected {
  readonly entry: OutboxEntry;
  readonly error: MainstayError;
}

/** What sending works with. */
export interface SendParts {
  readonly app: Client<never>;
  readonly copy: LocalCopy;
  readonly strategyOf: (collection: string) => ConflictStrategy;
  readonly onRejected: (rejected: Rejected) => void;
}

/** A document that others change this often while one write waits is given up. */
const MAX_CONFLICTS = 10;
/** Refused for now, not for good: sign in again, wait, try later. */
const TEMPORARY = new Set([0, 401, 408, 429]);
/** The same key is still worked on, or the answer can't be opened any more: the next attempt tells. */
const TEMPORARY_CODES = new Set(['idempotency_in_progress']);

/** Sends the first write that waits, and sees to it that it does not wait any longer. @throws MainstayError when it can't be sent now */
export async function sendEntry(parts: SendParts, entry: OutboxEntry): Promise<void> {
  try {
    await parts.copy.settle(entry, await send(parts, entry));
  } catch (error) {
    if (!(error instanceof MainstayError) || error.status >= 500 || TEMPORARY.has(error.status) || TEMPORARY_CODES.has(error.code))
      throw error;
    if (error.code === 'idempotency_key_reused' || error.code === 'idempotency_answer_sealed') {
      // Whatever was done under this key: the document tells.
      await settleConflict(parts, entry, error);
    } else if (isConflict(entry, error)) await settleConflict(parts, entry, error);
    else await reject(parts, entry, error);
  }
}

function isConflict({ op }: OutboxEntry, { status, code }: MainstayError): boolean {
  return status === 412 || (status === 404 && code === 'document_not_found' && op !== 'create') || code === 'document_exists';
}

function send({ app }: SendParts, entry: OutboxEntry): Promise<Copy | null> {
  const { op, key: idempotencyKey, documentId: id, body, base } = entry;
  const path = `/data/${encodeURIComponent(entry.collection)}`;
  const at = `${path}/${encodeURIComponent(id)}`;
  const options = { idempotencyKey, ifVersion: base?.version };
  switch (op) {
    case 'create':
      return app.request<Copy>('POST', path, { idempotencyKey, body: { ...body, id } });
    case 'update':
      return app.request<Copy>('PATCH', at, { ...options, body });
    case 'replace':
      return app.request<Copy>('PUT', at, { ...options, body });
    case 'delete':
      return app.request<undefined>('DELETE', at, options).then(() => null);
  }
}

async function settleConflict(parts: SendParts, entry: OutboxEntry, error: MainstayError): Promise<void> {
  const { app, copy, strategyOf } = parts;
  const { collection, documentId } = entry;
  const server = await read(app, collection, documentId);
  if (entry.op === 'delete' && server === null) return copy.settle(entry, null);
  if (entry.conflicts >= MAX_CONFLICTS) return reject(parts, entry, error);
  const next = await resolveConflict(entry, server, strategyOf(collection));
  if (next !== null) return copy.amend(entry, { ...entry, ...next, key: createKey(), base: server, conflicts: entry.conflicts + 1 });
  // The server's document stays; with a merge, what waits behind this write may still have something to say.
  if (strategyOf(collection) === 'field-merge' && server !== null) return copy.settle(entry, server);
  await copy.abandon(entry, server);
}

async function read(app: Client<never>, collection: string, id: string): Promise<Copy | null> {
  try {
    return await app.request<Copy>('GET', `/data/${encodeURIComponent(collection)}/${encodeURIComponent(id)}`);
  } catch (error) {
    if (error instanceof MainstayError && error.status === 404) return null;
    throw error;
  }
}

/** What can't be created can't be changed either: with a refused creation all goes that waits for its document. */
async function reject({ copy, onRejected }: SendParts, entry: OutboxEntry, error: MainstayError): Promise<void> {
  const given = entry.op === 'create' ? await copy.abandon(entry) : [entry];
  if (entry.op !== 'create') await copy.drop(entry);
  for (const one of given) onRejected({ entry: one, error });
}
