import type { ProblemIssue } from '@mainstay/kernel';
import { invalidInput } from '@mainstay/kernel';
import type { FieldDefinition } from '../collections/collections.schema.ts';
import type { CompiledCollection } from '../collections/compile-collection.ts';
import { fieldNotWritable } from '../rules/rules.problems.ts';
import { checkAcl, checkField } from './check-document.ts';
import { checkJson, checkValue } from './check-value.ts';

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
  if (work.isClient && work.collection.readOnly.has(name)) throw fieldNotWritable({ field: name });
  if (operator === '$unset') return unset(work, path);
  if (operator === '$currentDate') return addCurrentDate(work, path);
  const checked = checkOperand(work.collection.fields.get(name), operation);
  if ('value' in checked) put(work, operator, [path, checked.value]);
  else work.issues.push({ path, code: checked.code, message: checked.message });
}

/** Only where a date fits. */
function addCurrentDate(work: Work, path: string): void {
  const type = work.collection.fields.get(path)?.type;
  if (type === 'date' || (type === undefined && work.collection.isOpen && !path.includes('.'))) put(work, '$currentDate', [path, true]);
  else work.issues.push({ path, code: 'not_a_date', message: '$currentDate is for date fields.' });
}

function isWritablePath(collection: CompiledCollection, path: string): boolean {
  const segments = path.split('.');
  const [name = ''] = segments;
  if (segments.length > MAX_PATH_SEGMENTS || name === 'acl' || isSystem(name)) return false;
  if (!segments.every((segment) => SEGMENT.test(segment) && !LONG_INDEX.test(segment) && !FORBIDDEN_SEGMENTS.has(segment))) return false;
  return collection.isOpen || collection.fields.has(name);
}

/** A whole field is checked against its type; what lies below it, and what is merged into it, when the result is known. */
function checkOperand(field: FieldDefinition | undefined, { operator, path, value }: Operation) {
  if (operator !== '$set' || path.includes('.') || field === undefined) return operandOf(operator, value, field?.of);
  return checkValue(field, value);
}

function operandOf(operator: string, value: unknown, of: Parameters<typeof checkValue>[0]['of']) {
  if (NUMBER_OPERATORS.has(operator)) return checkValue({ type: 'number', required: true }, value);
  if (ARRAY_OPERATORS.has(operator) && of !== undefined) return checkValue({ type: of }, value);
  return checkJson(value);
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
