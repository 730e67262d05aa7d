import type { MongoFilter } from '@mainstay/conditions';
import type { ProjectContext } from '@mainstay/kernel';
import { Problem, rulesApplyTo } from '@mainstay/kernel';
import type { Frame } from '@mainstay/host';
import type { StoredDocument, TransactionSession } from '@mainstay/store';
import type { Collections } from '../collections/collections.service.ts';
import type { CompiledCollection } from '../collections/compile-collection.ts';
import type { Operation } from '../collections/collections.schema.ts';
import type { Traces } from '../history/traces.service.ts';
import type { Grant } from '../rules/authorize.ts';
import { authorize, authorizeOne, both } from '../rules/authorize.ts';
import { ruleDenied } from '../rules/rules.problems.ts';
import { checkChange, keptOf, refuseReadOnly } from './check-change.ts';
import { checkTouched } from './check-document.ts';
import { freshDocument } from './fresh-document.ts';
import { hidingUnread } from './hiding-unread.ts';
import { missOf } from './miss-of.ts';
import { leavingBehind, moveAfter } from './move-field.ts';
import { refuseTooLarge } from './refuse-too-large.ts';
import { shownDocument } from './shown-document.ts';
import type { CheckedUpdate } from './check-update.ts';
import { checkUpdate } from './check-update.ts';
import { stampUpdate } from './stamp-update.ts';
import { documentNotFound, updateNotPossible, versionConflict } from './documents.problems.ts';
import { refusingTaken } from './taken-values.ts';
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

/** A document that another one takes the place of. */
interface Replacement {
  readonly existing: StoredDocument;
  readonly grant: Grant;
  readonly filter: MongoFilter;
  readonly input: Input;
  readonly session: TransactionSession | undefined;
}

