import type { ASTNode } from '@marcbachmann/cel-js';
import type { CelOperand, CelSubject } from './cel-operands.ts';
import { readJson, readOperand, withArticle } from './cel-operands.ts';
import type { CelScope, CelType } from './cel-scope.ts';
import { atNode, failAt } from './cel-scope.ts';
import { and, FALSE, not, or } from './fold.ts';
import type { Condition } from './condition.ts';
import { parseNode } from './parse-condition.ts';
import { parseTests } from './parse-field-tests.ts';

/** The comparisons of CEL. */
export type CelComparison = '==' | '!=' | '<' | '<=' | '>' | '>=';
type ComparisonNode = Extract<ASTNode, { op: CelComparison }>;

const flipped: Readonly<Record<CelComparison, CelComparison>> = { '==': '==', '!=': '!=', '<': '>', '<=': '>=', '>': '<', '>=': '<=' };
const operators: Readonly<Record<CelComparison, string>> = { '==': '$eq', '!=': '$ne', '<': '$lt', '<=': '$lte', '>': '$gt', '>=': '$gte' };

// size(x) > n is spelled with one $size for each smaller length.
const maxComparedSize = 20;

/** The condition of operators on a subject, checked and counted as those of JSON are. */
export function testsOf(
  subject: CelSubject,
  tests: Readonly<Record<string, unknown>>,
  place: { node: ASTNode; scope: CelScope },
): Condition {
  const { node, scope } = place;
  return atNode(scope, node, () => parseTests(tests, subject.segments, { scope: scope.json, parseNode, subject: subject.subject }));
}

/** `owner == user.id`, `size(tags) > 2`. @throws ConditionError with a place */
export function comparison(node: ComparisonNode, scope: CelScope): Condition {
  const sides = node.args.map((side) => readOperand(side, scope));
  const [left, right] = sides;
  if (left === undefined || right === undefined) return failAt(scope, node, ['invalid_text', 'A comparison has two sides.']);
  const isFlipped = shouldFlip(left, right);
  const [subject, operand] = isFlipped ? [right, left] : [left, right];
  const operator = isFlipped ? flipped[node.op] : node.op;
  if (subject.kind === 'size') return sizeComparison(operator, [subject.of, operand], { node, scope });
  if (subject.kind === 'value')
    return failAt(scope, node, ['not_translatable', 'Compare a field or a variable: both sides of this are known.']);
  return subjectComparison(operator, [subject, operand], { node, scope });
}

// The document's field, or else the variable, is what the comparison is about.
function shouldFlip(left: CelOperand, right: CelOperand): boolean {
  if (left.kind === 'value') return true;
  return left.kind === 'subject' && left.subject === 'variable' && right.kind === 'subject' && right.subject === 'field';
}

interface Place {
  readonly node: ASTNode;
  readonly scope: CelScope;
}

function subjectComparison(
  operator: CelComparison,
  [subject, operand]: readonly [CelSubject, CelOperand],
  { node, scope }: Place,
): Condition {
  if (operand.kind === 'size' || (operand.kind === 'subject' && operand.subject === 'field'))
    return failAt(scope, node, [
      'not_translatable',
      "Two fields of a document can't be compared with each other, only with values and variables.",
    ]);
  if (operand.kind === 'value' && operand.type === 'null' && subject.subject === 'variable' && (operator === '==' || operator === '!=')) {
    const present = testsOf(subject, { $exists: true }, { node, scope });
    return operator === '==' ? not(present) : present;
  }
  return testsOf(subject, { [operators[operator]]: comparable(subject, operand, { node, scope }) }, { node, scope });
}

