import type { ASTNode } from '@marcbachmann/cel-js';
import type { CelField, CelScope, CelType } from './cel-scope.ts';
import { builtInFields, celTypeOf, failAt } from './cel-scope.ts';
import { nearestName } from './nearest-name.ts';

/** What can be asked about: a path of the document, of the element of `exists()`, or of a variable. */
export interface CelSubject {
  readonly kind: 'subject';
  readonly subject: 'field' | 'variable';
  readonly segments: readonly string[];
  readonly type: CelType;
  /** What the elements of an array are. */
  readonly of: CelType;
  /** The values of an enum. */
  readonly values?: readonly string[] | undefined;
}

/** One side of a comparison. A value is as in JSON conditions, with `$date` and `$var`. */
export type CelOperand =
  | CelSubject
  | { readonly kind: 'value'; readonly json: unknown; readonly type: CelType }
  | { readonly kind: 'size'; readonly of: CelSubject };

/** Reads one side of a comparison. @throws ConditionError with a place */
export function readOperand(node: ASTNode, scope: CelScope): CelOperand {
  switch (node.op) {
    case 'value':
      return readLiteral(node, scope);
    case '-_': {
      const operand = readOperand(node.args, scope);
      if (operand.kind === 'value' && typeof operand.json === 'number') return { ...operand, json: -operand.json };
      return failAt(scope, node, ['not_translatable', 'Only a number can have a minus.']);
    }
    case 'id':
      return node.args === 'now' && scope.element?.name !== 'now' ? readNow(scope) : readSubject(node, scope);
    case '.':
    case '[]':
      return readSubject(node, scope);
    case 'list':
      return { kind: 'value', type: 'array', json: node.args.map((item) => readJson(item, scope)) };
    case 'map':
      return {
        kind: 'value',
        type: 'object',
        json: Object.fromEntries(node.args.map(([key, value]) => [readKey(key, scope), readJson(value, scope)])),
      };
    case 'call':
      return readCall(node, scope);
    case '?:':
      return failAt(scope, node, [
        'not_translatable',
        "A choice between values can't be searched for. Write it as alternatives: (a && x == 1) || (!a && x == 2).",
      ]);
    default:
      return failAt(scope, node, [
        'not_translatable',
        "Values can't be computed here: compare a field with a value, a variable or a list.",
      ]);
  }
}

/** A value, or a variable, as JSON conditions write it. @throws ConditionError with a place */
export function readJson(node: ASTNode, scope: CelScope): unknown {
  const operand = readOperand(node, scope);
  if (operand.kind === 'value') return operand.json;
  if (operand.kind === 'subject' && operand.subject === 'variable') return { $var: operand.segments.join('.') };
  return failAt(scope, node, ['not_translatable', 'Here stands a value or a variable, not a field of the document.']);
}

/** A field, the element of `exists()`, or a variable. @throws ConditionError with a place */
export function readSubject(node: ASTNode, scope: CelScope): CelSubject {
  const [root, ...rest] = readPath(node, scope);
  if (root === undefined) return failAt(scope, node, ['not_translatable', 'Here stands a field or a variable.']);
  const { element, variables } = scope;
  if (element !== undefined && root === element.name) return subjectOfElement(node, scope, rest);
  if (root !== 'document' && variables.has(root))
    return { kind: 'subject', subject: 'variable', segments: [root, ...rest], type: 'any', of: 'any' };
  if (element !== undefined)
    return failAt(scope, node, [
      'unknown_field',
      `Inside of exists() stand ${element.name} and variables, no other fields of the document.`,
    ]);
  if (root !== 'document') return subjectOfField(node, scope, [root, ...rest]);
  return rest.length === 0
    ? failAt(scope, node, ['unknown_field', 'Name a field of the document, e.g. document.owner.'])
    : subjectOfField(node, scope, rest);
}

function subjectOfElement(node: ASTNode, scope: CelScope, segments: readonly string[]): CelSubject {
  const { element } = scope;
  const use = segments.length === 0 ? 'values' : 'documents';
  if (element === undefined || (element.use !== undefined && element.use !== use))
    return failAt(scope, node, ['not_translatable', 'Ask about the elements themselves or about their fields, not about both at once.']);
  element.use = use;
  return { kind: 'subject', subject: 'field', segments, type: use === 'values' ? element.type : 'any', of: 'any' };
}

