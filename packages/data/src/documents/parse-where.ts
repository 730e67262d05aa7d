import type { Condition } from '@mainstay/conditions';
import { coerceLiterals, ConditionError, fieldsOf, parseConditionInput, TRUE } from '@mainstay/conditions';
import { invalidInput } from '@mainstay/kernel';
import type { CompiledCollection } from '../collections/compile-collection.ts';
import { typeOfField } from '../collections/type-of-field.ts';
import { fieldNotReadable } from '../rules/rules.problems.ts';

/** A filter as a client wrote it, as JSON or CEL text. @throws invalidInput, fieldNotReadable for a field that the caller may not see */
export function parseWhere(collection: CompiledCollection, input: unknown, isClient: boolean): Condition {
  return parse(collection, input, { isClient, isQuery: false });
}

/** The same where MongoDB answers: also with `$text`, `$near` and `$inQuery`. @throws invalidInput, fieldNotReadable */
export function parseQuery(collection: CompiledCollection, input: unknown, isClient: boolean): Condition {
  return parse(collection, input, { isClient, isQuery: true });
}

function parse(collection: CompiledCollection, input: unknown, { isClient, isQuery }: { isClient: boolean; isQuery: boolean }): Condition {
  if (input === undefined || input === null) return TRUE;
  let condition: Condition;
  try {
    const fields = typedFields(collection, isClient);
    const parsed = parseConditionInput(input, {
      variables: [],
      fields,
      open: collection.isOpen,
      search: isQuery,
      subqueries: isQuery,
    });
    condition = coerceLiterals(parsed, (path) => typeOfField(collection.fields, path));
  } catch (error) {
    if (!(error instanceof ConditionError)) throw error;
    const path = ['where', error.path].filter(Boolean).join('.');
    throw invalidInput(undefined, { issues: [{ path, code: error.code, message: error.message }] });
  }
  for (const field of fieldsOf(condition)) {
    if (isClient) refuseHidden(collection, field);
    refuseComputed(collection, field, 'where');
  }
  return condition;
}

/** The text of `?where=`: JSON, or else CEL. @throws invalidInput */
export function parseWhereText(text: string | undefined): unknown {
  if (text === undefined || text === '') return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    // No CEL starts like this; whoever wrote it meant JSON.
    if (!/^\s*[{["]/.test(text)) return text;
    throw invalidInput(undefined, {
      issues: [
        {
          path: 'where',
          code: 'not_json',
          message: 'Give the condition as JSON, e.g. where={"done":false}, or as text, e.g. where=done == false.',
        },
      ],
    });
  }
}

/** @throws fieldNotReadable */
export function refuseHidden(collection: CompiledCollection, field: string): void {
  const [name = ''] = field.split('.');
  if (collection.hidden.has(name)) throw fieldNotReadable({ field: name });
}

/** Computed fields are not stored, so that no query can find them. @throws invalidInput */
export function refuseComputed(collection: CompiledCollection, field: string, path: 'where' | 'sort' | 'field'): void {
  if (!collection.computed.has(field.split('.')[0] ?? field)) return;
  const message = `${field} is computed when a document is read. Use the fields that it is made from.`;
  throw invalidInput(undefined, { issues: [{ path, code: 'computed', message }] });
}

// A suggestion for a misspelled field, or the values of an enum, must not tell of fields that the caller may not see. What an open
// collection has learned is not certain enough to refuse a comparison.
function typedFields({ fields, hidden, isOpen }: CompiledCollection, isClient: boolean): CompiledCollection['fields'] {
  if (!isOpen && (hidden.size === 0 || !isClient)) return fields;
  return new Map([...fields].filter(([name, field]) => field.learned !== true && !(isClient && hidden.has(name))));
}
