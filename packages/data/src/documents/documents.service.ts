import type { MongoFilter } from '@mainstay/conditions';
import type { ProjectContext } from '@mainstay/kernel';
import { rulesApplyTo } from '@mainstay/kernel';
import type { Frame } from '@mainstay/host';
import type { StoredDocument, TransactionSession } from '@mainstay/store';
import { DuplicateKeyError } from '@mainstay/store';
import type { Collections } from '../collections/collections.service.ts';
import type { CompiledCollection } from '../collections/compile-collection.ts';
import type { Operation } from '../collections/collections.schema.ts';
import type { Traces } from '../history/traces.service.ts';
import { authorize, authorizeOne, both } from '../rules/authorize.ts';
import { ruleDenied } from '../rules/rules.problems.ts';
import { checkNewDocument } from './check-document.ts';
import { freshDocument } from './fresh-document.ts';
import { refuseTooLarge } from './refuse-too-large.ts';
import type { CheckedUpdate } from './check-update.ts';
import { checkUpdate } from './check-update.ts';
import { stampUpdate } from './stamp-update.ts';
import { documentExists, documentNotFound, uniqueViolation, updateNotPossible, versionConflict } from './documents.problems.ts';
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
/** The documents of collections. Every function honours the rules that apply to `context.principal`. */
export function createDocuments({ store, clock }: Frame, { collections, traces }: { collections: Collections; traces: Traces }) {
  const isClient = (context: ProjectContext): boolean => rulesApplyTo(context.principal);

  async function collectionOf(context: ProjectContext, name: string): Promise<CompiledCollection> {
    return collections.peek(context, name) ?? collections.compiled(context, name);
  }

  const fresh = (collection: CompiledCollection, input: Input, { client, id }: { client: boolean; id: string | undefined }) =>
    freshDocument(collection, input, { client, id, now: new Date(clock.now()), maxBytes: store.settings.documentMaxBytes });

  /** Why nothing matched: gone or hidden, or there with another version. */
  async function explainMiss(
    context: ProjectContext,
    collection: CompiledCollection,
    { address, session }: { address: DocumentAddress; session: TransactionSession | undefined },
  ): Promise<Error> {
    const missing = documentNotFound({ collection: address.collection, id: address.id });
    if (address.ifVersion === undefined) return missing;
    const document = await store.documents(context, collection.name).get(address.id, session);
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

  /** What the caller sees of what it wrote: all that it may read, else only that it was written. */
  function shown(context: ProjectContext, collection: CompiledCollection, document: StoredDocument): WireDocument {
    const client = isClient(context);
    if (!client || mayRead(context, collection, document)) return toWire(document, viewOf(collection, client, undefined));
    return toWire(document, viewOf(collection, client, []));
  }

  /** Runs a write, in a transaction of its own when something else must be stored or checked with it. */
  function together<T>(
    isNeeded: boolean,
    session: TransactionSession | undefined,
    run: (session: TransactionSession | undefined) => Promise<T>,
  ): Promise<T> {
    return isNeeded && session === undefined ? store.transaction(run) : run(session);
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
    const document = fresh(collection, input, { client, id: options.id });
    if (!allows(document)) throw ruleDenied({ collection: name, operation: 'create' });
    try {
      await together(collection.keepsHistory, options.session, async (session) => {
        await insert(context, collection, { document, session });
        await traces.written(context, collection, { kind: 'created', document, session });
      });
    } catch (error) {
      const earlier = options.id === document._id ? await store.documents(context, name).get(document._id) : null;
      if (earlier === null || !allows(earlier)) throw error;
      return shown(context, collection, earlier);
    }
    return shown(context, collection, document);
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
      if (after === null) throw await explainMiss(context, collection, { address, session: inSession });
      if (touchesRule && !grant.allows(after)) throw ruleDenied({ collection: collection.name, operation: 'update' });
      if (checked.dependsOnStored) checkResult(collection, after);
      await traces.written(context, collection, { kind: 'changed', document: after, session: inSession });
      return after;
    };
    const after = await together(touchesRule || checked.dependsOnStored || collection.keepsHistory, session, run);
    return shown(context, collection, after);
  }

  async function apply(
    context: ProjectContext,
    collection: CompiledCollection,
    { filter, checked, session }: { filter: MongoFilter; checked: CheckedUpdate; session: TransactionSession | undefined },
  ): Promise<StoredDocument | null> {
    try {
      return await store.documents(context, collection.name).update(filter, stampUpdate(checked, new Date(clock.now())), session);
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
    refuseTooLarge(after, store.settings.documentMaxBytes);
  }

  /**
   * Replaces a document's fields, or creates it under this id.
   * @throws documentNotFound, versionConflict, ruleDenied, invalidInput, uniqueViolation
   */
  async function replace(
    context: ProjectContext,
    address: DocumentAddress,
    { input, session }: { input: Input; session?: TransactionSession | undefined },
  ) {
    const collection = await collectionOf(context, address.collection);
    const existing = await store.documents(context, collection.name).get(address.id, session);
    if (existing === null && address.ifVersion === undefined) {
      const created = await create(context, address.collection, { input: { ...input, id: address.id }, session });
      return { document: created, isNew: true };
    }
    const { grant, filter } = targetFilter(collection, 'update', { context, address });
    if (existing === null || !grant.allows(existing)) throw documentNotFound(address);
    const made = fresh(collection, { ...input, id: address.id }, { client: isClient(context), id: address.id });
    const kept = isClient(context) ? untouchable(collection, existing) : {};
    const next = { ...kept, ...made, createdAt: existing.createdAt, version: existing.version + 1 };
    if (!grant.allows(next)) throw ruleDenied({ collection: collection.name, operation: 'update' });
    const stored = await together(collection.keepsHistory, session, async (inSession) => {
      const after = await put(context, collection, {
        filter: both(filter, { $and: [{ version: existing.version }] }),
        next,
        session: inSession,
      });
      await traces.written(context, collection, { kind: 'changed', document: after, session: inSession });
      return after;
    });
    return { document: shown(context, collection, stored), isNew: false };
  }

  async function put(
    context: ProjectContext,
    collection: CompiledCollection,
    { filter, next, session }: { filter: MongoFilter; next: StoredDocument; session: TransactionSession | undefined },
  ): Promise<StoredDocument> {
    try {
      const stored = await store.documents(context, collection.name).replace(filter, next, session);
      if (stored === null) throw versionConflict();
      return stored;
    } catch (error) {
      throw error instanceof DuplicateKeyError ? uniqueViolation({ fields: error.fields }) : error;
    }
  }

  /** Deletes a document, into the trash where the collection has one. @throws documentNotFound, versionConflict, ruleDenied */
  async function remove(context: ProjectContext, address: DocumentAddress, session?: TransactionSession): Promise<void> {
    const collection = await collectionOf(context, address.collection);
    const { filter } = targetFilter(collection, 'delete', { context, address });
    const rows = store.documents(context, collection.name);
    await together(collection.keepsHistory || collection.keepsDeleted, session, async (inSession) => {
      const isTraced = collection.keepsHistory || collection.keepsDeleted;
      const deleted = isTraced ? await rows.take(filter, inSession) : await rows.delete(filter, inSession);
      if (deleted === null || deleted === false) throw await explainMiss(context, collection, { address, session: inSession });
      if (deleted !== true) await traces.deleted(context, collection, { document: deleted, session: inSession });
    });
  }

  return { create, get, update, replace, delete: remove };
}
export type Documents = ReturnType<typeof createDocuments>;

/** What a client that replaces a document can't give it, because it may not see or write it: that stays. */
function untouchable({ hidden, readOnly }: CompiledCollection, existing: StoredDocument): Record<string, unknown> {
  const names = [...new Set([...hidden, ...readOnly])].filter((name) => Object.hasOwn(existing, name));
  return Object.fromEntries(names.map((name) => [name, existing[name]]));
}