/** The server's codes for an update that does not fit the stored value: BadValue, TypeMismatch, PathNotViable, ConflictingUpdateOperators. */
const UPDATE_ERRORS = new Set([2, 14, 28, 40]);
/** The documents of collections. Every function honours the rules that apply to `context.principal`. */
export function createDocuments({ store, clock }: Frame, { collections, traces }: { collections: Collections; traces: Traces }) {
  const isClient = (context: ProjectContext): boolean => rulesApplyTo(context.principal);

  const rowsOf = (context: ProjectContext, collection: CompiledCollection) => store.documents(context, collection.name);

  async function collectionOf(context: ProjectContext, name: string): Promise<CompiledCollection> {
    return collections.peek(context, name) ?? collections.compiled(context, name);
  }

  const fresh = (collection: CompiledCollection, input: Input, options: { client: boolean; id: string | undefined; kept?: Input }) =>
    freshDocument(collection, input, { ...options, now: new Date(clock.now()), maxBytes: store.settings.documentMaxBytes });

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
    if (client) refuseReadOnly(collection, document, Object.keys(input));
    await collections.learn(context, collection, document);
    try {
      await together(collection.keepsHistory, options.session, async (session) => {
        await refusingTaken(collection, client, () => rowsOf(context, collection).insert(document, session));
        await traces.written(context, collection, { kind: 'created', document, session });
      });
    } catch (error) {
      const earlier = options.id === document._id ? await store.documents(context, name).get(document._id) : null;
      if (earlier === null || !allows(earlier)) throw error;
      return shownDocument(context, collection, earlier);
    }
    return shownDocument(context, collection, document);
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
    const checked = leavingBehind(collection, checkUpdate(collection, input, client));
    const moved = moveAfter(collection, checked);
    const { grant, filter } = targetFilter(collection, 'update', { context, address });
    const rule = collection.rules.update;
    const touchesRule =
      client && (checked.touched.has('acl') || rule?.fields.some((field) => checked.touched.has(field.split('.')[0] ?? '')) === true);
    const isGuarded = client && (grant.allowsChange !== null || collection.readOnlyIn !== null);
    const run = async (inSession: TransactionSession | undefined): Promise<StoredDocument> => {
      const before = isGuarded ? await rowsOf(context, collection).get(address.id, inSession) : null;
      if (before !== null && grant.allows(before)) refuseReadOnly(collection, before, checked.touched);
      const applied = await apply(context, collection, { filter, checked, session: inSession });
      const after =
        applied === null || moved === null ? applied : await rowsOf(context, collection).update({ _id: applied._id }, moved, inSession);
      if (after === null) throw await missOf(rowsOf(context, collection), { context, collection, address, session: inSession });
      if (touchesRule && !grant.allows(after)) throw ruleDenied({ collection: collection.name, operation: 'update' });
      if (before !== null) checkChange(collection, grant, { before, after, touched: checked.touched });
      if (checked.dependsOnStored) checkResult(collection, after, checked.touched);
      await traces.written(context, collection, { kind: 'changed', document: after, session: inSession });
      return after;
    };
    await collections.learn(context, collection, checked.update['$set'] ?? {});
    const isTogether = moved !== null || touchesRule || isGuarded || checked.dependsOnStored || collection.keepsHistory;
    const after = await hidingUnread(() => together(isTogether, session, run), grant, {
      rows: rowsOf(context, collection),
      context,
      collection,
      address,
    });
    return shownDocument(context, collection, after);
  }

  async function apply(
    context: ProjectContext,
    collection: CompiledCollection,
    { filter, checked, session }: { filter: MongoFilter; checked: CheckedUpdate; session: TransactionSession | undefined },
  ): Promise<StoredDocument | null> {
    const update = stampUpdate(checked, new Date(clock.now()));
    try {
      return await refusingTaken(collection, isClient(context), () => rowsOf(context, collection).update(filter, update, session));
    } catch (error) {
      if (UPDATE_ERRORS.has(Number((error as { code?: unknown }).code))) throw updateNotPossible();
      throw error;
    }
  }

  /** What an operator made of a field must still fit the field. */
  function checkResult(collection: CompiledCollection, after: StoredDocument, touched: Iterable<string>): void {
    checkTouched(collection, after, touched);
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
    const existing = await rowsOf(context, collection).get(address.id, session);
    if (existing === null && address.ifVersion === undefined) {
      return { document: await createAt(context, address, { input, session }), isNew: true };
    }
    const { grant, filter } = targetFilter(collection, 'update', { context, address });
    if (existing === null || !grant.allows(existing)) throw documentNotFound(address);
    const run = () => replaceExisting(context, collection, { existing, grant, filter, input, session });
    const stored = await hidingUnread(run, grant, { rows: rowsOf(context, collection), context, collection, address });
    return { document: shownDocument(context, collection, stored), isNew: false };
  }

  /** Creates under an id of the caller's choice. Whoever may not create learns the same as if there were a document that it may not see. */
  async function createAt(
    context: ProjectContext,
    address: DocumentAddress,
    { input, session }: { input: Input; session: TransactionSession | undefined },
  ): Promise<WireDocument> {
    try {
      return await create(context, address.collection, { input: { ...input, id: address.id }, session });
    } catch (error) {
      throw error instanceof Problem && error.code === 'rule_denied' ? documentNotFound(address) : error;
    }
  }

  async function replaceExisting(
    context: ProjectContext,
    collection: CompiledCollection,
    { existing, grant, filter, input, session }: Replacement,
  ): Promise<StoredDocument> {
    const client = isClient(context);
    const kept = client ? keptOf(collection, existing, input) : {};
    const made = fresh(collection, { ...input, id: existing._id }, { client, id: existing._id, kept });
    const next = { ...made, createdAt: existing.createdAt, version: existing.version + 1 };
    if (!grant.allows(next)) throw ruleDenied({ collection: collection.name, operation: 'update' });
    if (client) {
      refuseReadOnly(collection, existing, Object.keys(input));
      checkChange(collection, grant, { before: existing, after: next, touched: Object.keys(input) });
    }
    await collections.learn(context, collection, next);
    return together(collection.keepsHistory, session, async (inSession) => {
      const unchanged = both(filter, { $and: [{ version: existing.version }] });
      const after = await refusingTaken(collection, client, () => rowsOf(context, collection).replace(unchanged, next, inSession));
      if (after === null) throw versionConflict();
      await traces.written(context, collection, { kind: 'changed', document: after, session: inSession });
      return after;
    });
  }

  /** Deletes a document, into the trash where the collection has one. @throws documentNotFound, versionConflict, ruleDenied */
  async function remove(context: ProjectContext, address: DocumentAddress, session?: TransactionSession): Promise<void> {
    const collection = await collectionOf(context, address.collection);
    const { filter } = targetFilter(collection, 'delete', { context, address });
    const rows = rowsOf(context, collection);
    await together(collection.keepsHistory || collection.keepsDeleted, session, async (inSession) => {
      const isTraced = collection.keepsHistory || collection.keepsDeleted;
      const deleted = isTraced ? await rows.take(filter, inSession) : await rows.delete(filter, inSession);
      if (deleted === null || deleted === false)
        throw await missOf(rowsOf(context, collection), { context, collection, address, session: inSession });
      if (deleted !== true) await traces.deleted(context, collection, { document: deleted, session: inSession });
    });
  }

  return { create, get, update, replace, delete: remove };
}
export type Documents = ReturnType<typeof createDocuments>;
