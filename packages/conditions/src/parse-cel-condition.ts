import type { ASTNode, ParseError } from '@marcbachmann/cel-js';
import { parse } from '@marcbachmann/cel-js';
import { comparable, comparison, membership, testsOf } from './cel-comparisons.ts';
import { call, method } from './cel-methods.ts';
import { readSubject } from './cel-operands.ts';
import type { CelScope, ParseCelOptions } from './cel-scope.ts';
import { atNode, errorAt, failAt } from './cel-scope.ts';
import { and, not, or } from './fold.ts';
import type { Condition } from './condition.ts';
import { ConditionError } from './condition-error.ts';
import { parseNode } from './parse-condition.ts';
import { deeper, startScope } from './parse-scope.ts';
import { checkSearches } from './parse-search.ts';

// What a text may call variables when nobody says: those of rules. `document` is always the document itself.
const defaultVariables = ['user', 'device', 'request', 'previous'];

/**
 * Parses a condition that is written as CEL, e.g. `owner == user.id || "editor" in user.roles`, to what its JSON would be parsed to. Names are
 * variables, or else fields; `document.user` is the field where `user` is a variable. What CEL can say and a database can't search for is refused.
 * @throws ConditionError with `place`: no CEL, an unknown field, a comparison that its type never meets, too large, or not translatable
 */
export function parseCelCondition(text: string, options: ParseCelOptions = {}): Condition {
  const json = startScope({ ...options, variables: options.variables ?? defaultVariables });
  const { textLength } = json.budget.limits;
  if (text.length > textLength) throw new ConditionError('condition_too_large', '', `A condition has at most ${textLength} characters.`);
  const condition = readCondition(parseText(text), { text, options, variables: new Set(options.variables ?? defaultVariables), json });
  checkSearches(condition);
  return condition;
}

function parseText(text: string): ASTNode {
  try {
    return parse(text).ast;
  } catch (error) {
    const { summary, range } = error as Partial<ParseError>;
    if (summary === undefined) throw error;
    throw errorAt(text, range ?? { start: 0, end: text.length }, ['invalid_text', `${summary}.`]);
  }
}

function readCondition(node: ASTNode, scope: CelScope): Condition {
  switch (node.op) {
    case '||':
    case '&&': {
      const inner = nested(node, scope);
      const parts = operandsOf(node, node.op).map((part) => readCondition(part, inner));
      return node.op === '||' ? or(...parts) : and(...parts);
    }
    case '!_':
      return not(readCondition(node.args, nested(node, scope)));
    case '?:': {
      const inner = nested(node, scope);
      const [question, yes, no] = node.args.map((part) => readCondition(part, inner));
      if (question === undefined || yes === undefined || no === undefined)
        return failAt(scope, node, ['invalid_text', 'A choice has three parts.']);
      return or(and(question, yes), and(not(question), no));
    }
    case '==':
    case '!=':
    case '<':
    case '<=':
    case '>':
    case '>=':
      return comparison(node, scope);
    case 'in':
      return membership(node, scope);
    case 'call':
      return call(node, scope);
    case 'rcall':
      return method({ node, scope, readCondition });
    case 'value': {
      const { args } = node;
      return typeof args === 'boolean' ? atNode(scope, node, () => parseNode(args, scope.json)) : refuse(node, scope);
    }
    case 'id':
    case '.':
    case '[]':
      return bare(node, scope);
    default:
      return refuse(node, scope);
  }
}

function refuse(node: ASTNode, scope: CelScope): never {
  return failAt(scope, node, ['not_translatable', 'This does not say yes or no: compare it with something.']);
}

/** Variables that are known not to say yes or no; one of these alone would be a rule that nobody ever meets. */
const NEVER_BOOLEAN = /^(?:user|device|request)(?:\.(?:id|email|name|profile|roles|now|time|operation))?$/;

// `done` means that it is true.
function bare(node: ASTNode, scope: CelScope): Condition {
  const subject = readSubject(node, scope);
  const place = { node, scope };
  const path = subject.segments.join('.');
  if (subject.subject === 'variable' && NEVER_BOOLEAN.test(path))
    return failAt(scope, node, ['not_translatable', `${path} is not true or false: compare it, or write has(${path}).`]);
  return testsOf(subject, { $eq: comparable(subject, { kind: 'value', json: true, type: 'boolean' }, place) }, place);
}

const nested = (node: ASTNode, scope: CelScope): CelScope => ({ ...scope, json: atNode(scope, node, () => deeper(scope.json)) });

/** The operands of a chain of one operator, which is one level and not many. */
function operandsOf(node: ASTNode, op: '||' | '&&'): readonly ASTNode[] {
  const operands: ASTNode[] = [];
  const left: ASTNode[] = [node];
  for (let next = left.pop(); next !== undefined; next = left.pop()) {
    if (next.op === op) left.push(next.args[1], next.args[0]);
    else operands.push(next);
  }
  return operands;
}
