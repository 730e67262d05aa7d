import type { MongoFilter } from '@mainstay/conditions';
import type { ProjectContext } from '@mainstay/kernel';
import { createId, rulesApplyTo } from '@mainstay/kernel';
import type { Frame } from '@mainstay/host';
import type { StoredDocument, TransactionSession } from '@mainstay/store';
import { DuplicateKeyError } from '@mainstay/store';
import type { Collections } from '../collections/collections.service.ts';
import type { CompiledCollection } from '../collections/compile-collection.ts';
import type { Operation } from '../collections/collections.schema.ts';
import { authorize, authorizeOne, both } from '../rules/authorize.ts';
import { ruleDenied } from '../rules/rules.problems.ts';
import { checkNewDocument } from './check-document.ts';
import type { CheckedUpdate } from './check-update.ts';
import { checkUpdate } from './check-update.ts';
import {
  documentExists,
  documentNotFound,
  documentTooLarge,
  uniqueViolation,
  updateNotPossible,
  versionConflict,
} from './documents.problems.ts';
import type { WireDocument } from './to-wire.ts';
import { toWire, viewOf } from './to-wire.ts';

type Input = Readonly<Record<string, unknown>>;

/** Which document is meant. */
export interface DocumentAddress {
  readonly collection: string;
  readonly id: string;
  /** Only if it still has this version. */
  readonly ifVersion?: number | undefined;
}

/** How a write is done. */
export interface WriteOptions {
  /** The id of what is created, unless the document names one; the same for every repeat of a request. */
  readonly id?: string | undefined;
  readonly session?: TransactionSession | undefined;
}

/** The server's codes for an update that does not fit the stored value: BadValue, TypeMismatch, PathNotViable, ConflictingUpdateOperators. */
const UPDATE_ERRORS = new Set([2, 14, 28, 40]);
/** Documents below this many characters of JSON are below every limit in bytes. */
const JSON_BYTES_PER_CHARACTER = 4;

