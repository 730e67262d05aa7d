import type { Condition, MongoFilter, Variables } from '@mainstay/conditions';
import { bindVariables, compileFilter, compilePredicate, isNever } from '@mainstay/conditions';
import type { Principal, UserPrincipal } from '@mainstay/kernel';
import { aclNamesOf, rulesApplyTo } from '@mainstay/kernel';
import type { StoredDocument } from '@mainstay/store';
import type { CompiledCollection, RuleCondition } from '../collections/compile-collection.ts';
import type { Operation } from '../collections/collections.schema.ts';
import { OPERATIONS } from '../collections/collections.schema.ts';
import { ruleDenied } from './rules.problems.ts';
import { storedPath } from './stored-path.ts';

export { storedPath } from './stored-path.ts';

type Predicate = ReturnType<typeof compilePredicate>;

/** What a caller may do in one operation: the documents as a filter for MongoDB, and the same as a function. */
export interface Grant {
  /** Null: everything, without a filter. */
  readonly filter: MongoFilter | null;
  readonly allows: (document: object) => boolean;
  /**
   * Where the rule is about the change itself (it names `previous` or `document`): whether this change is allowed. `filter` and `allows`
   * then stand for the acl alone.
   */
  readonly allowsChange: ((change: Change) => boolean) | null;
}

/** A document before and after a write. */
export interface Change {
  readonly previous: StoredDocument;
  readonly document: StoredDocument;
}

/** For servers and Mainstay itself. */
const EVERYTHING: Grant = { filter: null, allows: () => true, allowsChange: null };

/** Predicates by condition: compiled once per version of a collection. */
const predicates = new WeakMap<Condition, Predicate>();

/** The rule as a function of a document as it is stored. */
export function predicateOf({ condition, fields }: RuleCondition): Predicate {
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
function requestOf(operation: Operation | undefined) {
  return {
    operation,
    get now(): Date {
      return new Date();
    },
    get time(): Date {
      return new Date();
    },
  };
}
const REQUESTS = new Map([undefined, ...OPERATIONS].map((operation) => [operation, requestOf(operation)]));

const users = new WeakMap<UserPrincipal, ReturnType<typeof userOf>>();

/** The signed-in user; whether its second factor is fresh is asked when a rule asks, as a subscription lives on. */
function userOf({ id, email, roles, claims = {}, teams = [], factorFreshUntilMs }: UserPrincipal) {
  return {
    id,
    email,
    roles,
    claims,
    teams,
    /** Whether the session has shown a second factor, and whether it did so within the project's `stepUpMinutes`. */
    secondFactor: {
      shown: factorFreshUntilMs !== undefined,
      get fresh(): boolean {
        return factorFreshUntilMs !== undefined && Date.now() < factorFreshUntilMs;
      },
    },
  };
}

/** What `$var` paths in rules are read from: `user`, `device`, and `request` with `now`, `time` (the same) and `operation`. */
export function variablesOfPrincipal(principal: Principal, operation?: Operation): Variables {
  const request = REQUESTS.get(operation);
  if (principal.type === 'user') {
    // Principals live as long as their sessions are in use: what they show is made once.
    const user = users.get(principal) ?? userOf(principal);
    users.set(principal, user);
    return { request, user };
  }
  if (principal.type === 'device') return { request, device: { id: principal.id, name: principal.name, profile: principal.profile } };
  return { request };
}

/** How documents of this half of the `acl` are found; a document without one is bounded by the rule alone. */
function aclFilter(names: readonly string[], half: 'read' | 'write'): MongoFilter {
  return { [`acl.${half}`]: { $in: [null, ...names] } };
}

function aclAllows(document: object, names: readonly string[], half: 'read' | 'write'): boolean {
  const allowed = (document as Partial<StoredDocument>).acl?.[half];
  return allowed === undefined || names.some((name) => allowed.includes(name));
}

/** The half of the acl that an operation is bounded by; creating is bounded by none. */
function halfOf(operation: Operation): 'read' | 'write' {
  return operation === 'update' || operation === 'delete' ? 'write' : 'read';
}

/**
 * What the principal may do. A document's `acl` narrows what the rule allows; it never widens it.
 * @throws ruleDenied when the answer is "nothing, whatever the document": that tells nothing about any document.
 */
export function authorize(collection: CompiledCollection, operation: Operation, principal: Principal): Grant {
  if (!rulesApplyTo(principal)) return EVERYTHING;
  const rule = collection.rules[operation];
  if (rule === null) throw ruleDenied({ collection: collection.name, operation });
  const variables = variablesOfPrincipal(principal, operation);
  const names = aclNamesOf(principal);
  const half = halfOf(operation);
  const isWithinAcl = (document: object): boolean => operation === 'create' || aclAllows(document, names, half);
  if (rule.isAboutChange && operation === 'update')
    return { filter: aclFilter(names, half), allows: isWithinAcl, allowsChange: changeTest(rule, variables, isWithinAcl) };
  const filter = compileFilter(rule.condition, variables, { storedPath });
  if (isNever(filter)) throw ruleDenied({ collection: collection.name, operation });
  const allows = documentTest(rule, variables, isWithinAcl);
  return { filter: { ...both(filter, aclFilter(names, half)) }, allows, allowsChange: null };
}

function documentTest(rule: RuleCondition, variables: Variables, isWithinAcl: Grant['allows']): Grant['allows'] {
  const predicate = predicateOf(rule);
  if (!rule.isAboutChange) return (document) => predicate(document, variables) && isWithinAcl(document);
  return (document) => predicate(document, { ...variables, document: withId(document as StoredDocument) }) && isWithinAcl(document);
}

function changeTest(rule: RuleCondition, variables: Variables, isWithinAcl: Grant['allows']): (change: Change) => boolean {
  const predicate = predicateOf(rule);
  return ({ previous, document }) =>
    isWithinAcl(previous) &&
    isWithinAcl(document) &&
    predicate(document, { ...variables, previous: withId(previous), document: withId(document) });
}

/** A cheaper answer for point reads, which need no filter. @throws ruleDenied */
export function authorizeOne(collection: CompiledCollection, operation: Operation, principal: Principal): Grant['allows'] {
  if (!rulesApplyTo(principal)) return EVERYTHING.allows;
  const rule = collection.rules[operation];
  if (rule === null) throw ruleDenied({ collection: collection.name, operation });
  const variables = variablesOfPrincipal(principal, operation);
  if (!rule.isAboutChange && rule.condition.type !== 'constant' && isFalse(rule.condition, variables))
    throw ruleDenied({ collection: collection.name, operation });
  const half = halfOf(operation);
  const names = aclNamesOf(principal);
  return documentTest(rule, variables, (document) => operation === 'create' || aclAllows(document, names, half));
}

function isFalse(condition: Condition, variables: Variables): boolean {
  const bound = bindVariables(condition, variables);
  return bound.type === 'constant' && !bound.value;
}

/** A filter that holds when both do. */
export function both(left: MongoFilter | null, right: MongoFilter | null): MongoFilter {
  if (left === null || Object.keys(left).length === 0) return right ?? {};
  if (right === null || Object.keys(right).length === 0) return left;
  return Object.keys(right).some((key) => key in left) ? { $and: [left, right] } : { ...left, ...right };
}