/** The operand as JSON, if the subject's type can ever equal it. Text that stands against a date is a date. */
export function comparable(subject: Pick<CelSubject, 'type' | 'values'>, operand: CelOperand, { node, scope }: Place): unknown {
  if (operand.kind === 'subject') return { $var: operand.segments.join('.') };
  if (operand.kind === 'size') return failAt(scope, node, ['not_translatable', 'A size is compared with a number.']);
  const { json, type } = operand;
  if (subject.type === 'date' && typeof json === 'string') return { $date: json };
  if (!fits(subject.type, type)) return failAt(scope, node, ['wrong_type', mismatch(subject.type, type)]);
  if (subject.values !== undefined && typeof json === 'string' && !subject.values.includes(json))
    return failAt(scope, node, ['wrong_type', `This field is one of ${subject.values.map((value) => JSON.stringify(value)).join(', ')}.`]);
  return json;
}

function fits(subject: CelType, value: CelType): boolean {
  return subject === 'any' || value === 'any' || value === 'null' || subject === value || (subject === 'place' && value === 'object');
}

function mismatch(subject: CelType, value: CelType): string {
  const hint = subject === 'array' ? ' To ask for an element write: value in field.' : '';
  return `The field is ${withArticle(subject)}, and can't be compared with ${withArticle(value)}.${hint}`;
}

function sizeComparison(operator: CelComparison, [of, operand]: readonly [CelSubject, CelOperand], place: Place): Condition {
  const { node, scope } = place;
  const size = operand.kind === 'value' ? operand.json : undefined;
  if (typeof size !== 'number' || !Number.isInteger(size) || size < 0)
    return failAt(scope, node, ['not_translatable', 'A size is compared with a whole number from 0.']);
  const sized = (length: number): Condition => testsOf(of, { $size: length }, place);
  if (operator === '==') return sized(size);
  if (operator === '!=') return not(sized(size));
  if (size > maxComparedSize)
    return failAt(scope, node, ['not_translatable', `A size is compared with at most ${maxComparedSize}, unless by == and !=.`]);
  const below = (bound: number): Condition => or(...Array.from({ length: bound }, (_, length) => sized(length)));
  const bound = operator === '<' || operator === '>=' ? size : size + 1;
  if (operator === '<' || operator === '<=') return bound === 0 ? FALSE : below(bound);
  return and(testsOf(of, { $type: 'array' }, place), not(below(bound)));
}

/** `owner in ["a", "b"]`, `"a" in tags`, `"editor" in user.roles`, `owner in user.friends`. @throws ConditionError with a place */
export function membership(node: Extract<ASTNode, { op: 'in' }>, scope: CelScope): Condition {
  const place = { node, scope };
  const [left, right] = [readOperand(node.args[0], scope), readOperand(node.args[1], scope)];
  if (left.kind === 'size' || right.kind === 'size')
    return failAt(scope, node, ['not_translatable', 'A size is not in a list: compare it.']);
  if (right.kind === 'value') {
    if (!Array.isArray(right.json) || left.kind !== 'subject')
      return failAt(scope, node, ['not_translatable', 'Write: field in [value, …] or value in field.']);
    return testsOf(left, { $in: listFor(left, node.args[1], scope) }, place);
  }
  if (right.subject === 'variable' && left.kind === 'subject' && left.subject === 'field')
    return testsOf(left, { $in: { $var: right.segments.join('.') } }, place);
  if (left.kind === 'subject' && left.subject === 'field')
    return failAt(scope, node, [
      'not_translatable',
      "Two fields of a document can't be compared with each other, only with values and variables.",
    ]);
  if (right.type !== 'any' && right.type !== 'array')
    return failAt(scope, node, ['wrong_type', `"in" looks into an array, but this field is ${withArticle(right.type)}.`]);
  return testsOf(right, { $eq: comparable({ type: right.of }, left, place) }, place);
}

function listFor(subject: CelSubject, list: ASTNode, scope: CelScope): readonly unknown[] {
  if (list.op !== 'list') return failAt(scope, list, ['not_translatable', 'Here stands a list of values.']);
  const type = subject.type === 'array' ? subject.of : subject.type;
  return list.args.map((node) => {
    const operand = readOperand(node, scope);
    return operand.kind === 'value' ? comparable({ ...subject, type }, operand, { node, scope }) : readJson(node, scope);
  });
}
