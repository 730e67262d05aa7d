import type { ProblemIssue } from '@mainstay/kernel';
import { invalidInput } from '@mainstay/kernel';
import type { FieldDefinition } from '../collections/collections.schema.ts';
import type { CompiledCollection } from '../collections/compile-collection.ts';
import { fieldNotReadable, fieldNotWritable } from '../rules/rules.problems.ts';
import { checkAcl, checkField, issueOf } from './check-document.ts';
import { checkJson } from './check-json.ts';
import { checkValue } from './check-value.ts';

/** An update, checked and ready for MongoDB. */
export interface CheckedUpdate {
  readonly update: Readonly<Record<string, Record<string, unknown>>>;
  /** The top-level fields that it touches. */
  readonly touched: ReadonlySet<string>;
  /** Whether the result must be looked at: its value follows from what is stored, so it could not be checked before. */
  readonly dependsOnStored: boolean;
}

type Operators = Record<string, Record<string, unknown>>;
const NUMBER_OPERATORS = new Set(['$inc', '$min', '$max']);
const ARRAY_OPERATORS = new Set(['$push', '$addToSet', '$pull']);
/** An array grows up to the index that is written, and MongoDB fills it with nulls. */
const LONG_INDEX = /^\d{5,}$/;
const SEGMENT = /^[A-Za-z0-9_]{1,64}$/;
const FORBIDDEN_SEGMENTS = new Set(['__proto__', 'constructor', 'prototype']);
const MAX_PATH_SEGMENTS = 8;

interface Operation {
  readonly operator: string;
  readonly path: string;
  readonly value: unknown;
}

interface Work {
  readonly collection: CompiledCollection;
  readonly isClient: boolean;
  readonly issues: ProblemIssue[];
  readonly operators: Operators;
  readonly touched: Set<string>;
}

/**
 * Checks a change: update operators when a key starts with `$`, a merge patch (RFC 7396, one level) otherwise.
 * @throws invalidInput, fieldNotWritable
 */
export function checkUpdate(collection: CompiledCollection, input: Readonly<Record<string, unknown>>, isClient: boolean): CheckedUpdate {
  const work: Work = { collection, isClient, issues: [], operators: {}, touched: new Set() };
  const names = Object.keys(input);
  const hasOperators = names.some((name) => name.startsWith('$'));
  for (const name of names) {
    if (hasOperators) addOperator(work, name, input[name]);
    else addMerge(work, name, input[name]);
  }
  if (names.length === 0) work.issues.push({ path: '', code: 'empty_update', message: 'Name at least one field to change.' });
  if (work.issues.length > 0) throw invalidInput(undefined, { issues: work.issues });
  const dependsOnStored = Object.entries(work.operators).some(
    ([operator, fields]) =>
      (operator !== '$set' && operator !== '$unset' && operator !== '$currentDate') ||
      Object.keys(fields).some((path) => path.includes('.')),
  );
  return { update: work.operators, touched: work.touched, dependsOnStored };
}

function put(work: Work, operator: string, [path, value]: readonly [path: string, value: unknown]): void {
  work.operators[operator] = { ...work.operators[operator], [path]: value };
  work.touched.add(path.split('.')[0] ?? path);
}

function addMerge(work: Work, name: string, value: unknown): void {
  if (name === 'acl') return setAcl(work, value);
  if (value === null && isSystemOrPath(work.collection, name)) {
    work.issues.push({ path: name, code: 'unknown_field', message: 'The collection has no such field.' });
    return;
  }
  if (value === null && work.collection.fields.get(name)?.required !== true) return unset(work, name);
  const fields: Record<string, unknown> = {};
  checkField(work.collection, { name, value, isClient: work.isClient }, { fields, issues: work.issues });
  if (Object.hasOwn(fields, name)) put(work, '$set', [name, fields[name]]);
}

/** What a merge patch may not take away: it names whole fields only. */
function isSystemOrPath(collection: CompiledCollection, name: string): boolean {
  return name.includes('.') || !isWritablePath(collection, name);
}

function addOperator(work: Work, operator: string, argument: unknown): void {
  const isKnown =
    operator === '$set' ||
    operator === '$unset' ||
    operator === '$currentDate' ||
    NUMBER_OPERATORS.has(operator) ||
    ARRAY_OPERATORS.has(operator);
  if (!isKnown || typeof argument !== 'object' || argument === null || Array.isArray(argument)) {
    work.issues.push({
      path: operator,
      code: 'unknown_operator',
      message: 'Use $set, $unset, $inc, $min, $max, $push, $addToSet, $pull or $currentDate, each with an object of fields.',
    });
    return;
  }
  for (const [path, value] of Object.entries(argument)) addOperation(work, { operator, path, value });
}

