import { and, FALSE, not, or, TRUE } from './fold.ts';
import { compileValueTest } from './compile-predicate.ts';
import type { Condition, Data, FieldCondition, Variables } from './condition.ts';
import type { ComparingTest } from './resolve-value.ts';
import { lookUp, resolveOperand } from './resolve-value.ts';

/*
 * What a missing variable means. A comparison whose variable is missing (absent, null, or of a type that the operator can't use) is
 * neither true nor false but unknown. Unknown spreads as in SQL: "not unknown" is unknown, "unknown or true" is true, "unknown and false"
 * is false; and what is unknown in the end denies. So neither `{"owner": {"$var": "user.id"}}` nor `{"owner": {"$ne": {"$var": "user.id"}}}`
 * lets a visitor without an id in.
 *
 * It comes down to one rule, which needs no third value: below an even number of negations an unknown comparison counts as false, below an
 * odd number as true. Either way it counts against whoever wants to be let in. A bare `{"$var": path}` asks just whether the variable
 * is there, and is always known.
 */

/**
 * Fills in the variables and folds what is decided by them. The result has no variables, matches the same documents, and is `TRUE` or
 * `FALSE` (by type: `constant`) when the documents don't matter any more. Worth its while when one caller's condition meets many documents.
 */
export function bindVariables(condition: Condition, variables: Variables): Condition {
  return bind(condition, variables, false);
}

function bind(condition: Condition, variables: Variables, negated: boolean): Condition {
  switch (condition.type) {
    case 'constant':
      return condition;
    case 'and':
      return and(...condition.conditions.map((part) => bind(part, variables, negated)));
    case 'or':
      return or(...condition.conditions.map((part) => bind(part, variables, negated)));
    case 'not':
      return not(bind(condition.condition, variables, !negated));
    case 'present':
      return lookUp(condition.segments, variables) === undefined ? FALSE : TRUE;
    case 'variable':
      return compileValueTest(condition, negated)(undefined, variables) ? TRUE : FALSE;
    case 'text':
      return condition;
    case 'field':
      return bindField(condition, variables, negated);
  }
}

function bindField(field: FieldCondition, variables: Variables, negated: boolean): Condition {
  const { test } = field;
  switch (test.type) {
    case 'equal':
    case 'range':
    case 'in':
    case 'all':
      return bindComparison({ ...field, test }, resolveOperand(test, variables), negated);
    case 'element': {
      const condition = bind(test.condition, variables, negated);
      return condition.type === 'constant' && !condition.value ? FALSE : { ...field, test: { ...test, condition } };
    }
    case 'exists':
    case 'size':
    case 'kind':
    case 'pattern':
    case 'within':
    case 'intersects':
    case 'near':
    case 'inQuery':
      return field;
  }
}

function bindComparison(field: FieldCondition & { readonly test: ComparingTest }, operand: Data | undefined, negated: boolean): Condition {
  if (operand === undefined) return negated ? TRUE : FALSE;
  const { test } = field;
  const value = { type: 'literal', value: operand } as const;
  if (test.type === 'equal' || test.type === 'range') return { ...field, test: { ...test, value } };
  // Nothing is in an empty list, and MongoDB's $all of nothing matches nothing.
  return Array.isArray(operand) && operand.length === 0 ? FALSE : { ...field, test: { ...test, values: value } };
}
