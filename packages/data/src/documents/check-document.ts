import type { ProblemIssue } from '@mainstay/kernel';
import { invalidInput, isClientId } from '@mainstay/kernel';
import type { StoredDocument } from '@mainstay/store';
import type { CompiledCollection } from '../collections/compile-collection.ts';
import { FieldName } from '../collections/collections.schema.ts';
import { fieldNotWritable } from '../rules/rules.problems.ts';
import type { Checked } from './check-json.ts';
import { checkJson } from './check-json.ts';
import { checkValue } from './check-value.ts';

/** What a client wrote, checked: the fields as they are stored, and the parts that belong to the platform. */
export interface CheckedDocument {
  readonly id: string | undefined;
  readonly acl: StoredDocument['acl'];
  readonly fields: Readonly<Record<string, unknown>>;
}

const ACL_NAME =
  /^(?:\*|user:[A-Za-z0-9_-]{1,64}|role:[A-Za-z0-9_. -]{1,64}|device:[A-Za-z0-9_-]{1,64}|team:[A-Za-z0-9_-]{1,64}(?::[A-Za-z0-9_. -]{1,64})?)$/;
const MAX_ACL_NAMES = 200;

/** Checks a whole new document: unknown fields, types, required fields; fills defaults in. @throws invalidInput, fieldNotWritable */
export function checkNewDocument(
  collection: CompiledCollection,
  input: Readonly<Record<string, unknown>>,
  isClient: boolean,
): CheckedDocument {
  return checkReplacement(collection, input, { isClient, kept: {} });
}

/** The same for what takes another document's place: `kept` are the stored values that the writer has no say in. */
export function checkReplacement(
  collection: CompiledCollection,
  input: Readonly<Record<string, unknown>>,
  { isClient, kept }: { isClient: boolean; kept: Readonly<Record<string, unknown>> },
): CheckedDocument {
  const issues: ProblemIssue[] = [];
  const fields: Record<string, unknown> = {};
  let id: string | undefined;
  let acl: StoredDocument['acl'];
  for (const [name, value] of Object.entries(input)) {
    if (name === 'id') id = checkId(value, issues);
    else if (name === 'acl') acl = checkAcl(value, issues);
    else checkField(collection, { name, value, isClient }, { fields, issues });
  }
  for (const [name, field] of collection.fields) {
    if (Object.hasOwn(fields, name)) continue;
    if (Object.hasOwn(kept, name)) {
      fields[name] = kept[name];
      continue;
    }
    if (field.default !== undefined) {
      const checked = checkValue(field, field.default);
      if ('value' in checked) fields[name] = checked.value;
    } else if (field.required === true && !issues.some(({ path }) => path === name)) {
      issues.push({ path: name, code: 'required', message: 'This field is required.' });
    }
  }
  if (issues.length > 0) throw invalidInput(undefined, { issues });
  return { id, acl, fields };
}

/** Checks one field of a write and puts it among the fields or the issues. @throws fieldNotWritable */
export function checkField(
  collection: CompiledCollection,
  { name, value, isClient }: { name: string; value: unknown; isClient: boolean },
  { fields, issues }: { fields: Record<string, unknown>; issues: ProblemIssue[] },
): void {
  const field = collection.fields.get(name);
  if (field === undefined && (!collection.isOpen || collection.unseen.has(name) || !FieldName.safeParse(name).success)) {
    issues.push({ path: name, code: 'unknown_field', message: 'The collection has no such field. Add it to the schema, or remove it.' });
    return;
  }
  if (collection.computed.has(name)) {
    issues.push({ path: name, code: 'computed', message: 'This field is computed from others. Write those.' });
    return;
  }
  if (isClient && collection.readOnly.has(name)) throw fieldNotWritable({ field: name });
  const checked = field === undefined ? checkJson(value) : checkValue(field, value);
  if ('value' in checked) fields[name] = checked.value;
  else issues.push(issueOf(name, checked));
}

/** What is wrong below or at a field. */
export function issueOf(name: string, { path, code, message }: Exclude<Checked, { readonly value: unknown }>): ProblemIssue {
  return { path: path === undefined ? name : `${name}.${path}`, code, message };
}

/** Checks the fields of a stored document that a write touched; what else it holds is not the writer's business. @throws invalidInput */
export function checkTouched(collection: CompiledCollection, document: StoredDocument, touched: Iterable<string>): void {
  const issues: ProblemIssue[] = [];
  for (const name of touched) {
    const value = document[name];
    const field = collection.fields.get(name);
    if (field?.required === true && value === undefined) issues.push({ path: name, code: 'required', message: 'This field is required.' });
    if (value === undefined || name === 'acl') continue;
    const checked = field === undefined ? checkJson(value) : checkValue(field, value);
    if (!('value' in checked)) issues.push(issueOf(name, checked));
  }
  if (issues.length > 0) throw invalidInput(undefined, { issues });
}

function checkId(value: unknown, issues: ProblemIssue[]): string | undefined {
  if (typeof value === 'string' && isClientId(value)) return value;
  issues.push({ path: 'id', code: 'invalid_id', message: 'An id has 1 to 64 letters, digits, - and _.' });
  return undefined;
}

/** Checks `acl`: `{read?, write?}`, each a list of names. */
export function checkAcl(value: unknown, issues: ProblemIssue[]): StoredDocument['acl'] {
  const isList = (list: unknown): list is string[] =>
    Array.isArray(list) && list.length <= MAX_ACL_NAMES && list.every((name) => typeof name === 'string' && ACL_NAME.test(name));
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    const { read, write, ...rest } = value as Record<string, unknown>;
    if (Object.keys(rest).length === 0 && (read === undefined || isList(read)) && (write === undefined || isList(write))) {
      return { ...(read === undefined ? {} : { read }), ...(write === undefined ? {} : { write }) };
    }
  }
  issues.push({
    path: 'acl',
    code: 'invalid_acl',
    message: 'Give {"read":[…],"write":[…]} with names such as "*", "user:ID", "role:NAME", "device:ID", "team:ID", "team:ID:ROLE".',
  });
  return undefined;
}