function addOperation(work: Work, operation: Operation): void {
  const { operator, path, value } = operation;
  const [name = ''] = path.split('.');
  if (path === 'acl' && operator === '$set') return setAcl(work, value);
  if (!isWritablePath(work.collection, path)) {
    work.issues.push({ path, code: 'unknown_field', message: 'The collection has no such field.' });
    return;
  }
  if (work.isClient) refuseUnseen(work.collection, name, operation);
  if (operator === '$unset') return unset(work, path);
  if (operator === '$currentDate') return setNow(work, path);
  const checked = checkOperand(fieldAt(work.collection, path), operation);
  if ('value' in checked) put(work, operator, [path, checked.value]);
  else work.issues.push(issueOf(path, checked));
}

/** Whether an operator fits what is stored would tell of it, so whoever may not read a field can only set it as a whole. */
function refuseUnseen(collection: CompiledCollection, name: string, { operator, path }: Operation): void {
  if (collection.readOnly.has(name)) throw fieldNotWritable({ field: name });
  const isWhole = path === name && (operator === '$set' || operator === '$unset' || operator === '$currentDate');
  if (!isWhole && collection.hidden.has(name)) throw fieldNotReadable({ field: name });
}

function setNow(work: Work, path: string): void {
  const type = fieldAt(work.collection, path)?.type ?? 'json';
  if (type === 'date' || type === 'json') put(work, '$currentDate', [path, true]);
  else work.issues.push({ path, code: 'not_a_date', message: 'Only dates can become the current one.' });
}

/** What is known of the value at a path; undefined below free JSON. */
function fieldAt(collection: CompiledCollection, path: string): FieldDefinition | undefined {
  const [name = '', ...below] = path.split('.');
  let field = collection.fields.get(name);
  for (const segment of below) {
    if (field?.learned === true) return undefined;
    if (field?.type === 'array' && field.of !== undefined) {
      const { of: type, values, collection: target, fields } = field;
      field = { type, values, collection: target, fields };
    } else field = field?.fields?.[segment];
  }
  return field?.learned === true ? undefined : field;
}

function isWritablePath(collection: CompiledCollection, path: string): boolean {
  const segments = path.split('.');
  const [name = ''] = segments;
  if (segments.length > MAX_PATH_SEGMENTS || name === 'acl' || isSystem(name)) return false;
  if (!segments.every((segment) => SEGMENT.test(segment) && !LONG_INDEX.test(segment) && !FORBIDDEN_SEGMENTS.has(segment))) return false;
  return (collection.isOpen && !collection.unseen.has(name)) || collection.fields.has(name);
}

/** A whole field is checked against its type; what lies below it, and what is merged into it, when the result is known. */
function checkOperand(field: FieldDefinition | undefined, { operator, path, value }: Operation) {
  if (operator === '$set') return field === undefined || value === null ? checkWhole(field, path, value) : checkValue(field, value);
  if (operator !== '$inc' && NUMBER_OPERATORS.has(operator) && field?.type === 'date')
    return checkValue({ type: 'date', required: true }, value);
  if (NUMBER_OPERATORS.has(operator)) return checkValue(NUMBER, value);
  if (field?.type === 'array' && field.of !== undefined) {
    const { of: type, values, collection, fields } = field;
    return checkValue({ type, values, collection, fields }, value);
  }
  return checkJson(value);
}

const NUMBER: FieldDefinition = { type: 'number', required: true };

/** Below a field, null is checked with the whole. */
function checkWhole(field: FieldDefinition | undefined, path: string, value: unknown) {
  return field === undefined || path.includes('.') ? checkJson(value) : checkValue(field, value);
}

function isSystem(name: string): boolean {
  return name === 'id' || name === '_id' || name === 'createdAt' || name === 'updatedAt' || name === 'version';
}

function unset(work: Work, path: string): void {
  const [name = ''] = path.split('.');
  const field = work.collection.fields.get(name);
  if (isSystem(name) || (field === undefined && !work.collection.isOpen)) {
    work.issues.push({ path, code: 'unknown_field', message: 'The collection has no such field.' });
  } else if (field?.required === true && name === path) {
    work.issues.push({ path, code: 'required', message: 'This field is required.' });
  } else if (work.isClient && work.collection.readOnly.has(name)) throw fieldNotWritable({ field: name });
  else put(work, '$unset', [path, '']);
}

function setAcl(work: Work, value: unknown): void {
  if (value === null) return put(work, '$unset', ['acl', '']);
  const acl = checkAcl(value, work.issues);
  if (acl !== undefined) put(work, '$set', ['acl', acl]);
}