/** The documents of collections. Every function honours the rules that apply to `context.principal`. */
export function createDocuments({ store, clock }: Frame, collections: Collections) {
  const isClient = (context: ProjectContext): boolean => rulesApplyTo(context.principal);

  async function collectionOf(context: ProjectContext, name: string): Promise<CompiledCollection> {
    return collections.peek(context, name) ?? collections.compiled(context, name);
  }

  function refuseTooLarge(document: Input): void {
    const maxBytes = store.settings.documentMaxBytes;
    const text = JSON.stringify(document);
    if (text.length * JSON_BYTES_PER_CHARACTER > maxBytes && Buffer.byteLength(text) > maxBytes) throw documentTooLarge({ maxBytes });
  }

  /** A new document with its system fields. */
  function freshDocument(
    collection: CompiledCollection,
    input: Input,
    { client, id }: { client: boolean; id: string | undefined },
  ): StoredDocument {
    const checked = checkNewDocument(collection, input, client);
    const now = new Date(clock.now());
    const acl = checked.acl === undefined ? {} : { acl: checked.acl };
    const document = {
      _id: checked.id ?? id ?? createId(now.getTime()),
      ...checked.fields,
      createdAt: now,
      updatedAt: now,
      version: 1,
      ...acl,
    };
    refuseTooLarge(document);
    return document;
  }

  /** Why nothing matched: gone or hidden, or there with another version. */
  async function explainMiss(context: ProjectContext, collection: CompiledCollection, address: DocumentAddress): Promise<Error> {
    const missing = documentNotFound({ collection: address.collection, id: address.id });
    if (address.ifVersion === undefined) return missing;
    const document = await store.documents(context, collection.name).get(address.id);
    if (document === null) return missing;
    return mayRead(context, collection, document) ? versionConflict() : missing;
  }

  function mayRead(context: ProjectContext, collection: CompiledCollection, document: StoredDocument): boolean {
    try {
      return authorizeOne(collection, 'get', context.principal)(document);
    } catch {
      return false;
    }
  }

  function targetFilter(
    collection: CompiledCollection,
    operation: Operation,
    { context, address }: { context: ProjectContext; address: DocumentAddress },
  ) {
    const grant = authorize(collection, operation, context.principal);
    const version = address.ifVersion === undefined ? {} : { version: address.ifVersion };
    return { grant, filter: both({ _id: address.id, ...version }, grant.filter) };
  }

  async function insert(
    context: ProjectContext,
    collection: CompiledCollection,
    { document, session }: { document: StoredDocument; session: TransactionSession | undefined },
  ) {
    try {
      await store.documents(context, collection.name).insert(document, session);
    } catch (error) {
      if (!(error instanceof DuplicateKeyError)) throw error;
      throw error.index === '_id_' ? documentExists() : uniqueViolation({ fields: error.fields });
    }
  }

  /** Creates a document. @throws collectionNotFound, ruleDenied, invalidInput, documentExists, uniqueViolation */
  async function create(
    context: ProjectContext,
    name: string,
    { input, ...options }: { input: Input } & WriteOptions,
  ): Promise<WireDocument> {
    const collection = await collectionOf(context, name);
    const client = isClient(context);
    const allows = authorizeOne(collection, 'create', context.principal);
    const document = freshDocument(collection, input, { client, id: options.id });
    if (!allows(document)) throw ruleDenied({ collection: name, operation: 'create' });
    const view = viewOf(collection, client, undefined);
    try {
      await insert(context, collection, { document, session: options.session });
    } catch (error) {
      const earlier = options.id === document._id ? await store.documents(context, name).get(document._id) : null;
      if (earlier === null || !allows(earlier)) throw error;
      return toWire(earlier, view);
    }
    return toWire(document, view);
  }

  /** One document. @throws documentNotFound also when the caller may not see it: the two are not told apart. */
  async function get(
    context: ProjectContext,
    { collection: name, id }: DocumentAddress,
    fields?: readonly string[],
  ): Promise<WireDocument> {
    const collection = collections.peek(context, name) ?? (await collections.compiled(context, name));
    const allows = authorizeOne(collection, 'get', context.principal);
    const document = await store.documents(context, name).get(id);
    if (document === null || !allows(document)) throw documentNotFound({ collection: name, id });
    return toWire(document, viewOf(collection, isClient(context), fields));
  }

  /**
   * Changes a document by a merge patch or update operators, atomically.
   * The update rule must hold before and after the change; what the outcome depends on is checked in a transaction.
   * @throws documentNotFound, versionConflict, ruleDenied, invalidInput, uniqueViolation, updateNotPossible
   */
  async function update(
    context: ProjectContext,
    address: DocumentAddress,
    { input, session }: { input: Input; session?: TransactionSession | undefined },
  ): Promise<WireDocument> {
    const collection = await collectionOf(context, address.collection);
    const client = isClient(context);
    const checked = checkUpdate(collection, input, client);
    const { grant, filter } = targetFilter(collection, 'update', { context, address });
    const rule = collection.rules.update;
    const touchesRule =
      client && (checked.touched.has('acl') || rule?.fields.some((field) => checked.touched.has(field.split('.')[0] ?? '')) === true);
    const run = async (inSession: TransactionSession | undefined): Promise<StoredDocument> => {
      const after = await apply(context, collection, { filter, checked, session: inSession });
      if (after === null) throw await explainMiss(context, collection, address);
      if (touchesRule && !grant.allows(after)) throw ruleDenied({ collection: collection.name, operation: 'update' });
      if (checked.dependsOnStored) checkResult(collection, after);
      return after;
    };
    const mustCheck = touchesRule || checked.dependsOnStored;
    const after = mustCheck && session === undefined ? await store.transaction(run) : await run(session);
    return toWire(after, viewOf(collection, client, undefined));
  }

  async function apply(
    context: ProjectContext,
    collection: CompiledCollection,
    { filter, checked, session }: { filter: MongoFilter; checked: CheckedUpdate; session: TransactionSession | undefined },
  ): Promise<StoredDocument | null> {
    const { $set, $inc, ...rest } = checked.update;
    const operators = { ...rest, $set: { ...$set, updatedAt: new Date(clock.now()) }, $inc: { ...$inc, version: 1 } };
    try {
      return await store.documents(context, collection.name).update(filter, operators, session);
    } catch (error) {
      if (error instanceof DuplicateKeyError) throw uniqueViolation({ fields: error.fields });
      if (UPDATE_ERRORS.has(Number((error as { code?: unknown }).code))) throw updateNotPossible();
      throw error;
    }
  }

  /** What an operator made of a field must still fit the field. */
  function checkResult(collection: CompiledCollection, after: StoredDocument): void {
    const { _id, createdAt: _c, updatedAt: _u, version: _v, acl: _a, ...fields } = after;
    checkNewDocument(collection, { id: _id, ...fields }, false);
    refuseTooLarge(after);
  }

  /** Replaces a document's fields, or creates it under this id. */
  async function replace(
    context: ProjectContext,
    address: DocumentAddress,
    { input, session }: { input: Input; session?: TransactionSession | undefined },
  ) {
    const collection = await collectionOf(context, address.collection);
    const client = isClient(context);
    const existing = await store.documents(context, collection.name).get(address.id);
    if (existing === null && address.ifVersion === undefined) {
      const created = await create(context, address.collection, { input: { ...input, id: address.id }, session });
      return { document: created, isNew: true };
    }
    const { grant, filter } = targetFilter(collection, 'update', { context, address });
    if (existing === null || !grant.allows(existing)) throw documentNotFound(address);
    const fresh = freshDocument(collection, { ...input, id: address.id }, { client, id: address.id });
    const next = { ...fresh, createdAt: existing.createdAt, version: existing.version + 1 };
    if (!grant.allows(next)) throw ruleDenied({ collection: collection.name, operation: 'update' });
    const stored = await store
      .documents(context, collection.name)
      .replace(both(filter, { $and: [{ version: existing.version }] }), next, session);
    if (stored === null) throw versionConflict();
    return { document: toWire(stored, viewOf(collection, client, undefined)), isNew: false };
  }

  /** Deletes a document. @throws documentNotFound, versionConflict, ruleDenied */
  async function remove(context: ProjectContext, address: DocumentAddress, session?: TransactionSession): Promise<void> {
    const collection = await collectionOf(context, address.collection);
    const { filter } = targetFilter(collection, 'delete', { context, address });
    const isDeleted = await store.documents(context, collection.name).delete(filter, session);
    if (!isDeleted) throw await explainMiss(context, collection, address);
  }

  return { create, get, update, replace, delete: remove };
}
export type Documents = ReturnType<typeof createDocuments>;
