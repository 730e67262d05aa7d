import type { Condition, MongoFilter, Variables } from '@mainstay/conditions';
import { bindVariables, compileFilter, compilePredicate, isNever } from '@mainstay/conditions';
import type { Principal } from '@mainstay/kernel';
import { aclNamesOf, rulesApplyTo } from '@mainstay/kernel';
import type { StoredDocument } from '@mainstay/store';
import type { CompiledCollection, CompiledRule } from '../collections/compile-collection.ts';
import type { Operation } from '../collections/collections.schema.ts';
import { ruleDenied } from './rules.problems.ts';

type Predicate = ReturnType<typeof compilePredicate>;

/** What a caller may do in one operation: the documents as a filter for MongoDB, and the same as a function. */
export interface Grant {
  /** Null: everything, without a filter. */
  readonly filter: MongoFilter | null;
  readonly allows: (document: object) => boolean;
}

/** For servers and Mainstay itself. */
const EVERYTHING: Grant = { filter: null, allows: () => true };

/** Predicates by condition: compiled once per version of a collection. */
const predicates = new WeakMap<Condition, Predicate>();

function predicateOf({ condition, fields }: NonNullable<CompiledRule>): Predicate {
  let predicate = predicates.get(condition);
  if (predicate === undefined) {
    const compiled = compilePredicate(condition);
    predicate = fields.includes('id') ? (document, variables) => compiled(withId(document as StoredDocument), variables) : compiled;
    predicates.set(condition, predicate);
  }
  return predicate;
}

/** Conditions say `id` where documents are stored under `_id`. */
export function withId(document: StoredDocument): object {
  return { ...document, id: document._id };
}

/** `request`, whose `now` is the moment at which it is read: a subscription lives longer than a request. */
const REQUEST = {
  get now(): Date {
    return new Date();
  },
};

/** What `$var` paths in rules are read from. */
export function variablesOfPrincipal(principal: Principal): Variables {
  if (principal.type === 'user') return { request: REQUEST, user: { id: principal.id, email: principal.email, roles: principal.roles } };
  if (principal.type === 'device')
    return { request: REQUEST, device: { id: principal.id, name: principal.name, profile: principal.profile } };
  return { request: REQUEST };
}

/** How documents of this half of the `acl` are found; a document without one is bounded by the rule alone. */
function aclFilter(names: readonly string[], half: 'read' | 'write'): MongoFilter {
  return { [`acl.${half}`]: { $in: [null, ...names] } };
}

function aclAllows(document: object, names: readonly string[], half: 'read' | 'write'): boolean {
  const allowed = (document as Partial<StoredDocument>).acl?.[half];
  return allowed === undefined || names.some((name) => allowed.includes(name));
}

/**
 * What the principal may do. A document's `acl` narrows what the rule allows; it never widens it.
 * @throws ruleDenied when the answer is "nothing, whatever the document": that tells nothing about any document.
 */
export function authorize(collection: CompiledCollection, operation: Operation, principal: Principal): Grant {
  if (!rulesApplyTo(principal)) return EVERYTHING;
  const rule = collection.rules[operation];
  if (rule === null) throw ruleDenied({ collection: collection.name, operation });
  const variables = variablesOfPrincipal(principal);
  const names = aclNamesOf(principal);
  const half = operation === 'update' || operation === 'delete' ? 'write' : 'read';
  const predicate = predicateOf(rule);
  const allows = (document: object): boolean =>
    predicate(document, variables) && (operation === 'create' || aclAllows(document, names, half));
  const filter = compileFilter(rule.condition, variables, { storedPath });
  if (isNever(filter)) throw ruleDenied({ collection: collection.name, operation });
  return { filter: { ...both(filter, aclFilter(names, half)) }, allows };
}

/** A cheaper answer for point reads, which need no filter. @throws ruleDenied */
export function authorizeOne(collection: CompiledCollection, operation: Operation, principal: Principal): Grant['allows'] {
  if (!rulesApplyTo(principal)) return EVERYTHING.allows;
  const rule = collection.rules[operation];
  if (rule === null) throw ruleDenied({ collection: collection.name, operation });
  const variables = variablesOfPrincipal(principal);
  const predicate = predicateOf(rule);
  if (rule.condition.type !== 'constant' && isFalse(rule.condition, variables))
    throw ruleDenied({ collection: collection.name, operation });
  const half = operation === 'update' || operation === 'delete' ? 'write' : 'read';
  const names = aclNamesOf(principal);
  return (document) => predicate(document, variables) && (operation === 'create' || aclAllows(document, names, half));
}

function isFalse(condition: Condition, variables: Variables): boolean {
  const bound = bindVariables(condition, variables);
  return bound.type === 'constant' && !bound.value;
}

/** Clients say `id`; documents are stored under `_id`. */
export function storedPath(path: string): string {
  return path === 'id' ? '_id' : path;
}

/** A filter that holds when both do. */
export function both(left: MongoFilter | null, right: MongoFilter | null): MongoFilter {
  if (left === null || Object.keys(left).length === 0) return right ?? {};
  if (right === null || Object.keys(right).length === 0) return left;
  return Object.keys(right).some((key) => key in left) ? { $and: [left, right] } : { ...left, ...right };
}
