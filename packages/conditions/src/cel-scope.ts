import type { ASTNode, SourceLocation } from '@marcbachmann/cel-js';
import type { ConditionErrorCode } from './condition-error.ts';
import { ConditionError } from './condition-error.ts';
import type { ParseConditionOptions } from './parse-condition.ts';
import type { ParseScope } from './parse-scope.ts';

/** What a text may know about a field: the type names are those of collections' schemas, e.g. `string`, `date`, `array` of `of`. */
export interface CelField {
  readonly type: string;
  readonly of?: string | undefined;
  readonly values?: readonly string[] | undefined;
}

/** What a condition that is written as text may use. */
export interface ParseCelOptions extends ParseConditionOptions {
  /** The fields of the collection. Absent: any field, of any type. */
  readonly fields?: ReadonlyMap<string, CelField>;
  /** Whether there may be other fields than these. */
  readonly open?: boolean;
}

/** What a value is, as far as comparisons care; `any` when that is not known. */
export type CelType = 'string' | 'number' | 'boolean' | 'date' | 'array' | 'object' | 'place' | 'null' | 'any';

/** Where a text is being read: in the whole document, or about one element of an array. */
export interface CelScope {
  readonly text: string;
  readonly options: ParseCelOptions;
  readonly variables: ReadonlySet<string>;
  readonly json: ParseScope;
  /** The name of the element inside of `exists()`, with what is known about it. */
  readonly element?: { readonly name: string; readonly type: CelType; use: 'values' | 'documents' | undefined };
}

/** The fields that every document has. */
export const builtInFields: ReadonlyMap<string, CelField> = new Map([
  ['id', { type: 'string' }],
  ['createdAt', { type: 'date' }],
  ['updatedAt', { type: 'date' }],
  ['version', { type: 'integer' }],
  ['acl', { type: 'object' }],
]);

/** @throws ConditionError always, with the place of the node and a caret below it. */
export function failAt(scope: CelScope, node: Pick<SourceLocation, 'start' | 'end'>, fault: readonly [ConditionErrorCode, string]): never {
  throw errorAt(scope.text, node, fault);
}

/** The error for a place in a text. */
export function errorAt(
  text: string,
  { start, end }: Pick<SourceLocation, 'start' | 'end'>,
  [code, message]: readonly [ConditionErrorCode, string],
): ConditionError {
  const lineStart = text.lastIndexOf('\n', start - 1) + 1;
  const lineEnd = text.indexOf('\n', start);
  const line = text.slice(lineStart, lineEnd < 0 ? undefined : lineEnd);
  // Long lines are cut around the fault.
  const from = Math.max(0, start - lineStart - 60);
  const excerpt = `${line.slice(from, from + 120)}\n${' '.repeat(start - lineStart - from)}^`;
  return new ConditionError(code, { start, end, excerpt }, `${message} (at character ${start + 1})`);
}

/** Runs a parser of JSON conditions; what it refuses is refused at the node's place. */
export function atNode<Result>(scope: CelScope, node: ASTNode, parse: () => Result): Result {
  try {
    return parse();
  } catch (error) {
    if (error instanceof ConditionError && error.place === undefined) return failAt(scope, node, [error.code, error.message]);
    throw error;
  }
}

/** What the schema's type is to comparisons. */
export function celTypeOf(type: string | undefined): CelType {
  return celTypes.get(type ?? '') ?? 'any';
}

const celTypes: ReadonlyMap<string, CelType> = new Map([
  ...['string', 'text', 'email', 'url', 'enum', 'reference', 'file', 'bytes'].map((name): [string, CelType] => [name, 'string']),
  ['number', 'number'],
  ['integer', 'number'],
  ['boolean', 'boolean'],
  ['date', 'date'],
  ['array', 'array'],
  ['vector', 'array'],
  ['object', 'object'],
  ['geopoint', 'place'],
  ['polygon', 'place'],
]);