function subjectOfField(node: ASTNode, scope: CelScope, segments: readonly string[]): CelSubject {
  const [name = '', ...below] = segments;
  const { fields, open = false } = scope.options;
  const unknown = { kind: 'subject', subject: 'field', segments, type: 'any', of: 'any' } as const;
  if (fields === undefined) return unknown;
  const field: CelField | undefined = fields.get(name) ?? builtInFields.get(name);
  if (field === undefined)
    return open ? unknown : failAt(scope, node, ['unknown_field', `There is no field "${name}".${suggestion(name, scope)}`]);
  const type = celTypeOf(field.type);
  if (below.length === 0) return { ...unknown, type, of: celTypeOf(field.of), values: field.values };
  if (['string', 'number', 'boolean', 'date'].includes(type))
    return failAt(scope, node, ['wrong_type', `"${name}" is ${withArticle(type)}: it has no fields of its own.`]);
  return unknown;
}

function suggestion(name: string, scope: CelScope): string {
  const names = [...(scope.options.fields?.keys() ?? []), ...builtInFields.keys(), ...scope.variables];
  const nearest = nearestName(name, names);
  return nearest === undefined ? '' : ` Did you mean "${nearest}"?`;
}

/** "a string", "an array". */
export const withArticle = (type: CelType): string => (/^[aeiou]/.test(type) ? `an ${type}` : `a ${type}`);

function readPath(node: ASTNode, scope: CelScope): readonly string[] {
  switch (node.op) {
    case 'id':
      return [node.args];
    case '.':
      return [...readPath(node.args[0], scope), node.args[1]];
    case '[]': {
      const segment = readKey(node.args[1], scope);
      if (segment.includes('.')) return failAt(scope, node.args[1], ['invalid_path', 'The name of a field has no dot.']);
      return [...readPath(node.args[0], scope), segment];
    }
    default:
      return failAt(scope, node, ['not_translatable', 'Here stands a field or a variable.']);
  }
}

function readKey(node: ASTNode, scope: CelScope): string {
  if (node.op === 'value' && typeof node.args === 'string') return node.args;
  if (node.op === 'value' && typeof node.args === 'bigint' && node.args >= 0n) return String(node.args);
  return failAt(scope, node, ['not_translatable', 'A name or index is written out, e.g. ["name"] or [0].']);
}

function readLiteral(node: Extract<ASTNode, { op: 'value' }>, scope: CelScope): CelOperand {
  const { args: value } = node;
  if (value === null) return { kind: 'value', json: null, type: 'null' };
  if (typeof value === 'string') return { kind: 'value', json: value, type: 'string' };
  if (typeof value === 'boolean') return { kind: 'value', json: value, type: 'boolean' };
  if (typeof value === 'number' || typeof value === 'bigint') {
    const number = Number(value);
    if (!Number.isFinite(number) || (typeof value === 'bigint' && BigInt(number) !== value))
      return failAt(scope, node, ['invalid_value', 'The number is too large to be exact.']);
    return { kind: 'value', json: number, type: 'number' };
  }
  return failAt(scope, node, ['not_translatable', 'Bytes and unsigned numbers are not supported. Bytes are text in base64.']);
}

// A rule outlives the request, so that its "now" is a variable; a query is read when it is asked.
function readNow({ variables }: CelScope): CelOperand {
  if (variables.has('request')) return { kind: 'subject', subject: 'variable', segments: ['request', 'now'], type: 'date', of: 'any' };
  return { kind: 'value', json: { $date: new Date().toISOString() }, type: 'date' };
}

function readCall(node: Extract<ASTNode, { op: 'call' }>, scope: CelScope): CelOperand {
  const [name, [argument, ...more]] = node.args;
  if (argument === undefined || more.length > 0)
    return failAt(scope, node, ['not_translatable', `There is no such value as ${name}() with these arguments.`]);
  if (name === 'size') {
    const of = readSubject(argument, scope);
    if (of.type !== 'any' && of.type !== 'array')
      return failAt(scope, argument, ['wrong_type', `size() is of an array, but this is ${withArticle(of.type)}.`]);
    return { kind: 'size', of };
  }
  if (name === 'timestamp' && argument.op === 'value' && typeof argument.args === 'string') {
    return { kind: 'value', json: { $date: argument.args }, type: 'date' };
  }
  return failAt(scope, node, [
    'not_translatable',
    `${name}() is not supported as a value. There are size(list) and timestamp("2026-01-31T12:00:00Z").`,
  ]);
}
